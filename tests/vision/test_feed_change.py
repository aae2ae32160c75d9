"""Sizes and noises that change at once, and all that changes otherwise."""

from collections.abc import Callable

import pytest

from app.vision.feed_change import NoiseChange, NoiseWatch, SizeChange, SizeWatch

VGA, HD, HALF, UPRIGHT = (640, 480), (1280, 720), (320, 240), (480, 640)


def sizes(*shown: tuple[float, tuple[int, int]], rate: float = 10.0) -> list[SizeChange]:
    """Each size for so many seconds."""
    watch, found, at = SizeWatch(), [], 0.0
    for seconds, size in shown:
        for _ in range(round(seconds * rate)):
            watch.arrived(at, size)
            found.append(watch.judge(at))
            at += 1 / rate
    return [each for each in found if each is not None]


class TestSizes:
    @pytest.mark.parametrize(
        ("before", "after", "aspect_changed"),
        [(VGA, HD, True), (VGA, HALF, False), (VGA, UPRIGHT, True), (HD, (640, 360), False)],
    )
    def test_another_size(
        self, before: tuple[int, int], after: tuple[int, int], aspect_changed: bool
    ) -> None:
        (change,) = sizes((3, before), (3, after))
        assert (change.before, change.after) == (before, after)
        assert change.since == pytest.approx(3)
        assert change.aspect_changed is aspect_changed

    def test_a_moment_of_another_size_is_none(self) -> None:
        assert sizes((3, VGA), (0.5, HALF), (3, VGA)) == []

    def test_to_and_fro_are_two(self) -> None:
        assert len(sizes((3, VGA), (2, HALF), (3, VGA))) == 2

    def test_the_first_is_none(self) -> None:
        assert sizes((3, VGA)) == []


def noises(
    noise: Callable[[float], float],
    light: Callable[[float], float] = lambda at: 100.0,
    *,
    seconds: float = 40,
    rate: float = 10.0,
    width: Callable[[int], int] = lambda number: 320,
) -> list[NoiseChange]:
    watch, found = NoiseWatch(), []
    for number in range(round(seconds * rate)):
        at = number / rate
        found.append(watch.judge(at, width(number), noise(at), light(at)))
    return [each for each in found if each is not None]


def at_once(before: float, after: float, when: float = 25.0) -> Callable[[float], float]:
    return lambda at: before if at < when else after


class TestNoise:
    @pytest.mark.parametrize(("before", "after"), [(0.2, 1.2), (2.5, 0.3), (1.0, 4.0)])
    @pytest.mark.parametrize("rate", [10.0, 5.0, 1.0])
    def test_another_noise(self, before: float, after: float, rate: float) -> None:
        (change,) = noises(at_once(before, after), rate=rate)
        assert change.before == pytest.approx(before)
        assert change.after == pytest.approx(after)
        assert change.since == pytest.approx(25, abs=1)

    @pytest.mark.parametrize(("before", "after"), [(1.0, 2.0), (0.0, 0.25), (0.05, 0.3)])
    def test_a_small_change_is_none(self, before: float, after: float) -> None:
        assert noises(at_once(before, after)) == []

    def test_a_short_one_is_none(self) -> None:
        assert noises(lambda at: 2.0 if 25 < at < 27 else 0.3) == []

    def test_before_twenty_seconds_nothing_is_known(self) -> None:
        assert noises(at_once(0.3, 2.0, when=15)) == []

    def test_noise_that_was_never_steady_cannot_change(self) -> None:
        assert noises(lambda at: (0.3 if at % 4 < 2 else 0.8) if at < 25 else 3.0) == []

    def test_a_slow_change_is_none(self) -> None:
        """A camera that lacks light more and more: threefold within half a minute."""
        assert noises(lambda at: 0.5 * 3 ** (at / 30), seconds=60) == []

    @pytest.mark.parametrize("light", [40.0, 160.0])
    def test_with_another_light_it_is_none(self, light: float) -> None:
        assert noises(at_once(0.3, 2.0), at_once(100.0, light)) == []

    def test_sizes_of_decoding_are_compared_with_their_own_kind(self) -> None:
        """One look in ten is decoded at the full size, and has four times the noise."""
        watch = NoiseWatch()
        for number in range(600):
            whole = number % 10 == 0
            noise, width = (2.0, 640) if whole else (0.5, 320)
            assert watch.judge(number / 10, width, noise, 100.0) is None

    def test_what_is_forgotten_is_not_compared(self) -> None:
        watch = NoiseWatch()
        for number in range(250):
            assert watch.judge(number / 10, 320, 0.3, 100.0) is None
        watch.forget()
        for number in range(250, 350):
            assert watch.judge(number / 10, 320, 3.0, 100.0) is None

    def test_many_sizes_are_not_all_remembered(self) -> None:
        assert noises(lambda at: 0.5, width=lambda number: 300 + number % 50, seconds=60) == []
