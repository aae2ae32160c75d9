"""How much later, or earlier, one stream of sound appears in another."""

import numpy as np
from numpy.typing import NDArray

from app.audio.ring import SAMPLE_RATE

THIN = 4
"""So many samples become one: up to 2 kHz."""
EARLIEST, LATEST = -0.6, 1.0
"""Seconds that are searched: streams' clocks differ by half a second, and a room adds to it."""
SIZE = 16_384
"""Of the transforms, in thinned samples, 4.1 s."""
KEEP = 0.8
"""Share of what was learnt that is left after a look."""
SURE = 10.0
"""Height of the peak over what stands beside it, in standard deviations. Two voices of which none
leaks reach 4.5 in the median and seldom 10, where nothing is explained all the same; a leak 25 dB
below the candidate reaches 19."""


class DelaySearch:
    """Adds up phase transforms (GCC-PHAT, Knapp and Carter 1976) until a delay stands out."""

    def __init__(self) -> None:
        self._sum = np.zeros(SIZE // 2 + 1, np.complex64)
        first, last = round(EARLIEST * SAMPLE_RATE / THIN), round(LATEST * SAMPLE_RATE / THIN)
        self._lags = np.arange(first, last + 1)
        hertz = np.fft.rfftfreq(SIZE, THIN / SAMPLE_RATE)
        self._band = ((hertz > 200) & (hertz < 1900)).astype(np.float32)

    def __call__(
        self, microphone: NDArray[np.float32], around: NDArray[np.float32]
    ) -> float | None:
        """Seconds by which `around` appears later in `microphone`; None: it is not known.

        `around`: the other stream from 1.0 s before the microphone's first sample to 0.6 s after
        its last.
        """
        heard = np.fft.rfft(_thinned(microphone), SIZE)
        known = np.fft.rfft(_thinned(around), SIZE)
        cross = heard * np.conj(known) * self._band
        self._sum *= KEEP
        self._sum += cross / np.maximum(np.abs(cross), 1e-9)
        begins = round(LATEST * SAMPLE_RATE / THIN)  # of the microphone, within `around`
        correlation = np.fft.irfft(self._sum, SIZE)[self._lags - begins]
        best = int(np.argmax(correlation))
        if correlation[best] <= SURE * float(correlation.std()):
            return None
        return float(self._lags[best]) * THIN / SAMPLE_RATE


def _thinned(sound: NDArray[np.float32]) -> NDArray[np.float32]:
    """Means of four: crude, and alike for both."""
    whole = sound[: len(sound) // THIN * THIN].reshape(-1, THIN)
    return np.asarray(whole.mean(axis=1), np.float32)
