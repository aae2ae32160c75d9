"""Loops are found, and nothing that people do is one."""

import math
from collections.abc import Callable, Iterator
from functools import cache

import numpy as np
import pytest

from app.vision.loops import Loop, LoopFinder
from benchmarks.feeds import Clip, acting, following, joined, looks, read
from benchmarks.portrait import Act, Portrait, Scene
from tests.media import SHARED, Picture, needs_shared, noisy, room
from tests.vision.rocking import rocking

Shown = Callable[[float], Picture]

ACTS = (
    Act(scene=Scene.FACING, seconds=1.5),
    Act(scene=Scene.HEAD_LEFT, seconds=1.5),
    Act(scene=Scene.FACING, seconds=1.0),
    Act(scene=Scene.LOOK_DOWN, seconds=1.0),
)
VIDEOS = (
    "center_focus.mp4",
    "center_left_center.mp4",
    "webcam_gaze_calibrate.mp4",
    "replay_phone_fake.mp4",
)


@pytest.fixture(scope="module")
def portrait_clip() -> Clip:
    """Five seconds."""
    return Clip([*Portrait().frames(ACTS, 15.0)], 15.0)


@cache
def real(name: str) -> Clip:
    return read(SHARED / "video" / name)


def found(shown: Shown, seconds: float, *, seed: int = 0) -> Iterator[tuple[float, Loop]]:
    """What is found, and when."""
    finder = LoopFinder()
    for analysis, _ in looks(shown, seconds, seed=seed):
        assert analysis.quality is not None
        if (loop := finder.update(analysis.at, analysis.quality.thumbnail)) is not None:
            yield analysis.at, loop


def first(shown: Shown, seconds: float, *, seed: int = 0) -> tuple[float, Loop]:
    told = next(found(shown, seconds, seed=seed), None)
    assert told is not None, "no loop was found"
    return told


class TestLoops:
    @pytest.mark.parametrize("seed", [1, 2])
    def test_a_portrait_played_again_and_again(self, portrait_clip: Clip, seed: int) -> None:
        at, loop = first(portrait_clip.again, 25, seed=seed)
        assert loop.period_seconds == pytest.approx(5.0, abs=0.05)
        assert loop.difference < 0.35 * loop.motion
        assert 5.5 <= loop.matched_seconds <= at - loop.period_seconds + 0.2
        assert loop.confidence > 0.5

    def test_to_and_fro_it_repeats_after_twice_its_length(self, portrait_clip: Clip) -> None:
        _, loop = first(portrait_clip.to_and_fro, 30)
        assert loop.period_seconds == pytest.approx(10.0, abs=0.05)

    @pytest.mark.parametrize("speed", [0.99, 1.013])
    def test_its_period_is_none_of_the_looks(self, portrait_clip: Clip, speed: float) -> None:
        _, loop = first(lambda at: portrait_clip.again(speed * at), 25)
        assert loop.period_seconds == pytest.approx(5.0 / speed, abs=0.05)

    def test_its_speed_varies(self, portrait_clip: Clip) -> None:
        """By half a percent to and fro."""
        _, loop = first(lambda at: portrait_clip.again(at + 0.02 * math.sin(at / 4)), 25)
        assert loop.period_seconds == pytest.approx(5.0, abs=0.1)

    def test_it_ends_with_the_loop(self, portrait_clip: Clip) -> None:
        other = Clip([picture[:, ::-1] for picture in portrait_clip.pictures[::-1]], 15.0)

        def shown(at: float) -> Picture:
            return portrait_clip.again(at) if at < 22 else other.once(at - 22)

        times = [at for at, _ in found(shown, 30)]
        assert times[0] < 20
        assert 22 <= times[-1] < 24

    def test_a_second_without_pictures_does_not_hide_it(self, portrait_clip: Clip) -> None:
        finder, told = LoopFinder(), False
        for analysis, _ in looks(portrait_clip.again, 30):
            if 11 < analysis.at < 12 or analysis.quality is None:
                continue
            told |= finder.update(analysis.at, analysis.quality.thumbnail) is not None
        assert told

    def test_what_is_forgotten_is_not_matched(self, portrait_clip: Clip) -> None:
        finder = LoopFinder()
        for analysis, _ in looks(portrait_clip.again, 22):
            assert analysis.quality is not None
            finder.update(analysis.at, analysis.quality.thumbnail)
        assert finder.loop is not None
        finder.forget()
        assert finder.loop is None
        for analysis, _ in looks(portrait_clip.again, 8):
            assert analysis.quality is not None
            assert finder.update(analysis.at + 22, analysis.quality.thumbnail) is None

    @needs_shared
    @pytest.mark.parametrize(
        ("name", "period"),
        [("center_focus.mp4", 3.3), ("center_left_center.mp4", 10.0), ("center_focus.mp4", 9.7)],
    )
    def test_real_videos_in_a_loop(self, name: str, period: float) -> None:
        piece = real(name).first(period)
        at, loop = first(piece.again, 2 * period + 15)
        assert loop.period_seconds == pytest.approx(piece.seconds, abs=0.05)
        assert at < 2 * period + 12


