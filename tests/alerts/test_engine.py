"""From signals to alerts: names, announcements, what is open."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import count, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.alerts.engine import AlertEngine
from app.alerts.rules import rules_for
from app.types import Alert, AlertKind, AlertState, Edge, Label, Purpose, Severity, Signal, Track
from tests.builders import signal

GAZE, PHONE = AlertKind.GAZE_AWAY, AlertKind.PHONE


def engine(rules: Mapping[AlertKind, Mapping[str, object]] | None = None) -> AlertEngine:
    numbers = count(1)
    return AlertEngine(rules_for(Purpose.EXAM, rules or {}), lambda: f"episode {next(numbers)}")


def seen(at: float, away: bool, kind: AlertKind = GAZE, remains: bool = False) -> Signal:
    return signal(at, entered=away, remains=away or remains, kind=kind)


def looks(away: tuple[float, float], until: float, kind: AlertKind = GAZE) -> Iterator[Signal]:
    """Ten signals per second, away from the first time to the second."""
    first = round(away[0] * 10) - 10
    for i in range(first, round(until * 10)):
        yield seen(i / 10, away[0] <= i / 10 < away[1], kind)


class TestAlerts:
    def test_the_two_ends_of_an_episode(self) -> None:
        start, end = engine().update(looks((10, 15), until=20))
        assert start.id == end.id == "episode 1"
        assert (start.edge, end.edge) == (Edge.STARTED, Edge.ENDED)
        assert (start.kind, start.label, start.severity) == (
            GAZE,
            Label.LOOKING_LEFT,
            Severity.WARNING,
        )
        assert (start.at, start.started_at, start.ended_at) == (12.0, 10.0, None)
        assert (end.at, end.started_at, end.ended_at) == (15.5, 10.0, 15.0)
        assert start.rule == "gaze_away/1"
        assert (start.announced, end.announced) == (True, False)
        assert end.evidence["duration_seconds"] == 5.0

    def test_kinds_do_not_disturb_each_other(self) -> None:
        both = [
            each
            for pair in zip(
                looks((10, 15), until=20), looks((10, 15), until=20, kind=PHONE), strict=True
            )
            for each in pair
        ]
        alerts = engine().update(both)
        assert [(alert.kind, alert.edge) for alert in alerts] == [
            (PHONE, Edge.STARTED),
            (GAZE, Edge.STARTED),
            (GAZE, Edge.ENDED),
            (PHONE, Edge.ENDED),
        ]

    def test_disabled_rules_never_fire(self) -> None:
        off = engine({GAZE: {"enabled": False}})
        assert off.update(looks((10, 15), until=20)) == []
        assert off.states[GAZE] is AlertState.INACTIVE

    def test_drowsiness_is_an_event_without_words(self) -> None:
        drowsy = engine({AlertKind.DROWSY: {"enabled": True, "hold": 0}})
        [start] = drowsy.update([seen(0.0, True, AlertKind.DROWSY)])
        assert not start.announced


@pytest.mark.parametrize(
    ("second", "announced"), [(20.0, False), (39.9, False), (40.0, True), (60.0, True)]
)
def test_cooldown_counts_from_the_announcement(second: float, announced: bool) -> None:
    quick = engine({GAZE: {"hold": 0}})
    first = quick.update(looks((10, 15), until=16))
    again = quick.update(looks((second, second + 1), until=second + 3))
    assert [alert.announced for alert in first + again] == [True, False, announced, False]
    assert again[0].id == "episode 2"


def test_a_silent_episode_does_not_prolong_the_cooldown() -> None:
    quick = engine({GAZE: {"hold": 0}})
    alerts = [
        alert
        for start in (10.0, 35.0, 41.0)
        for alert in quick.update(looks((start, start + 1), until=start + 3))
        if alert.edge is Edge.STARTED
    ]
    assert [alert.announced for alert in alerts] == [True, False, True]


class TestOpen:
    def test_what_lasts_is_told_the_oldest_first(self) -> None:
        running = engine({AlertKind.PHONE: {"hold": 0}})
        assert running.open == []
        [gaze] = running.update(looks((10, 30), until=15))
        [phone] = running.update(looks((11, 30), until=15, kind=PHONE))
        assert running.open == [gaze, phone]
        running.update(looks((14, 16), until=20))
        assert running.open == [phone]

    def test_by_their_beginning_and_not_by_when_they_were_told(self) -> None:
        running = engine()
        [phone] = running.update(looks((11, 30), until=12, kind=PHONE))
        [gaze] = running.update(looks((10, 30), until=15))
        assert running.open == [gaze, phone]

    def test_pictures_and_sound_have_their_own(self) -> None:
        running = engine({AlertKind.NOT_ASSESSABLE: {"hold": 0}})
        tracks = (Track.AUDIO, Track.VIDEO)
        told = running.update(
            replace(seen(float(n), True, AlertKind.NOT_ASSESSABLE), track=track)
            for n, track in enumerate(tracks)
        )
        assert running.open == told
        assert len(told) == 2
        running.close({}, "rest")
        assert running.open == []


class TestClose:
    def test_ends_what_is_open_and_says_why(self) -> None:
        running = engine()
        [start] = running.update(looks((10, 15), until=14))
        assert running.states[GAZE] is AlertState.FIRING
        [end] = running.close({Track.VIDEO: 14.0}, "rest")
        assert (end.id, end.edge, end.ended_at, end.at) == (start.id, Edge.ENDED, 13.9, 14.0)
        assert end.evidence["closed_by"] == "rest"
        assert running.close({Track.VIDEO: 15.0}, "rest") == []

    def test_forgets_what_is_pending(self) -> None:
        running = engine()
        running.update(looks((10, 15), until=11))
        assert running.states[GAZE] is AlertState.PENDING
        assert running.close({Track.VIDEO: 11.0}, "idle") == []
        assert set(running.states.values()) == {AlertState.INACTIVE}
        assert set(running.states) == set(AlertKind)


MOMENTS = st.lists(
    st.tuples(
        st.sampled_from([0.0, 0.1, 0.1, 0.5, 1.0, 4.0, 20.0, -3.0]),
        st.sampled_from([GAZE, PHONE]),
        st.sampled_from(["away", "away", "remains", "good"]),
    ),
    max_size=120,
)


def signals(moments: list[tuple[float, AlertKind, str]]) -> list[Signal]:
    at, row = 100.0, []
    for seconds, kind, state in moments:
        row.append(seen(at + seconds, state == "away", kind, state == "remains"))
        at += max(seconds, 0.0)
    return row


def seen_away(row: list[Signal], start: Alert) -> float:
    """Seconds of the episode's hold with its condition at one end at least, and no long gap."""
    own, last = [], -1.0
    for each in row:
        if each.kind is start.kind and each.at >= last:
            own.append(each)
            last = each.at
    return sum(
        after.at - before.at
        for before, after in pairwise(own)
        if before.at >= start.started_at - 1e-9
        and after.at <= start.at + 1e-9
        and after.at - before.at <= 10
        and (before.remains or after.remains)
    )


@settings(max_examples=200, deadline=None)
@given(MOMENTS)
def test_whatever_comes(moments: list[tuple[float, AlertKind, str]]) -> None:
    running, row = engine(), signals(moments)
    alerts = running.update(row)
    for start in (alert for alert in alerts if alert.edge is Edge.STARTED):
        hold = 2.0 if start.kind is GAZE else 0.5
        assert seen_away(row, start) >= hold - 1e-5
    alerts += running.close({Track.VIDEO: 10_000.0}, "rest")
    assert set(running.states.values()) == {AlertState.INACTIVE}
    for kind in (GAZE, PHONE):
        own = [alert for alert in alerts if alert.kind is kind]
        assert [alert.edge for alert in own] == [Edge.STARTED, Edge.ENDED] * (len(own) // 2)
        free = 0.0
        for start, end in zip(own[::2], own[1::2], strict=True):
            assert start.id == end.id
            assert end.ended_at is not None
            assert free <= start.started_at <= start.at <= end.at
            assert start.started_at <= end.ended_at <= end.at
            assert 0.0 <= start.confidence <= 1.0
            free = end.ended_at
