"""Mel spectra as librosa makes them, from numbers of its definition."""

import numpy as np
import pytest

from app.audio.mel import BANDS, HOP, WINDOW, MelSpectrum, filters


def test_filters_are_triangles_of_equal_area() -> None:
    weights = filters()
    assert weights.shape == (BANDS, 201)
    assert (weights >= 0).all()
    wide = weights[20:]  # many bins each: sums are areas
    assert wide.sum(axis=1) * 40.0 == pytest.approx(np.ones(len(wide)), abs=0.06)


def test_the_scale_is_slaney_s() -> None:
    """Linear to 1 kHz: the peaks of the lowest bands lie evenly, those of the highest do not."""
    top = 15 + 27 * np.log(8.0) / np.log(6.4)
    peaks = filters().argmax(axis=1) * 40.0
    expected = (np.arange(BANDS) + 1) * top / (BANDS + 1) * 200 / 3
    low = expected < 960
    assert np.abs(peaks - expected)[low].max() <= 20.0
    assert peaks[-1] == pytest.approx(1000 * 6.4 ** ((top * 40 / 41 - 15) / 27), abs=20.0)


def test_a_frame_is_power_of_a_windowed_spectrum() -> None:
    chance = np.random.default_rng(5)
    sound = chance.normal(size=4000).astype(np.float32)
    spectra = MelSpectrum()(sound[None])[0]
    assert spectra.shape == (4000 // HOP + 1, BANDS)
    hann = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(WINDOW) / WINDOW)
    for number in (0, 7, 25):
        padded = np.concatenate([np.zeros(200), sound.astype(np.float64), np.zeros(200)])
        frame = padded[number * HOP : number * HOP + WINDOW] * hann
        turns = np.exp(-2j * np.pi * np.outer(np.arange(201), np.arange(WINDOW)) / WINDOW)
        power = np.abs(turns @ frame) ** 2
        assert spectra[number] == pytest.approx(filters() @ power, rel=1e-4)