class TestNoLoops:
    @needs_shared
    @pytest.mark.parametrize("name", VIDEOS)
    def test_real_videos_played_once(self, name: str) -> None:
        clip = real(name)
        assert [*found(clip.once, clip.seconds)] == []

    @needs_shared
    def test_one_after_the_other(self) -> None:
        clip = joined([real(name) for name in VIDEOS[:2]])
        assert [*found(clip.once, clip.seconds)] == []

    @pytest.mark.parametrize("still", [True, False])
    def test_the_portrait(self, still: bool) -> None:
        shown = following(acting(Portrait(), 1.0, still=still))
        assert [*found(shown, 60)] == []

    @pytest.mark.parametrize("pixels", [6.0, 20.0])
    @pytest.mark.parametrize("period", [1.0, 2.5, 4.0])
    def test_somebody_rocks_in_a_rhythm(self, period: float, pixels: float) -> None:
        assert [*found(rocking(period, pixels), 40)] == []

    def test_exact_rhythms_of_less_than_two_seconds_are_none(self, portrait_clip: Clip) -> None:
        short = Clip(portrait_clip.pictures[22:34], 15.0)
        assert short.seconds == pytest.approx(0.8)
        assert [*found(short.again, 25)] == []

    @pytest.mark.parametrize("deviation", [1.0, 3.0])
    def test_a_quiet_room(self, deviation: float) -> None:
        """Its noise comes again after 3.7 s: nothing else moves."""
        pictures = [noisy(room(), deviation, seed) for seed in range(37)]
        assert [*found(Clip(pictures, 10.0).again, 20)] == []

    @pytest.mark.parametrize("light", [1.0, 0.0])
    def test_a_frozen_or_black_picture(self, light: float) -> None:
        picture = (room() * light).astype(np.uint8)
        finder = LoopFinder()
        for analysis, _ in looks(lambda at: picture, 20, qualities=(80,)):
            assert analysis.quality is not None
            assert finder.update(analysis.at, analysis.quality.thumbnail) is None
            assert not finder.moving


def test_its_memory_is_bounded() -> None:
    finder = LoopFinder()
    rng = np.random.default_rng(1)

    def kept() -> int:
        arrays = (each for each in vars(finder).values() if isinstance(each, np.ndarray))
        return sum(each.nbytes for each in arrays)

    finder.update(0.0, rng.integers(0, 256, (60, 80), np.uint8))
    before = kept()
    for number in range(2000):
        finder.update(1 + number / 30, rng.integers(0, 256, (60, 80), np.uint8))
    assert kept() == before < 650_000


def test_after_long_silence_it_begins_anew() -> None:
    finder = LoopFinder()
    rng = np.random.default_rng(1)
    for at in (0.0, 0.1, 1e9, 1e9 + 0.1):
        assert finder.update(at, rng.integers(0, 256, (60, 80), np.uint8)) is None
