"""Sessions whose outcome is plain: perfect, late, missed, false."""

import pytest

from app.audio.ring import BLOCK, SAMPLE_RATE
from benchmarks.voices.ear import told
from benchmarks.voices.item import Item
from benchmarks.voices.outcome import Outcome, alerts, outcome
from benchmarks.voices.summary import (
    brier,
    cost,
    delay,
    error,
    f_score,
    false_alarms,
    precision,
    recall,
    reliability,
)
from tests.benchmarks.voices.builders import TrueEar, item, turn, voices

TALK = item(turn(0, 1, 20), turn(1, 21, 27), turn(0, 28, 50))
ALONE = item(turn(0, 1, 50))
STEP = BLOCK / SAMPLE_RATE


def scored(
    of: Item, *, late: float = 0.0, deaf: bool = False, alarm: float | None = None
) -> Outcome:
    ear = TrueEar(of, late=late, deaf=deaf, alarm=alarm)
    return outcome(of, ear.hear(of.samples))


def test_a_second_voice_that_is_noticed() -> None:
    found = scored(TALK)
    assert found.caught
    assert found.delay == pytest.approx(STEP / 2, abs=STEP / 2)
    assert found.false_alarms == 0
    assert found.error.rate == 0
    assert found.spoken == (41, 6)


def test_late_is_late() -> None:
    found = scored(TALK, late=4.0)
    assert found.caught
    assert found.delay == pytest.approx(4 + STEP / 2, abs=STEP / 2)


def test_missed() -> None:
    found = scored(TALK, deaf=True)
    assert (found.caught, found.delay, found.alerts) == (False, None, ())
    assert found.error.missed == pytest.approx(5.5)


def test_an_alert_before_the_second_voice_is_false() -> None:
    found = scored(TALK, alarm=13.0)
    assert len(found.alerts) == 2
    assert (found.caught, found.delay, found.false_alarms) == (False, None, 1)
    assert found.alone == 21


def test_an_alert_while_one_speaks_is_false() -> None:
    assert scored(ALONE).false_alarms == 0
    assert scored(ALONE, alarm=13.0).false_alarms == 1
    assert scored(ALONE, alarm=13.0).alone == 60


def test_a_voice_that_begins_at_once_has_a_delay() -> None:
    both = item(turn(0, 0, 9), turn(1, 0, 9))
    assert scored(both).delay == pytest.approx(STEP)


def test_alerts_are_episodes_by_the_rule() -> None:
    """Silence of the other voice ends one, its return begins the next; doubt begins none."""
    heard = [voices(n * STEP, 0.9, (5, 8)) for n in range(10, 40)]
    heard += [voices(n * STEP, 0.9, (25, 28)) for n in range(50, 60)]
    doubts = [voices(n * STEP, 0.3, (5, 8)) for n in range(10, 40)]
    assert alerts(heard) == pytest.approx((10 * STEP, 50 * STEP))
    assert alerts(doubts) == ()


def test_a_confidence_is_asked_every_ten_seconds_once_the_truth_is_plain() -> None:
    """At 20 s nobody else has spoken; at 30 s and later six seconds."""
    claims = scored(TALK).claims
    assert [true for _, true in claims] == [False, False, True, True, True]
    assert [confidence for confidence, _ in claims] == [0.1, 0.1, 0.9, 0.9, 0.9]
    short = item(turn(0, 1, 20), turn(1, 21, 22))
    assert [true for _, true in scored(short).claims] == [False, False]


def test_the_newest_judgement_of_each_moment_is_told() -> None:
    first = voices(30, turns=(turn(0, 0, 12), turn(1, 15, 25)))
    then = voices(60, turns=(turn(0, 10, 14), turn(0, 15, 26), turn(1, 40, 50)))
    assert told([first, first, then, voices(70)]) == (
        turn(0, 0, 10),
        turn(0, 10, 14),
        turn(0, 15, 26),
        turn(1, 40, 50),
    )
    assert told([]) == ()


class TestSummary:
    """Two caught (one late), one missed, one too early; two alone, one of them with an alarm."""

    found = (
        scored(TALK),
        scored(TALK, late=4.0),
        scored(TALK, deaf=True),
        scored(TALK, alarm=13.0),
        scored(ALONE),
        scored(ALONE, alarm=33.0),
    )

    def test_precision_and_recall(self) -> None:
        right, caught = precision(self.found), recall(self.found)
        assert (right.part, right.whole) == (2, 4)
        assert (caught.part, caught.whole) == (2, 4)
        assert f_score(self.found) == pytest.approx(0.5)
        assert caught.interval == pytest.approx((0.15, 0.85), abs=0.001)

    def test_delay(self) -> None:
        quick, late = self.found[0].delay, self.found[1].delay
        assert quick is not None
        assert late is not None
        assert delay(self.found, 50) == pytest.approx((quick + late) / 2)
        assert delay(self.found[2:], 50) is None

    def test_false_alarms_per_hour(self) -> None:
        rate = false_alarms(self.found)
        assert rate.count == 2
        assert rate.hours == pytest.approx((4 * 21 + 2 * 60) / 3600)
        assert rate.value == pytest.approx(2 / rate.hours)
        assert rate.interval == pytest.approx((0.2422 / rate.hours, 7.2247 / rate.hours), rel=1e-3)

    def test_no_alarm_has_an_upper_bound(self) -> None:
        rate = false_alarms(self.found[:1])
        assert rate.interval == pytest.approx((0, 3.6889 / rate.hours), rel=1e-3)

    def test_nothing_has_no_value(self) -> None:
        assert precision([]).value is None
        assert recall([]).interval is None
        assert f_score([]) is None
        assert false_alarms([]).value is None
        assert error([]).rate is None
        assert brier([]) is None
        assert reliability([]) == []

    def test_errors_and_cost_add_up(self) -> None:
        assert error(self.found).missed == pytest.approx(5.5)
        blocks = 60 // STEP
        assert cost(self.found) == pytest.approx({"all": blocks / 60})

    def test_confidence_against_truth(self) -> None:
        claims = [claim for each in self.found for claim in each.claims]
        low, high = reliability(self.found)
        assert (low.low, low.high, high.low, high.high) == (0.05, 0.2, 0.8, 0.95)
        assert low.count + high.count == len(claims)
        assert high.true == 1.0
        assert low.confidence == pytest.approx(0.1)
        wrong = sum(true for confidence, true in claims if confidence == 0.1)
        assert low.true == pytest.approx(wrong / low.count)
        expected = (wrong * 0.81 + (len(claims) - wrong) * 0.01) / len(claims)
        assert brier(self.found) == pytest.approx(expected)
