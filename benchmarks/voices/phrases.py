"""Where speech begins and ends in a recording, to ten milliseconds."""

import numpy as np
from numpy.typing import NDArray

from app.audio.ring import SAMPLE_RATE
from app.audio.vad import FRAME, VoiceDetector
from benchmarks.voices.sound import Sound

STEP = 160
"""Samples between two looks at the energy: 10 ms."""
PAUSE = 20
"""Steps of silence that part two phrases: 0.2 s."""
LEAST = 25
"""Steps that a phrase lasts at least: 0.25 s. Clicks and breaths are shorter."""
LONGEST = 500
"""Steps after which a phrase is parted where it is quietest: 5 s."""
ENTER = 0.4
"""Probability of speech from which the voice detector counts."""
REACH = 10
"""Steps that energy may begin before, and end after, what the voice detector heard."""
ABOVE_FLOOR = 0.35
"""Of the way from the recording's noise to its speech, in decibels: what is louder is speech."""
DEEPEST = 30.0
"""Decibels below the speech, at most, that still count: breath is quieter."""


def phrases(sound: Sound, detector: VoiceDetector) -> list[tuple[int, int]]:
    """First sample and the one after the last, of each phrase in their order."""
    energy = _energy(sound)
    heard = _heard(sound, detector, len(energy))
    if not heard.any():
        return []
    floor, speech = np.percentile(energy, 5), np.percentile(energy[heard], 60)
    limit = max(floor + ABOVE_FLOOR * (speech - floor), speech - DEEPEST)
    near = np.convolve(heard, np.ones(2 * REACH + 1), "same") > 0
    loud = near & (energy > limit)
    parted = [part for span in _runs(loud) for part in _parted(span, energy)]
    trimmed = [_trimmed(part, loud) for part in parted]
    return [(start * STEP, end * STEP) for start, end in trimmed]


def clipped(sound: Sound, seconds: float) -> Sound:
    """At most so long; it ends where it is quietest in the last half second before."""
    steps = round(seconds * SAMPLE_RATE / STEP)
    energy = _energy(sound)
    if len(energy) <= steps:
        return sound
    return sound[: _quietest(energy, max(1, steps - 50), steps) * STEP]


def _energy(sound: Sound) -> NDArray[np.float64]:
    """Decibels of full scale of each step."""
    steps = sound[: len(sound) // STEP * STEP].reshape(-1, STEP)
    return np.asarray(10 * np.log10(np.mean(np.square(steps, dtype=np.float64), axis=1) + 1e-10))


def _heard(sound: Sound, detector: VoiceDetector, steps: int) -> NDArray[np.bool_]:
    whole = np.concatenate([sound, np.zeros(-len(sound) % FRAME, np.float32)])
    speech, _ = detector(whole, None)
    middles = np.arange(steps) * STEP + STEP // 2
    return np.asarray(speech[middles // FRAME] >= ENTER)


def _runs(loud: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Stretches whose inner pauses are short."""
    steps = np.flatnonzero(loud)
    if not len(steps):
        return []
    breaks = np.flatnonzero(np.diff(steps) > PAUSE)
    starts = [steps[0], *steps[breaks + 1]]
    ends = [*(steps[breaks] + 1), steps[-1] + 1]
    found = zip(map(int, starts), map(int, ends), strict=True)
    return [(start, end) for start, end in found if end - start >= LEAST]


def _parted(span: tuple[int, int], energy: NDArray[np.float64]) -> list[tuple[int, int]]:
    start, end = span
    if end - start <= LONGEST:
        return [span]
    third = (end - start) // 3
    cut = _quietest(energy, start + third, end - third)
    return [*_parted((start, cut), energy), *_parted((cut, end), energy)]


def _trimmed(span: tuple[int, int], loud: NDArray[np.bool_]) -> tuple[int, int]:
    """Without the silence where it was parted."""
    steps = np.flatnonzero(loud[span[0] : span[1]])
    return span[0] + int(steps[0]), span[0] + int(steps[-1]) + 1


def _quietest(energy: NDArray[np.float64], start: int, end: int) -> int:
    smooth = np.convolve(energy, np.ones(5) / 5, "same")
    return start + int(np.argmin(smooth[start:end]))
