"""Mel spectra as the voice encoder was trained with: power, not logarithm."""

import numpy as np
from numpy.typing import NDArray

from app.audio.ring import SAMPLE_RATE

WINDOW, HOP = 400, 160
"""Samples: 25 ms every 10 ms."""
BANDS = 40


def _hertz_to_mel(hertz: NDArray[np.float64]) -> NDArray[np.float64]:
    """Slaney's scale: linear up to 1000 Hz, logarithmic above."""
    step = 27.0 / np.log(6.4)
    with np.errstate(divide="ignore"):
        above = 15.0 + np.log(hertz / 1000.0) * step
    return np.where(hertz >= 1000.0, above, hertz * 3.0 / 200.0)


def _mel_to_hertz(mel: NDArray[np.float64]) -> NDArray[np.float64]:
    step = np.log(6.4) / 27.0
    return np.where(mel >= 15.0, 1000.0 * np.exp(step * (mel - 15.0)), mel * 200.0 / 3.0)


def filters() -> NDArray[np.float32]:
    """Triangles of equal area; shape (bands, 201)."""
    top = _hertz_to_mel(np.array([SAMPLE_RATE / 2.0]))[0]
    edges = _mel_to_hertz(np.linspace(0.0, top, BANDS + 2))
    bins = np.fft.rfftfreq(WINDOW, 1.0 / SAMPLE_RATE)
    rise = (bins - edges[:-2, None]) / np.diff(edges)[:-1, None]
    fall = (edges[2:, None] - bins) / np.diff(edges)[1:, None]
    weights = np.maximum(0.0, np.minimum(rise, fall)) * (2.0 / (edges[2:] - edges[:-2]))[:, None]
    return weights.astype(np.float32)


class MelSpectrum:
    """Turns windows of sound into spectra."""

    def __init__(self) -> None:
        self._filters = filters().T
        turns = 2.0 * np.pi * np.arange(WINDOW) / WINDOW
        self._hann = (0.5 - 0.5 * np.cos(turns)).astype(np.float32)

    def __call__(self, windows: NDArray[np.float32]) -> NDArray[np.float32]:
        """Samples (n, m) to spectra (n, m // 160 + 1, 40); beyond the edges is silence."""
        padded = np.pad(windows, ((0, 0), (WINDOW // 2, WINDOW // 2)))
        cut = np.lib.stride_tricks.sliding_window_view(padded, WINDOW, axis=1)[:, ::HOP]
        spectra = np.fft.rfft(cut * self._hann, axis=2)
        power = (spectra.real**2 + spectra.imag**2).astype(np.float32)
        mel: NDArray[np.float32] = power @ self._filters
        return mel
