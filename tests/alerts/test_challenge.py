"""A turn that was asked for: what passes, what fails, and what is not judged."""

import math
from collections.abc import Iterable

import pytest

from app.alerts.challenge import Answer, Challenge, ChallengeRun, Reason, Result, Side

BEGINS, SECONDS, DEGREES = 100.0, 6.0, 25.0
PASSED, FAILED, NOT_JUDGED = Result.PASSED, Result.FAILED, Result.NOT_JUDGED
Yaw = float | Reason
Knot = tuple[float, Yaw]
"""Seconds after the announcement, and the head from then on: it goes evenly from knot to knot."""


def running(side: Side = Side.LEFT) -> ChallengeRun:
    asked = Challenge(id="7f", side=side, degrees=DEGREES, begins=BEGINS, seconds=SECONDS)
    return ChallengeRun(asked)


def yaw_at(knots: list[Knot], after: float) -> Yaw:
    """Of the head, so many seconds after the announcement."""
    before = [knot for knot in knots if knot[0] <= after][-1]
    behind = next((knot for knot in knots if knot[0] > after), before)
    if isinstance(before[1], Reason) or isinstance(behind[1], Reason) or behind is before:
        return before[1]
    share = (after - before[0]) / (behind[0] - before[0])
    return before[1] + share * (behind[1] - before[1])


def looks(*knots: Knot, hertz: float = 10.0, until: float = 9.0) -> list[tuple[float, Yaw]]:
    count = round(until * hertz)
    return [(n / hertz + 0.03, yaw_at([*knots], n / hertz + 0.03)) for n in range(count)]


def answered(seen: Iterable[tuple[float, Yaw]], side: Side = Side.LEFT) -> Answer:
    """What comes of these looks."""
    run, at = running(side), BEGINS
    for after, yaw in seen:
        at = BEGINS + after
        if (answer := run.look(at, yaw)) is not None:
            return answer
    return run.finish(at)


TURN: list[Knot] = [(0, 2.0), (0.8, 2.0), (1.4, 32.0), (2.0, 32.0), (2.6, 1.0)]


def mirrored(knots: list[Knot]) -> list[Knot]:
    return [(at, yaw if isinstance(yaw, Reason) else -yaw) for at, yaw in knots]


@pytest.mark.parametrize("side", [*Side])
def test_who_turns_as_asked_and_comes_back_passes(side: Side) -> None:
    knots = TURN if side is Side.LEFT else mirrored(TURN)
    answer = answered(looks(*knots), side)
    assert (answer.result, answer.reason) == (PASSED, None)
    assert answer.turned_degrees == pytest.approx(32.0)
    assert answer.reaction_seconds == pytest.approx(1.03)  # 0.96 s, and the next look after it
    assert answer.at - BEGINS == pytest.approx(2.43)
    assert answer.challenge.side is side


@pytest.mark.parametrize("hertz", [2.0, 5.0, 15.0])
def test_slower_cameras_do(hertz: float) -> None:
    held: list[Knot] = [(0, 0.0), (0.8, 0.0), (1.6, 32.0), (3.0, 32.0), (4.0, 0.0)]
    assert answered(looks(*held, hertz=hertz)).result is PASSED


LATE: list[Knot] = [(0, 0.0), (5.0, 0.0), (5.6, 30.0), (6.5, 30.0), (7.2, 0.0)]


