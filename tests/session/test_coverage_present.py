"""Coverage by the service's clock reaches the present, and its numbers add up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.session.coverage import Coverage
from app.session.periods import LEFT, SILENT, WATCHED, gaps
from app.types import AlertKind, Label

NOBODY = AlertKind.NOBODY


def free(kind: AlertKind) -> bool:
    return False


def expecting(at: float = 0.0) -> Coverage:
    coverage = Coverage([NOBODY])
    coverage.expect(at)
    return coverage


def watch(coverage: Coverage, since: int, until: int) -> None:
    for at in range(since, until + 1):
        coverage.update(float(at), [NOBODY], None, free)


def told(coverage: Coverage, at: float) -> list[tuple[float, float, str]]:
    return [(g.since, g.until, g.why) for g in gaps(coverage.until(at).periods.all, at)]


def test_who_left_for_good_was_not_judged_since() -> None:
    coverage = expecting()
    watch(coverage, 0, 600)
    coverage.periods.leave()
    for at in (3000.0, 3600.0):
        assert told(coverage, at) == [(600.0, at, LEFT)]
    present = coverage.until(3600.0)
    assert present.seconds == 3600.0
    assert present.shares == {NOBODY: pytest.approx(1 / 6)}
    assert present.not_assessable == {Label.TOO_FEW_PICTURES: 3000.0}
    assert (coverage.seconds, coverage.periods.told()) == (600.0, [[0.0, 600.0, None]])
    coverage.interrupt("stopped", 3600.0)
    assert coverage.as_dict() == present.as_dict() | {
        "periods": [[0.0, 600.0, LEFT], [3600.0, 3600.0, "stopped"]]
    }


def test_a_pause_begins_when_it_begins_however_long_nothing_came() -> None:
    coverage = expecting()
    watch(coverage, 0, 10)
    coverage.interrupt("paused", 30.0)
    coverage.update(29.9, [NOBODY], None, free)  # it was under way
    coverage.interrupt("stopped", 50.0)
    assert told(coverage, 50.0) == [(10.0, 30.0, SILENT), (30.0, 50.0, "paused")]
    assert coverage.seconds == 30.0


def test_nothing_usable_ever_came() -> None:
    coverage = expecting(2.0)
    coverage.expect(2.5)
    assert told(coverage, 42.0) == [(2.0, 42.0, SILENT)]
    present = coverage.until(42.0).as_dict()
    assert (present["seconds"], present["judged"]) == (40.0, {"nobody": 0.0})
    assert present["by_source"] is False
    coverage.update(42.0, [NOBODY], None, free)
    assert told(coverage, 43.0) == [(2.0, 42.0, SILENT)]


def test_by_a_senders_clock_nothing_is_expected() -> None:
    coverage = Coverage([NOBODY])
    coverage.tell_clock(by_source=True)
    coverage.expect(9.0)
    assert coverage.as_dict()["periods"] == []


def test_a_senders_clock_that_begins_again_counts_no_second_twice() -> None:
    first = Coverage([NOBODY])
    first.tell_clock(by_source=True)
    watch(first, 5, 30)
    again = Coverage([NOBODY], first.as_dict())
    again.tell_clock(by_source=True)
    watch(again, 5, 40)
    assert again.seconds == 35.0
    assert again.periods.told() == [[5.0, 40.0, None]]


def test_another_clock_after_a_restart_has_periods_of_its_own() -> None:
    first = Coverage([NOBODY])
    first.tell_clock(by_source=True)
    watch(first, 1_700_000_000, 1_700_000_010)
    again = Coverage([NOBODY], first.as_dict())
    again.expect(90.0)
    again.tell_clock(by_source=False)
    again.expect(90.0)
    watch(again, 91, 100)
    assert again.periods.told() == [[90.0, 100.0, None]]
    assert again.seconds == 20.0


steps = st.lists(
    st.tuples(
        st.sampled_from(["look", "look", "look", "pause", "resume", "leave", "come", "restart"]),
        st.floats(0.01, 20.0),
    ),
    max_size=60,
)


@given(steps)
def test_periods_and_gaps_are_the_span_and_those_in_coverage_its_seconds(
    parts: list[tuple[str, float]],
) -> None:
    coverage, at, running = expecting(), 0.0, True
    for what, passed in parts:
        at += passed
        match what:
            case "look" if running:
                coverage.update(at, [NOBODY], None, free)
            case "pause":
                coverage.interrupt("paused", at)
                running = False
            case "resume":
                coverage.expect(at)
                running = True
            case "leave":
                coverage.periods.leave()
            case "come":
                coverage.periods.come()
            case "restart":
                coverage = Coverage([NOBODY], coverage.until(at if running else None).as_dict())
                coverage.expect(at + 1)
                at, running = at + 1, True
        present = coverage.until(at)
        periods = present.periods.all
        watched = sum(p.until - p.since for p in periods)
        found = gaps(periods, at)
        reached = max(at if found and found[-1].until == at else 0.0, periods[-1].until)
        assert at - reached <= 1.0
        assert watched + sum(g.until - g.since for g in found) == pytest.approx(reached, abs=0.3)
        absent = sum(g.until - g.since for g in found if g.why in WATCHED)
        assert present.seconds == pytest.approx(watched + absent, abs=0.6)
