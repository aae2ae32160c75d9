"""Hold, bridging and ends of one rule, signal by signal."""

import pytest

from app.alerts.machine import Machine, Transition
from app.types import AlertKind, AlertRule, AlertState, Edge, Label, Severity, Signal
from tests.builders import signal

LEFT, RIGHT = Label.LOOKING_LEFT, Label.LOOKING_RIGHT
STATES = {
    "A": (True, True),
    "r": (False, True),
    ".": (False, False),
}
"""Away, remaining beyond the nearer limit, good."""


def rule(*, hold: float = 2.0, clear_after: float = 0.5) -> AlertRule:
    return AlertRule(
        kind=AlertKind.GAZE_AWAY,
        severity=Severity.WARNING,
        hold=hold,
        clear_after=clear_after,
        cooldown=30.0,
    )


def good(at: float) -> Signal:
    return signal(at, entered=False, remains=False)


def feed(machine: Machine, signals: list[Signal]) -> list[Transition]:
    return [found for each in signals if (found := machine.update(each)) is not None]


def played(states: str, *, every: float, hold: float = 2.0, clear_after: float = 0.5) -> list[str]:
    """The transitions of a row of signals, one `every` second; a blank is not measured."""
    machine = Machine(rule(hold=hold, clear_after=clear_after))
    row = [
        signal(i * every, entered=STATES[state][0], remains=STATES[state][1])
        for i, state in enumerate(states)
        if state != " "
    ]
    return [
        f"{found.edge} {(found.started_at if found.ended_at is None else found.ended_at):.1f}"
        f" at {found.at:.1f}"
        for found in feed(machine, row)
    ]


@pytest.mark.parametrize(
    ("seen", "states", "every", "expected"),
    [
        ("too short", "." + "A" * 4 + "...", 0.5, []),
        ("long enough", ".AAAAA", 0.5, ["started 0.5 at 2.5"]),
        ("never entered", "rrrrrrrrr", 0.5, []),
        ("remains after it entered", "Arrrr", 0.5, ["started 0.0 at 2.0"]),
        ("ends", "AAAAA..", 0.5, ["started 0.0 at 2.0", "ended 2.5 at 3.0"]),
        ("one good frame while pending", "AAA.AAA", 0.5, ["started 0.0 at 2.5"]),
        ("one good frame while firing", "AAAAA.AA.A", 0.5, ["started 0.0 at 2.0"]),
        ("two good frames begin anew", "AAA..AAAAA", 0.5, ["started 2.5 at 4.5"]),
        ("is not told on a good frame", "AAAA.A", 0.6, ["started 0.0 at 3.0"]),
        ("blinks count up to 1.5 s", "AA  AAA", 0.5, ["started 0.0 at 2.0"]),
        ("longer gaps stand still", "AAA     AAA", 0.5, ["started 0.0 at 5.0"]),
        ("a lost face ends nothing", "AAAAA" + " " * 300 + "A", 0.5, ["started 0.0 at 2.0"]),
        ("nor begins a good stretch", "AAAAA." + " " * 300 + "A", 0.5, ["started 0.0 at 2.0"]),
        ("ten seconds end a hold", "AAAA" + " " * 20 + "AA", 0.5, []),
        ("ten per second", "A" * 21, 0.1, ["started 0.0 at 2.0"]),
        ("one per second", "AAA.A..", 1.0, ["started 0.0 at 2.0", "ended 5.0 at 6.0"]),
    ],
)
def test_a_row_of_signals(seen: str, states: str, every: float, expected: list[str]) -> None:
    assert played(states, every=every) == expected, seen


