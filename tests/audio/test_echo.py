"""What of the microphone's sound came from the loudspeaker."""

import numpy as np
import pytest

from app.audio.echo import Echo
from app.audio.ring import BLOCK, SAMPLE_RATE
from benchmarks.echo import EXCUSED, WINDOW
from benchmarks.rooms import Sound, as_samples, librispeech, load, pink, reverberant, scaled
from tests.media import needs_shared

SECOND = SAMPLE_RATE


def voice(seed: int, seconds: float = 12.0) -> Sound:
    """Noise in syllables: as much as a filter knows of speech."""
    count = round(seconds * SECOND)
    rng = np.random.default_rng(seed)
    syllables = np.repeat(rng.random(count // 3200 + 1) < 0.6, 3200)[:count]
    return np.asarray(pink(count, rng) * syllables * 0.06, np.float32)


def listened(known: Sound, heard: Sound, late: float = 0.0, begun: float = 5.0) -> Echo:
    """After both tracks came, block by block; the known one's times are too large by `late`."""
    echo = Echo()
    for first in range(0, len(heard) - BLOCK + 1, BLOCK):
        at = begun + first / SECOND
        echo.reference(at + late, as_samples(known[first : first + BLOCK]))
        echo.microphone(at, as_samples(heard[first : first + BLOCK]))
        if first > SECOND:
            echo.explained(at - 1.0, at - 0.5)
    return echo


def delayed(sound: Sound, seconds: float) -> Sound:
    return np.concatenate([np.zeros(round(seconds * SECOND), np.float32), sound])[: len(sound)]


ROOM = np.random.default_rng(5)
KNOWN, OWN = voice(1), voice(2)
LEAK = scaled(reverberant(delayed(KNOWN, 0.2), 0.4, ROOM), -12)


@pytest.mark.parametrize("late", [-0.4, 0.0, 0.4])
def test_a_leak_alone_is_explained(late: float) -> None:
    echo = listened(KNOWN, LEAK, late)
    assert echo.delay == pytest.approx(0.2 - late, abs=0.01)
    assert echo.explained(12.0, 14.0) > 0.8


def test_another_voice_is_not() -> None:
    echo = listened(KNOWN, OWN)
    assert echo.delay is None
    assert echo.explained(10.0, 14.0) == 0.0


def test_a_voice_over_the_leak_is_not() -> None:
    echo = listened(KNOWN, LEAK + OWN)
    assert echo.delay == pytest.approx(0.2, abs=0.01)
    assert echo.explained(8.0, 14.0) < 0.3


def test_a_voice_while_the_known_one_is_silent_is_not() -> None:
    known, own = KNOWN.copy(), OWN.copy()
    known[7 * SECOND :] = 0.0
    own[: 8 * SECOND] = 0.0
    leak = scaled(reverberant(delayed(known, 0.2), 0.4, np.random.default_rng(5)), -12)
    echo = listened(known, leak + own)
    assert echo.explained(10.0, 11.6) > 0.8
    assert echo.explained(13.4, 15.4) < 0.1
    assert echo.explained(11.5, 16.0) < 0.4


@pytest.mark.parametrize("decibels", [-30.0, -10.0])
@pytest.mark.parametrize("begins", [0.0, 2.0])
def test_a_room_that_comes_back_with_the_known_sound_is_not(decibels: float, begins: float) -> None:
    """The far end has a loudspeaker too: it returns the room's voices 0.3 s later, weaker."""
    asked = KNOWN.copy()
    asked[round(begins * SECOND) :] = 0.0
    known = asked + scaled(delayed(OWN, 0.3), decibels)
    echo = listened(known, OWN)
    assert echo.delay == pytest.approx(-0.3, abs=0.01)
    assert echo.explained(12.0, 15.5) < 0.15


def test_a_leak_nearly_as_loud_as_the_known_sound_is_explained() -> None:
    echo = listened(KNOWN, scaled(LEAK, 9.0))
    assert echo.explained(12.0, 14.0) > 0.8


def test_a_delay_that_changes_is_found_again() -> None:
    moved = delayed(KNOWN, 0.35)
    heard = LEAK.copy()
    heard[6 * SECOND :] = moved[6 * SECOND :] * np.float32(0.25)
    echo = listened(KNOWN, heard)
    assert echo.delay == pytest.approx(0.35, abs=0.01)
    assert echo.explained(15.0, 16.5) > EXCUSED


def test_nothing_is_done_before_the_known_sound_begins() -> None:
    echo = listened(np.zeros_like(OWN), OWN)
    assert echo.delay is None
    assert echo.explained(6.0, 14.0) == 0.0


def test_a_jump_of_the_clock_costs_nothing_and_is_forgotten() -> None:
    echo = listened(KNOWN, LEAK)
    echo.microphone(90_000.0, as_samples(OWN[:BLOCK]))
    assert echo.explained(90_000.0, 90_000.4) == 0.0
    assert echo.explained(50_000.0, 50_001.0) == 0.0


@needs_shared
def test_of_real_voices_the_leak_alone_is_excused() -> None:
    a, b = (load(file)[: 8 * SECOND] * np.float32(0.5) for file in librispeech()[3:5])
    nothing = np.zeros(8 * SECOND, np.float32)
    known = np.concatenate([a, nothing])
    leak = scaled(reverberant(delayed(known, 0.1), 0.5, np.random.default_rng(1)), -15)
    heard = leak + np.concatenate([nothing, b])
    heard = heard + scaled(pink(len(heard), np.random.default_rng(2)), -60)
    echo = listened(known, heard)
    windows = [5.0 + 0.8 * number for number in range(16)]
    shares = {at: echo.explained(at, at + WINDOW) for at in windows}
    leaked = [share for at, share in shares.items() if at >= 8.0 and at + WINDOW <= 13.0]
    own = [share for at, share in shares.items() if at >= 14.0]
    assert min(leaked) > EXCUSED
    assert max(own) < 0.1


def test_the_doubt_whether_it_leaks_ends() -> None:
    echo, rng = Echo(), np.random.default_rng(3)
    known = rng.integers(-3000, 3000, 8 * SAMPLE_RATE).astype(np.int16)
    echo.reference(100.0, known)
    assert not echo.unsure(99.0, 0.5)  # nothing is known to be heard there
    assert not echo.unsure(109.0, 0.5)
    doubts = [echo.unsure(101.0 + n / 2, 0.5) for n in range(12)]
    assert doubts == [True] * 8 + [False] * 4
