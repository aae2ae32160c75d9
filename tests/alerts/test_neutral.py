"""The neutral settles on where a candidate rests, never on looking aside."""

import math
from collections.abc import Callable
from random import Random

import pytest

from app.alerts.neutral import BOUND, Neutral

Path = Callable[[float], tuple[float, float]]


def follow(
    path: Path,
    *,
    until: float,
    fps: float = 10,
    noise: float = 1.0,
    start: float = 0.0,
    neutral: Neutral | None = None,
) -> Neutral:
    """A neutral that has seen `path` (seconds to degrees) from `start` on."""
    random, neutral = Random(3), neutral or Neutral()
    for frame in range(round(start * fps), round(until * fps)):
        yaw, pitch = path(frame / fps)
        neutral.update(random.gauss(yaw, noise), random.gauss(pitch, noise), frame / fps)
    return neutral


def at(yaw: float, pitch: float = 0.0) -> Path:
    return lambda now: (yaw, pitch)


def then(first: Path, change: float, second: Path) -> Path:
    return lambda now: first(now) if now < change else second(now)


@pytest.mark.parametrize(
    ("seen", "path", "until", "expected"),
    [
        ("rests", at(3, -6), 5, (3, -6)),
        ("rests at the bound", at(0, -9), 10, (0, -9)),
        ("a blink drags the eyes down", lambda t: (3, -40 if 1 < t < 1.3 else 0), 4, (3, 0)),
        ("a glance of half a second", lambda t: (25 if 1 < t < 1.5 else 2, 0), 4, (2, 0)),
        ("keyboard, then screen", then(at(0, -9), 5, at(0, 3)), 24, (0, 3)),
        ("aside for less than half of it", then(at(0), 15, at(9)), 24, (0, 0)),
        ("aside beyond the bound does not count", then(at(0), 5.6, at(15)), 60, (0, 0)),
    ],
)
def test_settles(seen: str, path: Path, until: float, expected: tuple[float, float]) -> None:
    neutral = follow(path, until=until)
    assert neutral.settled, seen
    assert (neutral.yaw, neutral.pitch) == pytest.approx(expected, abs=0.8), seen


@pytest.mark.parametrize(
    ("seen", "path"),
    [
        ("looks aside", at(25)),
        ("looks a little aside", at(13)),
        ("aside and down", at(8, -8)),
        ("moves about", lambda t: (9 * math.sin(4 * t), 0)),
        ("cannot be measured", at(math.nan)),
    ],
)
def test_does_not_settle(seen: str, path: Path) -> None:
    neutral = follow(path, until=30)
    assert not neutral.settled, seen
    assert (neutral.yaw, neutral.pitch) == (0, 0), seen


@pytest.mark.parametrize("fps", [1, 2, 10, 30])
class TestFrameRates:
    def test_settles_after_two_and_a_half_seconds(self, fps: float) -> None:
        assert not follow(at(4), until=2.4, fps=fps).settled
        assert follow(at(4), until=4.1, fps=fps).settled

    def test_follows_as_fast(self, fps: float) -> None:
        neutral = follow(then(at(0), 40, at(4)), until=100, fps=fps, noise=0)
        assert neutral.yaw == pytest.approx(4 * (1 - math.exp(-1)), abs=0.15)


class TestGaps:
    def test_a_gap_begins_the_window_anew(self) -> None:
        neutral = follow(at(4), until=2.0)
        follow(at(4), start=5.0, until=7.4, neutral=neutral)
        assert not neutral.settled
        follow(at(4), start=7.4, until=7.7, neutral=neutral)
        assert neutral.settled

    def test_a_gap_does_not_add_to_following(self) -> None:
        neutral = follow(at(0), until=40, noise=0)
        neutral.update(4, 0, 4000)
        assert neutral.yaw < 0.15

    def test_backwards_times_are_ignored(self) -> None:
        neutral = follow(at(0), until=40, noise=0)
        neutral.update(9, 9, 20)
        assert (neutral.yaw, neutral.pitch) == (0, 0)


class TestFollowing:
    def test_is_slow(self) -> None:
        neutral = follow(then(at(0), 30, at(9)), until=40)
        assert neutral.yaw < 1.0

    def test_leaves_a_wrong_neutral_in_time(self) -> None:
        neutral = follow(then(at(0, -9), 30, at(0, 3)), until=240)
        assert neutral.pitch == pytest.approx(3, abs=1)

    def test_ignores_what_is_beyond_the_bound(self) -> None:
        neutral = follow(then(at(0), 30, at(12)), until=600, noise=0.3)
        assert abs(neutral.yaw) < 0.1

    def test_keeps_to_the_bound(self) -> None:
        random, neutral = Random(5), Neutral()
        for second in range(3000):
            corner = BOUND * random.choice((-1, 1)), BOUND * random.choice((-1, 1))
            calm = second % 7 < 5
            scale = 0.7 if calm else random.random()
            neutral.update(corner[0] * scale, corner[1] * scale, float(second))
            assert math.hypot(neutral.yaw, neutral.pitch) <= BOUND + 1e-9


class TestDeviation:
    def test_is_absolute_before_it_stands(self) -> None:
        assert Neutral().deviation(12, -3) == (12, -3)

    def test_while_early_counts_from_the_nearer_of_neutral_and_zero(self) -> None:
        neutral = follow(at(0, -9), until=5, noise=0)
        assert neutral.deviation(0, 4) == (0, 4)
        assert neutral.deviation(0, -16) == (0, -7)

    def test_later_counts_from_the_neutral(self) -> None:
        neutral = follow(at(0, -9), until=40, noise=0)
        assert neutral.deviation(0, 4) == pytest.approx((0, 13))
