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
    """From the first knot on: one before 0 is before the announcement."""
    count, first = round(until * hertz), round(knots[0][0] * hertz)
    return [(n / hertz + 0.03, yaw_at([*knots], n / hertz + 0.03)) for n in range(first, count)]


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


@pytest.mark.parametrize("hertz", [3.0, 5.0, 15.0])
def test_slower_cameras_do(hertz: float) -> None:
    held: list[Knot] = [(0, 0.0), (0.8, 0.0), (1.6, 32.0), (3.0, 32.0), (4.0, 0.0)]
    assert answered(looks(*held, hertz=hertz)).result is PASSED


@pytest.mark.parametrize("hertz", [1.0, 1.5, 2.0])
def test_with_still_fewer_looks_nothing_is_judged(hertz: float) -> None:
    for knots in ([(-2.0, 2.0), *TURN], [(-2.0, 2.0)], [(-2.0, 2.0), *mirrored(TURN)]):
        answer = answered(looks(*knots, hertz=hertz))
        assert (answer.result, answer.reason) == (NOT_JUDGED, Reason.NO_PICTURES)
        assert not answer.evaded  # before the announcement it was no better


def swinging(period: float, phase: float, degrees: float = 40.0) -> list[tuple[float, Yaw]]:
    """A film of somebody who turns the head to and fro, from before the announcement on."""
    times = [n / 10 + 0.03 for n in range(-20, 90)]
    return [(at, degrees * math.sin(math.tau * (at / period + phase))) for at in times]


@pytest.mark.parametrize("side", [*Side])
@pytest.mark.parametrize("period", [2.0, 3.0, 4.0, 6.0, 8.0])
def test_a_film_that_swings_its_head_never_passes(period: float, side: Side) -> None:
    answers = [answered(swinging(period, phase / 40), side) for phase in range(40)]
    assert {(each.result, each.reason) for each in answers} == {(FAILED, Reason.NOT_FACING)}


def test_a_film_that_rests_in_between_has_the_side_right_one_time_in_two() -> None:
    """What remains."""
    rests = [(-2.0, 0.0), (1.0, 0.0), (1.3, 35.0), (2.3, 35.0), (2.6, 0.0), (4.0, 0.0)]
    assert answered(looks(*rests)).result is PASSED
    assert answered(looks(*rests), Side.RIGHT).reason is Reason.WRONG_SIDE


@pytest.mark.parametrize(
    ("far", "reason"), [(44.5, None), (45.5, Reason.TOO_FAR), (70.0, Reason.TOO_FAR)]
)
def test_much_farther_than_was_asked_is_no_answer(far: float, reason: Reason | None) -> None:
    for side, sign in ((Side.LEFT, 1.0), (Side.RIGHT, -1.0)):
        knots = [(-1.0, 0.0), (1.0, 0.0), (1.6, sign * far), (2.2, sign * far), (2.8, 0.0)]
        answer = answered(looks(*knots), side)
        assert answer.reason is reason
        if reason is not None:
            assert DEGREES + 20 < answer.turned_degrees <= far


REST: Knot = (-1.0, 3.0)


@pytest.mark.parametrize(
    ("knots", "reason"),
    [
        # at rest before the announcement, it may turn as soon as people can
        ([REST, (0.2, 3.0), (0.5, 32.0), (1.5, 32.0), (2.0, 0.0)], None),
        ([(0.0, 3.0), (0.2, 3.0), (0.5, 32.0), (1.5, 32.0), (2.0, 0.0)], Reason.NOT_FACING),
        ([(-2.0, 3.0), (-1.0, 3.0), (-0.5, 30.0), (0.5, 30.0)], Reason.NOT_FACING),
        ([REST, (-0.5, Reason.NO_FACE), (-0.2, 3.0), (0.2, 3.0), (0.5, 32.0)], Reason.NOT_FACING),
        # what comes too soon is no turn, nor is what swings over from the other side
        ([(0.0, 3.0), (0.2, 3.0), (0.5, 32.0), (1.5, 0.0), (3.0, 0.0)], Reason.NOT_FACING),
        ([REST, (1, 0.0), (1.5, -20.0), (2, -20.0), (2.5, 32.0), (3, 32.0)], Reason.NOT_FACING),
    ],
    ids=[
        "rested before",
        "did not",
        "rested before, and left",
        "not without a break",
        "hasty",
        "from the other side",
    ],
)
def test_a_turn_begins_from_a_rest_at_the_front(knots: list[Knot], reason: Reason | None) -> None:
    assert answered(looks(*knots)).reason is reason


def test_one_look_aside_does_not_end_the_rest() -> None:
    seen = looks((0.0, 4.0), (0.9, 4.0), (1.3, 32.0), (2.0, 32.0), (2.5, 0.0))
    seen[4] = (seen[4][0], 11.0)
    assert answered(seen).result is PASSED
    seen[5] = (seen[5][0], 11.0)
    assert answered(seen).reason is Reason.NOT_FACING


@pytest.mark.parametrize("trouble", [Reason.NOT_ASSESSABLE, Reason.NO_PICTURES, Reason.NO_FACE])
@pytest.mark.parametrize("before", ["seen", "gone before", "was bad"])
def test_what_is_hidden_from_the_announcement_on_is_told(trouble: Reason, before: str) -> None:
    """A hand before the lens for 2.5 of 6 seconds: no failure, but no secret either."""
    seen = [(at, yaw) for at, yaw in looks((-2.0, 30.0)) if at < 0.0 or at > 2.6]
    if trouble is not Reason.NO_PICTURES:
        seen = sorted([*seen, *((n / 10, trouble) for n in range(1, 26))], key=lambda look: look[0])
    if before == "gone before":
        seen = [look for look in seen if not -0.6 < look[0] < 0.05]
    elif before == "was bad":
        seen = [(at, Reason.NOT_ASSESSABLE if -0.6 < at < -0.3 else yaw) for at, yaw in seen]
    answer = answered(seen)
    assert (answer.result, answer.reason) == (NOT_JUDGED, trouble)
    assert answer.evaded is (before == "seen")


def test_only_what_was_not_judged_is_evaded() -> None:
    assert not answered(looks(REST)).evaded
    assert not answered(looks(REST, (0.5, 3.0), *TURN[1:])).evaded
    run = running()
    for after, yaw in looks(REST, until=1.0):
        run.look(BEGINS + after, yaw)
    assert not run.answer(BEGINS + 1.0, NOT_JUDGED, Reason.NOT_RUNNING).evaded
    assert run.answer(BEGINS + 1.0, NOT_JUDGED, Reason.NO_PICTURES).evaded


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
        ([(-1, 2.0), (0, 2.0), (0.05, 12.0), (0.5, 32.0), (1.5, 0.0)], FAILED, Reason.TOO_EARLY),
        ([(-1, 2.0), (0, 2.0), (1, 2.0), (2, 60.0), (3, 0.0)], FAILED, Reason.TOO_FAR),
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
        ([REST, (0, 2.0), (0.05, 12.0), (0.5, 32.0), (1, 0.0), *LATE[1:]], PASSED, None),
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
        "too far",
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
    turned = reason in (None, Reason.NOT_BACK, Reason.FACE_LOST, Reason.TOO_FAR)
    far = turned and answer.turned_degrees >= DEGREES
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
