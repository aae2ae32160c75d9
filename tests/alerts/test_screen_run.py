"""Five dots and the gaze at each: a screen, or why there is none."""

from collections.abc import Sequence

import pytest

from app.alerts.screen import Screen
from app.alerts.screen_run import (
    ENOUGH,
    LOWER_LEFT,
    LOWER_RIGHT,
    MIDDLE,
    SETTLING,
    UPPER_LEFT,
    UPPER_RIGHT,
    Failure,
    Flaw,
    ScreenRun,
)

BEGINS, SECONDS = 10.0, 2.0
Angles = tuple[float, float]

FOLLOWED: tuple[Angles, ...] = ((1, -4), (13, 5), (-11, 6), (-10, -14), (12, -13))
"""Yaw and pitch at each dot, of somebody before a screen below the camera."""


def play(gazes: Sequence[Angles | None], *, every: float = 0.1, late: float = 0.3) -> ScreenRun:
    """The eyes reach each dot `late`, and are measured ten times per second; None: they are not."""
    run = ScreenRun(BEGINS, SECONDS)
    for step in range(round((run.ends + 2) / every)):
        at = step * every
        number = min(max(int((at - late - BEGINS) // SECONDS), 0), 4)
        if (gaze := gazes[number]) is not None:
            run.take(at, *gaze)
    return run


def moved(number: int, gaze: Angles | None) -> list[Angles | None]:
    """As followed, except at this dot."""
    return [gaze if n == number else each for n, each in enumerate(FOLLOWED)]


class TestSchedule:
    def test_shows_five_dots_one_after_the_other(self) -> None:
        run = ScreenRun(BEGINS, SECONDS)
        assert [(dot.begins, dot.ends) for dot in run.dots] == [
            (10, 12),
            (12, 14),
            (14, 16),
            (16, 18),
            (18, 20),
        ]
        assert run.ends == 20
        assert [run.shown(at) for at in (0, 9.99, 10, 11.99, 12, 19.99, 20, 99)] == [
            *(None, None, 0, 0, 1, 4, None, None)
        ]

    def test_they_are_the_middle_and_the_corners(self) -> None:
        dots = ScreenRun(BEGINS, SECONDS).dots
        assert (dots[MIDDLE].x, dots[MIDDLE].y) == (0.5, 0.5)
        sides = {number: (dots[number].x < 0.5, dots[number].y < 0.5) for number in range(1, 5)}
        assert sides == {
            UPPER_LEFT: (True, True),
            UPPER_RIGHT: (False, True),
            LOWER_RIGHT: (False, False),
            LOWER_LEFT: (True, False),
        }


class TestScreen:
    def test_is_the_extent_of_the_dots(self) -> None:
        screen = Screen(left=13, right=-11, up=6, down=-14, at=20)
        assert play(FOLLOWED).result() == screen

    def test_eyes_that_reach_each_dot_just_in_time_are_enough(self) -> None:
        assert isinstance(play(FOLLOWED, late=SETTLING - 0.01).result(), Screen)

    def test_what_was_seen_before_and_after_the_dots_does_not_count(self) -> None:
        run = play(FOLLOWED)
        for at in (0.0, BEGINS - 0.1, run.ends, run.ends + 5):
            for _ in range(100):
                run.take(at, 80.0, 80.0)
        assert run.result() == play(FOLLOWED).result()

    def test_a_blink_and_a_glance_are_left_out(self) -> None:
        run = play(FOLLOWED)
        for n in range(3):
            run.take(run.dots[UPPER_LEFT].begins + SETTLING + n / 10, -20.0, -30.0)
        assert run.result() == play(FOLLOWED).result()

    def test_a_slanted_head_does_not_matter(self) -> None:
        slanted = [(yaw, pitch + 0.3 * yaw) for yaw, pitch in FOLLOWED]
        assert isinstance(play(slanted).result(), Screen)

    def test_a_telephone_is_a_screen_too(self) -> None:
        small = [(0.2 * yaw, 0.2 * pitch) for yaw, pitch in FOLLOWED]
        result = play(small).result()
        assert isinstance(result, Screen)
        assert result.yaw_limit == pytest.approx(6.4)


class TestFailure:
    def test_needs_enough_gazes_at_each_dot(self) -> None:
        for number in range(5):
            failed = Failure(flaw=Flaw.TOO_FEW, dot=number)
            assert play(moved(number, None)).result() == failed

    @pytest.mark.parametrize(("count", "enough"), [(ENOUGH - 1, False), (ENOUGH, True)])
    def test_says_how_many_are_enough(self, count: int, enough: bool) -> None:
        run = play(moved(3, None))
        for n in range(count):
            run.take(run.dots[3].begins + SETTLING + n / 10, *FOLLOWED[3])
        assert isinstance(run.result(), Screen) is enough

    def test_nobody_was_there(self) -> None:
        assert play([None] * 5).result() == Failure(flaw=Flaw.TOO_FEW, dot=0)

    def test_a_slow_camera_gives_too_few(self) -> None:
        assert play(FOLLOWED, every=0.5).result() == Failure(flaw=Flaw.TOO_FEW, dot=0)

    @pytest.mark.parametrize("swing", [(6.0, 0.0), (0.0, 6.0)])
    def test_eyes_that_wander_at_a_dot(self, swing: Angles) -> None:
        run = play(moved(2, None))
        for n in range(12):
            sign = 1 if n % 2 else -1
            yaw, pitch = (a + sign * b for a, b in zip(FOLLOWED[2], swing, strict=True))
            run.take(run.dots[2].begins + SETTLING + n / 10, yaw, pitch)
        assert run.result() == Failure(flaw=Flaw.UNSTEADY, dot=2)

    def test_left_and_right_are_swapped_in_mirrored_pictures(self) -> None:
        mirrored = [(-yaw, pitch) for yaw, pitch in FOLLOWED]
        assert play(mirrored).result() == Failure(flaw=Flaw.MIRRORED)

    @pytest.mark.parametrize(
        "gazes",
        [
            [(0.0, -4.0)] * 5,
            [(yaw, -pitch) for yaw, pitch in FOLLOWED],
            [(-yaw, -pitch) for yaw, pitch in FOLLOWED],
            [(pitch, yaw) for yaw, pitch in FOLLOWED],
            [FOLLOWED[n] for n in (0, 2, 3, 4, 1)],
            [FOLLOWED[n] for n in (0, 1, 2, 4, 3)],
            [FOLLOWED[0], *[FOLLOWED[1]] * 4],
            [(0.08 * yaw, pitch) for yaw, pitch in FOLLOWED],
            [(yaw, 0.08 * pitch) for yaw, pitch in FOLLOWED],
        ],
        ids=[
            "stares",
            "upside down",
            "turned about",
            "rows for columns",
            "a dot ahead",
            "one row only",
            "one corner only",
            "no width",
            "no height",
        ],
    )
    def test_the_dots_order_must_make_sense(self, gazes: list[Angles]) -> None:
        assert play(gazes).result() == Failure(flaw=Flaw.NOT_FOLLOWED)

    @pytest.mark.parametrize("middle", [(30.0, -4.0), (-30.0, -4.0), (1.0, 20.0), (1.0, -30.0)])
    def test_the_middle_lies_between_the_corners(self, middle: Angles) -> None:
        failed = Failure(flaw=Flaw.NOT_FOLLOWED, dot=MIDDLE)
        assert play(moved(MIDDLE, middle)).result() == failed

    @pytest.mark.parametrize(
        ("corner", "gaze", "wide"),
        [
            (UPPER_LEFT, (29.0, 5.0), False),
            (UPPER_LEFT, (31.0, 5.0), True),
            (LOWER_RIGHT, (-31.0, -14.0), True),
            (UPPER_RIGHT, (-11.0, 26.0), True),
            (LOWER_LEFT, (12.0, -26.0), True),
            (LOWER_LEFT, (12.0, -24.0), False),
        ],
    )
    def test_nobody_calibrates_the_room(self, corner: int, gaze: Angles, wide: bool) -> None:
        result = play(moved(corner, gaze)).result()
        assert (result == Failure(flaw=Flaw.TOO_WIDE)) is wide
        assert isinstance(result, Screen) is not wide

    def test_a_gaze_that_is_no_number_gives_no_screen(self) -> None:
        nan = float("nan")
        assert isinstance(play(moved(2, (nan, nan))).result(), Failure)
