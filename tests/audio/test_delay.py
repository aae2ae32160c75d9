"""How much later one sound appears in another."""

import numpy as np
import pytest

from app.audio.delay import EARLIEST, LATEST, DelaySearch
from app.audio.ring import BLOCK, SAMPLE_RATE
from benchmarks.rooms import Sound, pink

KNOWN = pink(20 * SAMPLE_RATE, np.random.default_rng(1))
OWN = pink(20 * SAMPLE_RATE, np.random.default_rng(2))
BEFORE, AFTER = round(LATEST * SAMPLE_RATE), round(-EARLIEST * SAMPLE_RATE)


def found(microphone: Sound, blocks: int = 8) -> float | None:
    search, delay = DelaySearch(), None
    for first in range(2 * SAMPLE_RATE, 2 * SAMPLE_RATE + blocks * BLOCK, BLOCK):
        known = KNOWN[first - BEFORE : first + BLOCK + AFTER]
        delay = search(microphone[first : first + BLOCK], known)
    return delay


@pytest.mark.parametrize("seconds", [-0.5, -0.1, 0.0, 0.05, 0.4, 0.95])
def test_it_is_found_under_a_louder_sound(seconds: float) -> None:
    leak = np.roll(KNOWN, round(seconds * SAMPLE_RATE)) * np.float32(0.3)
    assert found(leak + OWN) == pytest.approx(seconds, abs=0.001)


def test_nothing_is_found_where_nothing_leaks() -> None:
    assert found(OWN) is None


def test_nothing_is_found_beyond_what_is_searched() -> None:
    assert found(np.roll(KNOWN, round(1.3 * SAMPLE_RATE)) * np.float32(0.3) + OWN) is None


def test_silence_says_nothing() -> None:
    assert found(np.zeros_like(OWN)) is None
