"""An episode adds up its signals: time, label, confidence, evidence."""

from itertools import pairwise

import pytest

from app.alerts.episode import KEPT, Episode
from app.types import Label, Signal
from tests.builders import signal

LEFT, RIGHT = Label.LOOKING_LEFT, Label.LOOKING_RIGHT


def good(at: float) -> Signal:
    return signal(at, entered=False, remains=False)


def episode(signals: list[Signal], *, started_at: float | None = None) -> Episode:
    """Of signals whose distances were all measured."""
    first = signals[0]
    adding = Episode(first, first.at if started_at is None else started_at)
    for previous, each in pairwise(signals):
        adding.add(previous, each, each.at - previous.at)
    return adding


@pytest.mark.parametrize(
    ("states", "held", "good_since", "seconds"),
    [
        ("A", 0, None, 0),
        ("AAA", 2, None, 0),
        ("AA.", 1.5, 2, 0),
        ("AA...", 1.5, 2, 2),
        ("AA.A", 2, None, 0),
        ("A..A.", 1.5, 4, 0),
    ],
)
def test_one_signal_per_second(
    states: str, held: float, good_since: float | None, seconds: float
) -> None:
    row = [signal(i) if state == "A" else good(i) for i, state in enumerate(states)]
    adding = episode(row)
    assert (adding.held, adding.good_since) == (held, good_since)
    assert good_since is None or adding.good == seconds


class TestLabel:
    def test_is_the_one_that_lasted_longest(self) -> None:
        row = [signal(0, label=LEFT), signal(1, label=RIGHT), signal(3, label=RIGHT)]
        assert episode(row).label() is RIGHT

    def test_counts_what_was_before_the_first_signal(self) -> None:
        row = [signal(5, label=LEFT), signal(6, label=RIGHT), signal(7, label=RIGHT)]
        assert episode(row, started_at=3).label() is LEFT


class TestConfidence:
    def test_is_the_signals_mean(self) -> None:
        assert episode([signal(0, confidence=0.5), signal(1, confidence=0.8)]).confidence() == 0.65

    def test_is_less_where_the_condition_did_not_hold(self) -> None:
        assert episode([signal(0), signal(1), good(2), signal(3)]).confidence() == 0.667

    @pytest.mark.parametrize(("given", "told"), [(7.0, 1.0), (-1.0, 0.0)])
    def test_stays_within_its_range(self, given: float, told: float) -> None:
        assert episode([signal(0, confidence=given)]).confidence() == told


class TestEvidence:
    def test_is_the_prevailing_labels_median(self) -> None:
        yaws = [20.0, 21.0, 90.0, 22.0, -30.0, 21.04]
        row = [
            signal(i, label=LEFT if yaw > 0 else RIGHT, yaw_degrees=yaw)
            for i, yaw in enumerate(yaws)
        ]
        assert episode(row).evidence() == {"yaw_degrees": 21.04}

    def test_keeps_the_newest_only(self) -> None:
        row = [signal(i, yaw_degrees=float(i)) for i in range(10 * KEPT)]
        yaw = episode(row).evidence()["yaw_degrees"]
        assert isinstance(yaw, float)
        assert yaw >= 9 * KEPT


class TestWords:
    ROW = (
        signal(0, yaw_degrees=20.0),
        signal(1, yaw_degrees=30.0, limits="screen"),
        signal(2, yaw_degrees=24.0, limits="screen"),
    )

    def test_stand_beside_the_numbers(self) -> None:
        assert episode([*self.ROW]).evidence() == {"yaw_degrees": 24.0, "limits": "screen"}
        assert episode([*self.ROW, good(3)]).summary(2.5) == {
            "duration_seconds": 2.5,
            "observed_seconds": 2.5,
            "peak_yaw_degrees": 30.0,
            "limits": "screen",
        }

    def test_are_those_of_the_newest_signal(self) -> None:
        row = [*self.ROW[1:], signal(3, yaw_degrees=20.0)]
        assert episode(row).evidence() == {"yaw_degrees": 24.0}
        assert "limits" not in episode(row).summary(3.0)


class TestSummary:
    def test_tells_durations_and_extremes(self) -> None:
        row = [signal(i, yaw_degrees=-20.0 - i % 3, limit_degrees=13.0) for i in range(5)]
        assert episode([*row, good(5)]).summary(5.0) == {
            "duration_seconds": 5.0,
            "observed_seconds": 4.5,
            "peak_yaw_degrees": -22.0,
        }