@pytest.mark.parametrize(
    ("knots", "result", "reason"),
    [
        ([(0, 0.0)], FAILED, Reason.NO_TURN),
        ([(0, 0.0), (1, 0.0), (2, 8.0)], FAILED, Reason.NO_TURN),
        ([(0, 0.0), (1, 0.0), (2, 18.0), (3, 0.0)], FAILED, Reason.TOO_SMALL),
        ([(0, 0.0), (1, 0.0), (2, 24.9), (3, 24.9), (4, 0.0)], FAILED, Reason.TOO_SMALL),
        (mirrored(TURN), FAILED, Reason.WRONG_SIDE),
        ([(0, 0.0), (1, 0.0), (2, -15.0), (3, 0.0)], FAILED, Reason.WRONG_SIDE),
        ([*mirrored(TURN), (3.0, 0.0), (4.0, 32.0), (5.0, 0.0)], FAILED, Reason.WRONG_SIDE),
        ([(0, 2.0), (0.05, 12.0), (0.5, 32.0), (1.5, 0.0)], FAILED, Reason.TOO_EARLY),
        ([(0, 30.0), (9, 30.0)], FAILED, Reason.NOT_FACING),
        ([(0, 0.0), (1, 0.0), (2, 32.0)], FAILED, Reason.NOT_BACK),
        ([(0, 0.0), (1, 0.0), (2, 32.0), (8.2, 32.0), (8.3, 0.0)], FAILED, Reason.NOT_BACK),
        ([(0, 0.0), (6.0, 0.0), (6.5, 32.0), (7.5, 32.0), (7.9, 0.0)], FAILED, Reason.NO_TURN),
        ([(0, 0.0), (1, Reason.NO_FACE)], FAILED, Reason.FACE_LOST),
        ([(0, 0.0), (1, 0.0), (2, 32.0), (2.5, Reason.NO_FACE)], FAILED, Reason.FACE_LOST),
        ([(0, Reason.NO_FACE)], NOT_JUDGED, Reason.NO_FACE),
        ([(0, Reason.NO_FACE), (4, 30.0)], NOT_JUDGED, Reason.NO_FACE),
        ([(0, Reason.NOT_ASSESSABLE)], NOT_JUDGED, Reason.NOT_ASSESSABLE),
        ([(0, 0.0), (1, Reason.NOT_ASSESSABLE)], NOT_JUDGED, Reason.NOT_ASSESSABLE),
        ([(0, 0.0), (1, Reason.NOT_ASSESSABLE), (3.6, 0.0)], NOT_JUDGED, Reason.NOT_ASSESSABLE),
        ([(0, math.nan)], NOT_JUDGED, Reason.NOT_ASSESSABLE),
        ([(0, 0.0), (1, Reason.NOT_ASSESSABLE), (2.5, 0.0)], FAILED, Reason.NO_TURN),
        # and what passes
        (LATE, PASSED, None),
        ([(0, 30.0), (1.5, 0.0), (2.0, 0.0), (2.6, 30.0), (3.4, 0.0)], PASSED, None),
        ([(0, -30.0), (1.5, 0.0), (2.0, 0.0), (2.6, 30.0), (3.4, 0.0)], PASSED, None),
        ([(0, 2.0), (0.05, 12.0), (0.5, 32.0), (1, 0.0), (2, 0.0), *LATE[1:]], PASSED, None),
        ([(0, 0.0), (1, -15.0), (2, 0.0), (3, 0.0), (3.6, 32.0), (4.4, 0.0)], PASSED, None),
        ([(0, 0.0), (1, Reason.NO_FACE), (2, 0.0), *LATE[1:]], PASSED, None),
        ([(0, 0.0), (1, 0.0), (1.6, 40.0), (1.9, Reason.NO_FACE), (2.4, 0.0)], PASSED, None),
    ],
    ids=[
        "sits still",
        "moves a little",
        "too small",
        "almost",
        "the other side",
        "a little to the other side",
        "both sides, the other one first",
        "before anybody could react",
        "turned all the time",
        "stays turned",
        "comes back too late",
        "turns too late",
        "face lost",
        "face lost while it is turned",
        "nobody",
        "comes later, and turned",
        "dark",
        "dark from then on",
        "dark for too long",
        "no number",
        "dark for a while, then still",
        "at the last moment",
        "came to the front first",
        "came to the front from the other side",
        "too early, then again",
        "began to the other side, and thought better",
        "hidden for a moment",
        "turned beyond what is seen",
    ],
)
def test_what_comes_of_it(knots: list[Knot], result: Result, reason: Reason | None) -> None:
    answer = answered(looks(*knots))
    assert (answer.result, answer.reason) == (result, reason)
    far = reason in (None, Reason.NOT_BACK, Reason.FACE_LOST) and answer.turned_degrees >= DEGREES
    assert (answer.reaction_seconds is not None) is far


@pytest.mark.parametrize("wild", [35.0, -35.0])
def test_a_single_wild_look_says_nothing(wild: float) -> None:
    seen = looks((0, 1.0))
    seen[20] = (seen[20][0], wild)
    seen[40] = (seen[40][0], wild)
    answer = answered(seen)
    assert (answer.result, answer.reason) == (FAILED, Reason.NO_TURN)
    assert abs(answer.turned_degrees) <= 1.0


def test_two_looks_that_a_gap_parts_are_not_in_a_row() -> None:
    seen = [*looks((0, 0.0), until=1.0), (1.1, 35.0), (2.8, 35.0), *looks((0, 0.0))[30:]]
    assert answered(seen).reason is Reason.NO_TURN


def test_without_pictures_nothing_is_judged() -> None:
    assert answered([]).reason is Reason.NO_PICTURES
    assert answered(looks((0, 0.0), until=2.0)).reason is Reason.NO_PICTURES
    some = [look for look in looks((0, 0.0)) if not 1.0 < look[0] < 4.0]
    assert (answered(some).result, answered(some).reason) == (NOT_JUDGED, Reason.NO_PICTURES)
    most = [look for look in looks((0, 0.0)) if not 1.0 < look[0] < 2.8]
    assert (answered(most).result, answered(most).reason) == (FAILED, Reason.NO_TURN)


def test_what_was_seen_before_it_was_announced_counts_for_nothing() -> None:
    seen = [(after - 3.0, yaw) for after, yaw in looks(*TURN, until=2.9)]
    assert answered(seen).reason is Reason.NO_PICTURES
    assert answered([*seen, *looks((0, 0.0))]).reason is Reason.NO_TURN


def test_it_says_when_only_the_way_back_is_missing() -> None:
    run, turned = running(), []
    for after, yaw in looks(*TURN, until=2.4):
        assert run.look(BEGINS + after, yaw) is None
        turned.append(run.turned)
    assert turned == sorted(turned)
    assert turned.index(True) in (14, 15)  # the second look beyond 25 degrees


def test_how_far_is_signed() -> None:
    assert answered(looks((0, 0.0), (1, 0.0), (2, -15.0))).turned_degrees == pytest.approx(-15.0)
    right = answered(looks((0, 0.0), (1, 0.0), (2, -15.0)), Side.RIGHT)
    assert right.turned_degrees == pytest.approx(15.0)
    assert right.reason is Reason.TOO_SMALL