class TestHold:
    def test_of_zero_fires_at_once(self) -> None:
        assert played("A", every=1.0, hold=0.0) == ["started 0.0 at 0.0"]

    def test_counts_from_since(self) -> None:
        machine = Machine(rule(hold=1.0))
        [start] = feed(machine, [good(4.0), signal(5.0, since=4.0)])
        assert (start.started_at, start.at) == (4.0, 5.0)

    def test_since_does_not_reach_into_the_last_episode(self) -> None:
        machine = Machine(rule(hold=1.0, clear_after=0.0))
        row = [signal(0.0), signal(1.0), good(2.0), signal(3.0, since=0.5)]
        assert [found.started_at for found in feed(machine, row)] == [0.0, 0.0, 2.0]

    def test_looks_every_four_seconds_are_a_rhythm(self) -> None:
        states = "A" * 10 + "." * 4
        assert played(states, every=4.0, hold=9.0, clear_after=4.0) == [
            "started 0.0 at 32.0",
            "ended 40.0 at 44.0",
        ]

    def test_backwards_times_are_ignored(self) -> None:
        machine = Machine(rule())
        row = [signal(0.0), signal(1.0), good(0.5), signal(float("nan")), signal(2.0)]
        assert [found.started_at for found in feed(machine, row)] == [0.0]

    def test_clear_after_zero_ends_with_the_first_good_signal(self) -> None:
        assert played("AAAAA.", every=0.5, clear_after=0.0)[1:] == ["ended 2.5 at 2.5"]


class TestTransition:
    def test_the_label_that_prevails_stays(self) -> None:
        machine = Machine(rule())
        sides = [LEFT, RIGHT, RIGHT, LEFT, RIGHT, RIGHT, LEFT, LEFT, LEFT, LEFT]
        row = [signal(i * 0.4, label=side) for i, side in enumerate(sides)]
        found = feed(machine, [*row, good(4.0), good(5.0)])
        assert [(each.edge, each.label) for each in found] == [
            (Edge.STARTED, RIGHT),
            (Edge.ENDED, RIGHT),
        ]

    def test_the_end_tells_durations_and_extremes(self) -> None:
        machine = Machine(rule())
        row = [signal(i * 0.5, yaw_degrees=-20.0 - i, limit_degrees=13.0) for i in range(7)]
        found = feed(machine, [*row, good(3.5), good(4.0)])
        assert found[1].evidence == {
            "duration_seconds": 3.5,
            "observed_seconds": 3.25,
            "peak_yaw_degrees": -26.0,
        }

    def test_what_was_not_seen_is_not_observed(self) -> None:
        machine = Machine(rule())
        row = [signal(at) for at in (0.0, 1.0, 2.0, 302.0)]
        found = feed(machine, [*row, good(303.0), good(304.0)])
        assert found[1].evidence["duration_seconds"] == 303.0
        assert found[1].evidence["observed_seconds"] == 2.5


class TestClose:
    def test_ends_where_it_was_last_seen(self) -> None:
        machine = Machine(rule())
        feed(machine, [signal(0.0), signal(1.0), signal(2.0)])
        end = machine.close(300.0)
        assert end is not None
        assert (end.at, end.ended_at) == (300.0, 2.0)
        assert machine.state is AlertState.INACTIVE

    def test_ends_where_the_good_stretch_began(self) -> None:
        machine = Machine(rule(clear_after=5.0))
        feed(machine, [signal(0.0), signal(1.0), signal(2.0), good(3.0), good(4.0)])
        end = machine.close(4.0)
        assert end is not None
        assert end.ended_at == 3.0

    def test_is_not_told_before_it_was_seen(self) -> None:
        machine = Machine(rule())
        feed(machine, [signal(0.0), signal(1.0), signal(2.0)])
        end = machine.close(1.0)
        assert end is not None
        assert (end.at, end.ended_at) == (2.0, 2.0)

    def test_forgets_what_is_pending(self) -> None:
        machine = Machine(rule())
        states = []
        feed(machine, [signal(0.0), signal(1.5)])
        states.append(machine.state)
        assert machine.close(1.5) is None
        states.append(machine.state)
        assert states == [AlertState.PENDING, AlertState.INACTIVE]
        assert feed(machine, [signal(2.0), signal(3.0)]) == []
