"""When a session was watched, and why it was not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.session.coverage import Coverage
from app.session.periods import (
    INTERRUPTED,
    LEFT,
    MOST,
    SILENCE,
    SILENT,
    Gap,
    Period,
    Periods,
    gaps,
    read,
)
from app.types import AlertKind, Label


def look(periods: Periods, since: int, until: int) -> Periods:
    """Once per second."""
    for at in range(since, until + 1):
        periods.look(float(at))
    return periods


def told(periods: Periods, until: float, why: str = SILENT) -> list[tuple[float, float, str]]:
    return [(gap.since, gap.until, gap.why) for gap in gaps(periods.all, until, why)]


def test_without_a_break_there_is_one() -> None:
    periods = look(Periods(), 3, 20)
    assert periods.told() == [[3.0, 20.0, None]]
    assert told(periods, 20.0) == []


def test_nothing_yet() -> None:
    assert (Periods().told(), told(Periods(), 9.0)) == ([], [])


def test_a_pause() -> None:
    periods = look(Periods(), 0, 10)
    periods.end("paused")
    periods.end("stopped")  # it was paused already
    look(periods, 30, 40)
    assert told(periods, 40.0) == [(10.0, 30.0, "paused")]


def test_a_pause_that_lasts() -> None:
    periods = look(Periods(), 0, 10)
    periods.end("paused")
    assert told(periods, 10.5) == []
    assert told(periods, 12.0) == [(10.0, 12.0, "paused")]


def test_what_was_before_the_end_says_more_than_the_end() -> None:
    paused = look(Periods(), 0, 10)
    paused.end("paused")
    paused.end("stopped")
    left = look(Periods(), 0, 10)
    left.leave()
    left.end("stopped")
    silent = look(Periods(), 0, 10)
    silent.end("stopped")
    found = [told(each, 30.0) for each in (paused, left, silent)]
    assert found == [[(10.0, 30.0, why)] for why in ("paused", LEFT, SILENT)]
    assert [told(each, 12.0) for each in (left, silent)] == [[], []]  # it was under way


@pytest.mark.parametrize(("seconds", "found"), [(SILENCE, 0), (SILENCE + 0.01, 1)])
def test_a_silence_has_a_shortest_length(seconds: float, found: int) -> None:
    periods = look(Periods(), 0, 10)
    assert len(told(periods, 10.0 + seconds)) == found
    periods.look(10.0 + seconds)
    assert told(periods, 10.0 + seconds) == [(10.0, 10.0 + seconds, SILENT)] * found


def test_whoever_sent_had_left() -> None:
    periods = look(Periods(), 0, 10)
    periods.leave()
    periods.look(10.2)  # it was under way
    periods.come()
    periods.look(10.4)
    look(periods, 20, 30)
    look(periods, 40, 50)
    assert told(periods, 50.0) == [(10.4, 20.0, LEFT), (30.0, 40.0, SILENT)]


def test_whoever_left_and_came_at_once_left_no_gap() -> None:
    periods = look(Periods(), 0, 10)
    periods.leave()
    periods.come()
    look(periods, 11, 12)
    periods.look(20.0)
    assert told(periods, 20.0) == [(12.0, 20.0, SILENT)]


def test_a_process_that_was_killed() -> None:
    kept = look(Periods(), 0, 60).told()
    assert told(Periods.stored(kept), 80.0, LEFT) == [(60.0, 80.0, INTERRUPTED)]
    periods = look(Periods.stored(kept), 90, 100)
    assert told(periods, 100.0) == [(60.0, 90.0, INTERRUPTED)]
    periods.end("shutdown")
    third = look(Periods.stored(periods.told()), 200, 210)
    assert told(third, 210.0) == [(60.0, 90.0, INTERRUPTED), (100.0, 200.0, "shutdown")]


def test_a_clock_that_begins_again() -> None:
    kept = look(Periods(), 100, 120)
    kept.end("shutdown")
    periods = look(Periods.stored(kept.told()), 0, 10)
    assert periods.told() == [[0.0, 10.0, None], [100.0, 120.0, "shutdown"]]
    look(periods, 11, 110)  # one of the silences ended a period: these are the second process's
    assert periods.told() == [[0.0, 120.0, "shutdown"]]


def test_no_more_than_so_many_are_kept_and_the_shortest_gaps_are_forgotten() -> None:
    periods, at, long = Periods(), 0.0, 0
    for number in range(3 * MOST):
        periods.look(at)
        periods.look(at + 2)
        periods.end("paused")
        is_long = number % 7 == 3
        long += is_long
        at += 100.0 if is_long else 4.0 + number / 1e4
    assert long < MOST
    found = told(periods, at)
    assert len(periods.all) == MOST
    lengths = [round(until - since) for since, until, _ in found]
    assert (lengths.count(98), len({*lengths} - {98, 2})) == (long, 0)
    assert len(periods.told()) == MOST


spans = st.lists(
    st.tuples(st.floats(0, 30), st.floats(0, 30), st.sampled_from(["paused", "idle", None])),
    max_size=30,
)


@given(spans)
def test_watched_time_is_the_periods_and_the_silences_between(
    parts: list[tuple[float, float, str | None]],
) -> None:
    """`seconds` counts them, since nothing interrupted: pauses are the other gaps."""
    coverage, at = Coverage([AlertKind.NOBODY]), 0.0
    for length, pause, why in parts:
        for part in range(9):
            coverage.update(at + part * length / 8, [AlertKind.NOBODY], None, lambda kind: False)
        at += length + pause
        if why is not None:
            coverage.interrupt(why)
    periods = coverage.periods.all
    between = gaps(periods, periods[-1].until if periods else 0.0, SILENT)
    watched = sum(p.until - p.since for p in periods)
    silent = sum(gap.until - gap.since for gap in between if gap.why == SILENT)
    assert coverage.seconds == pytest.approx(watched + silent, abs=1e-6)
    assert all(p.since <= p.until for p in periods)
    assert all(gap.since < gap.until for gap in between)


@given(st.lists(st.tuples(st.floats(0, 1e5), st.floats(0, 1e3)), max_size=40))
def test_in_whatever_order_they_come_they_are_told_in_order(
    parts: list[tuple[float, float]],
) -> None:
    periods = Periods(Period(since=at, until=at + length, why="idle") for at, length in parts)
    found = periods.all
    edges = [edge for p in found for edge in (p.since, p.until)]
    assert edges == sorted(edges)
    assert all(any(p.since <= at and at + length <= p.until for p in found) for at, length in parts)


def test_what_an_older_process_stored_is_read() -> None:
    old = {"seconds": 20.0, "judged": {"nobody": 0.5}, "not_assessable": {"Picture too dark": 10.0}}
    coverage = Coverage([AlertKind.NOBODY], old)
    coverage.update(50.0, [AlertKind.NOBODY], None, lambda kind: False)
    coverage.update(51.0, [AlertKind.NOBODY], None, lambda kind: False)
    assert coverage.seconds == 21.0
    assert coverage.not_assessable == {Label.TOO_DARK: 10.0}
    assert coverage.as_dict()["periods"] == [[50.0, 51.0, None]]


def test_what_is_stored_is_read_as_it_was() -> None:
    periods = look(Periods(), 0, 3)
    periods.end("room")
    look(periods, 9, 12)
    assert read(periods.told()) == periods.all
    assert gaps(read([]), 9.0, LEFT) == []
    assert gaps(read([[1, 2, None]]), 9.0, LEFT) == [Gap(since=2, until=9.0, why=LEFT)]
