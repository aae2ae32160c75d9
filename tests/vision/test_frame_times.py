"""Times that no camera has, and those that one has."""

import random
from collections.abc import Callable

import pytest

from app.vision.frame_times import BLOCK, FrameTimes

EXACT: dict[str, Callable[[float], float]] = {
    "a file's": lambda at: at,
    "in microseconds": lambda at: round(at, 6),
    "in the steps of RTP": lambda at: round(at * 90_000) / 90_000,
}


def jittered(times: list[float], seconds: float) -> list[float]:
    rng = random.Random(1)
    return sorted(at + rng.gauss(0, seconds) for at in times)


def even(count: int, fps: float = 30.0) -> list[float]:
    return [number / fps for number in range(count)]


def played(times: list[float], *, by_source: bool = True) -> FrameTimes:
    seen = FrameTimes()
    for at in times:
        seen.arrived(at, at, by_source=by_source)
    return seen


@pytest.mark.parametrize("name", EXACT)
@pytest.mark.parametrize("fps", [24.0, 30000 / 1001, 10.0])
def test_computed_times_are_too_regular(name: str, fps: float) -> None:
    regular = played([EXACT[name](at) for at in even(4 * BLOCK + 1, fps)]).regular
    assert regular is not None
    assert regular.jitter_milliseconds < 0.007
    assert regular.interval_milliseconds == pytest.approx(1000 / fps, rel=1e-4)
    assert regular.pictures == 4 * BLOCK
    assert regular.seconds == pytest.approx(4 * BLOCK / fps, rel=1e-3)


def test_pictures_that_are_left_out_change_nothing() -> None:
    rng = random.Random(2)
    regular = played([at for at in even(6 * BLOCK) if rng.random() > 0.1]).regular
    assert regular is not None
    assert regular.interval_milliseconds == pytest.approx(1000 / 30)


@pytest.mark.parametrize("seconds", [0.000_03, 0.001, 0.02])
def test_a_cameras_own_times_jitter(seconds: float) -> None:
    seen = played(jittered(even(4 * BLOCK + 1), seconds))
    assert seen.regular is None
    assert seen.seconds == pytest.approx(20, abs=0.5)


def test_rounded_to_milliseconds_they_say_nothing() -> None:
    """A real camera's times, rounded so, would look alike."""
    assert played([round(at, 3) for at in even(4 * BLOCK + 1)]).regular is None


@pytest.mark.parametrize(("seconds", "regular"), [(0.000_05, True), (0.000_2, False)])
def test_arrival(seconds: float, regular: bool) -> None:
    seen = played(jittered(even(2 * BLOCK + 1), seconds), by_source=False)
    assert (seen.regular is not None) is regular


def test_the_clock_of_the_service_is_read_where_the_sender_gave_no_times() -> None:
    seen = FrameTimes()
    for at, late in zip(even(BLOCK + 1), jittered(even(BLOCK + 1), 0.003), strict=True):
        seen.arrived(at, late, by_source=False)
    assert seen.regular is None


def test_it_ends_with_the_first_that_jitter() -> None:
    exact = even(2 * BLOCK + 1)
    later = [exact[-1] + at for at in jittered(even(BLOCK + 1)[1:], 0.002)]
    assert played(exact).regular is not None
    assert played(exact + later).regular is None


def test_too_few_say_nothing() -> None:
    seen = played(even(BLOCK))
    assert (seen.regular, seen.seconds) == (None, 0.0)


def test_pictures_without_distance_say_nothing() -> None:
    assert played([1.0] * (BLOCK + 1)).regular is None


def test_what_is_forgotten_does_not_count() -> None:
    seen = played(even(2 * BLOCK + 1))
    seen.forget()
    assert (seen.regular, seen.seconds) == (None, 0.0)
