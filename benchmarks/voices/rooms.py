"""What lies between a mouth and the service: a room, a line, noise."""

import numpy as np
from numpy.typing import NDArray
from scipy.signal import butter, fftconvolve, lfilter, sosfiltfilt

from app.audio.ring import SAMPLE_RATE
from benchmarks.voices.sound import Sound, gain, rms

HUSH = gain(-70)
"""Root mean square of what every microphone adds."""
NOISE_BELOW = 15.0
"""Decibels."""


def impulse_response(chance: np.random.Generator, rt60: float) -> Sound:
    """A room's echoes alone, energy 1: noise that decays by 60 dB in so many seconds."""
    times = np.arange(round(rt60 * SAMPLE_RATE)) / SAMPLE_RATE
    tail = chance.normal(0, 1, len(times)) * np.exp(-np.log(1000) * times / rt60)
    tail[: round(chance.uniform(0.002, 0.006) * SAMPLE_RATE)] = 0
    return np.asarray(tail / np.sqrt(np.sum(tail**2)), np.float32)


def in_room(direct: Sound, echoing: Sound, room: Sound, echo: float) -> Sound:
    """With echoes of so many dB; the direct sound keeps its place in time."""
    echoes = fftconvolve(echoing, room)[: len(direct)]
    scale = 1 / np.sqrt(1 + gain(echo) ** 2)
    return np.asarray(scale * (direct + gain(echo) * echoes), np.float32)


def over_telephone(sound: Sound) -> Sound:
    """300 to 3400 Hz, without delay."""
    band = butter(4, (300, 3400), "bandpass", fs=SAMPLE_RATE, output="sos")
    return np.asarray(sosfiltfilt(band, sound), np.float32)


def noise(chance: np.random.Generator, length: int) -> Sound:
    """Pink noise and a fan's hum and rush, equally loud; root mean square 1."""
    both = _unit(_pink(chance, length)) + _unit(_fan(chance, length))
    return np.asarray(_unit(both), np.float32)


def hush(chance: np.random.Generator, length: int) -> Sound:
    """What a microphone adds to silence."""
    return np.asarray(HUSH * _unit(_pink(chance, length)), np.float32)


def _pink(chance: np.random.Generator, length: int) -> NDArray[np.float64]:
    """Power falls with frequency (Kellet's filter, "economy")."""
    white = chance.normal(0, 1, length)
    poles = ((0.99765, 0.0990460), (0.96300, 0.2965164), (0.57000, 1.0526913))
    parts = [lfilter([weight], [1, -pole], white) for pole, weight in poles]
    return np.asarray(sum(parts) + 0.1848 * white)


def _fan(chance: np.random.Generator, length: int) -> NDArray[np.float64]:
    times = np.arange(length) / SAMPLE_RATE
    blades = chance.uniform(80, 180)
    drift = 0.004 * np.cumsum(chance.normal(0, 1, length)) / np.sqrt(SAMPLE_RATE)
    phase = 2 * np.pi * (blades * times + drift)
    hum = sum(np.sin(n * phase + chance.uniform(0, 6.3)) / n for n in range(1, 6))
    low = butter(2, 1200, "lowpass", fs=SAMPLE_RATE, output="sos")
    rush = sosfiltfilt(low, chance.normal(0, 1, length))
    swell = 1 + 0.2 * np.sin(2 * np.pi * chance.uniform(0.1, 0.6) * times)
    return np.asarray(swell * (_unit(np.asarray(hum)) * 0.7 + _unit(rush)))


def _unit(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return values / max(rms(np.asarray(values, np.float32)), 1e-9)
