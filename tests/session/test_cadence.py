"""Which frames are due: never fewer than the rate asks for, whatever the camera does."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.session.cadence import EARLY, FRAMES_PER_SECOND, Cadence

SECONDS = 60


def frames(fps: float, *, jitter: float = 0.0) -> list[float]:
    """A minute of a camera whose frames come up to `jitter` seconds too early or too late."""
    noise = random.Random(7)
    times = [n / fps + noise.uniform(-jitter, jitter) for n in range(round(SECONDS * fps))]
    return sorted(times)


def turns(cadence: Cadence, times: list[float]) -> list[int]:
    """Which of the frames are due."""
    return [number for number, at in enumerate(times) if cadence.due(at)]


@pytest.mark.parametrize("jitter", [0.0, 0.005, 0.015, 0.03])
@pytest.mark.parametrize(
    ("fps", "slowest", "fastest"),
    [(60, 20, 21), (30, 10, 11), (25, 9, 11), (24, 9, 11), (15, 9, 11), (10, 9.5, 11), (5, 5, 5)],
)
def test_the_face_is_looked_at_ten_times_per_second(
    fps: float, slowest: float, fastest: float, jitter: float
) -> None:
    rate = len(turns(Cadence(3), frames(fps, jitter=jitter))) / SECONDS
    assert slowest <= rate <= fastest


@pytest.mark.parametrize("jitter", [0.0, 0.03])
@pytest.mark.parametrize("fps", [30, 25, 24, 15, 10, 5, 1])
def test_faces_are_counted_once_per_second(fps: float, jitter: float) -> None:
    assert 59 <= len(turns(Cadence(30), frames(fps, jitter=jitter))) <= 63


def test_at_30_fps_it_is_every_third_frame() -> None:
    assert turns(Cadence(3), frames(30)) == list(range(0, SECONDS * 30, 3))


@given(
    every=st.integers(min_value=1, max_value=40),
    gaps=st.lists(st.floats(min_value=0.0, max_value=3.0), min_size=1, max_size=200),
)
def test_a_turn_comes_after_n_frames_or_n_thirtieths_of_a_second(
    every: int, gaps: list[float]
) -> None:
    cadence, at, last_at, since = Cadence(every), 100.0, 0.0, every
    for gap in gaps:
        at, since = at + gap, since + 1
        turn = every / FRAMES_PER_SECOND
        if cadence.due(at):
            assert since >= every or at - last_at >= turn / 2 - EARLY - 1e-9
            last_at, since = at, 0
        else:
            assert since < every
            assert at - last_at < turn


def test_times_that_begin_anew_cost_one_turn_at_most() -> None:
    cadence = Cadence(3)
    cadence.due(1_700_000_000.0)
    assert turns(cadence, [n / 10 for n in range(6)]) == [2, 3, 4, 5]


@pytest.mark.parametrize(
    ("phase", "expected"),
    [(0.0, [0, 30, 60, 90]), (0.5, [0, 45, 75, 105]), (1.0, [0, 60, 90, 120])],
)
@pytest.mark.parametrize("fps", [30, 10])
def test_the_phase_delays_all_turns_but_the_first(
    fps: int, phase: float, expected: list[int]
) -> None:
    found = turns(Cadence(30, phase=phase), frames(fps))[:4]
    assert found == [number * fps // 30 for number in expected]
