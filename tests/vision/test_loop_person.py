"""In pictures that repeat, whether the person does."""

import math
from collections.abc import Callable, Iterator

import cv2
import numpy as np
import pytest

from app.types import BoundingBox
from app.vision.loop_person import CELLS, person_cells
from app.vision.loops import Loop, LoopFinder
from benchmarks.feeds import Clip, following, looks, read
from benchmarks.portrait import Act, Portrait, Scene
from tests.media import SHARED, Picture, needs_shared
from tests.vision.test_loops import ACTS

Shown = Callable[[float], Picture]

FACE = BoundingBox(left=0.37, top=0.25, width=0.255, height=0.40)
"""Of the portrait."""
SMALL = 0.6
"""Times its size that a person is before the sea, at the middle of the lower edge."""
SMALL_FACE = BoundingBox(
    left=0.5 + SMALL * (FACE.left - 0.5),
    top=1 + SMALL * (FACE.top - 1),
    width=SMALL * FACE.width,
    height=SMALL * FACE.height,
)
NEAR_FACE = BoundingBox(left=0.19, top=0.24, width=0.62, height=0.43)
"""Of the real videos."""
WIDTH, HEIGHT = 640, 480


def loops(shown: Shown, seconds: float, face: BoundingBox | None) -> Iterator[Loop]:
    """What is found, look by look."""
    finder = LoopFinder()
    for analysis, _ in looks(shown, seconds):
        assert analysis.quality is not None
        loop = finder.update(analysis.at, analysis.quality.thumbnail, face)
        if loop is not None:
            yield loop


def sea(at: float, period: float) -> Picture:
    """Gentle waves."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    turn = 2 * math.pi * at / period
    waves = 20 * np.sin(4 * math.pi * y / HEIGHT + turn)
    waves += 15 * np.sin(2 * math.pi * (3 * x / WIDTH + 4 * y / HEIGHT) - 2 * turn)
    waves += 12 * np.sin(2 * math.pi * (2 * y / HEIGHT - 5 * x / WIDTH) + 3 * turn)
    levels = np.clip(110 + waves, 0, 255).astype(np.uint8)
    return np.repeat(levels[..., None], 3, 2)


def before_the_sea(person: Shown, period: float) -> Shown:
    """A person who is cut out and shown before an animated background."""
    move = np.array(
        [[SMALL, 0, WIDTH * (1 - SMALL) / 2], [0, SMALL, HEIGHT * (1 - SMALL)]], np.float32
    )
    middle = round(WIDTH / 2), round(HEIGHT * (SMALL_FACE.top + SMALL_FACE.height / 2))
    wide, high = WIDTH * SMALL_FACE.width, HEIGHT * SMALL_FACE.height
    cut = np.zeros((HEIGHT, WIDTH), np.uint8)
    cv2.ellipse(cut, middle, (round(0.8 * wide), round(0.9 * high)), 0, 0, 360, 255, -1)
    body = middle[0], round(middle[1] + 1.9 * high)
    cv2.ellipse(cut, body, (round(1.5 * wide), round(1.2 * high)), 0, 0, 360, 255, -1)
    share = cv2.GaussianBlur(cut, (0, 0), 2)[..., None].astype(np.float32) / 255

    def shown(at: float) -> Picture:
        small = cv2.warpAffine(person(at), move, (WIDTH, HEIGHT))
        return np.asarray(share * small + (1 - share) * sea(at, period), np.uint8)

    return shown


def swaying(pixels: float) -> Shown:
    """The portrait faces the camera and sways by about so many pixels, never twice alike."""
    faces = following(Portrait().frames([Act(scene=Scene.FACING, seconds=40)], 10))

    def shown(at: float) -> Picture:
        aside = pixels * (math.sin(0.83 * at) + 0.6 * math.sin(2.17 * at + 1))
        down = 0.5 * pixels * math.sin(1.31 * at + 2)
        move = np.array([[1, 0, aside], [0, 1, down]], np.float32)
        moved = cv2.warpAffine(faces(at), move, (WIDTH, HEIGHT), borderMode=cv2.BORDER_REPLICATE)
        return np.asarray(moved, np.uint8)

    return shown


@pytest.fixture(scope="module")
def portrait_clip() -> Clip:
    """Five seconds."""
    return Clip([*Portrait().frames(ACTS, 15.0)], 15.0)


class TestPersons:
    def test_a_portrait_in_a_loop_repeats(self, portrait_clip: Clip) -> None:
        told = [loop.person for loop in loops(portrait_clip.again, 25, FACE)]
        assert told
        assert set(told) == {True}

    def test_a_person_and_the_sea_in_a_loop_repeat(self, portrait_clip: Clip) -> None:
        shown = before_the_sea(portrait_clip.again, portrait_clip.seconds)
        told = [loop.person for loop in loops(shown, 25, SMALL_FACE)]
        assert told
        assert set(told) == {True}

    @needs_shared
    @pytest.mark.parametrize(
        ("name", "period"), [("center_focus.mp4", 3.0), ("center_left_center.mp4", 5.0)]
    )
    def test_real_videos_in_a_loop_repeat(self, name: str, period: float) -> None:
        piece = read(SHARED / "video" / name).first(period)
        told = [loop.person for loop in loops(piece.again, 2 * period + 15, NEAR_FACE)]
        assert told
        assert set(told) == {True}

    @pytest.mark.parametrize(("period", "pixels"), [(6.0, 2.0), (10.0, 1.5)])
    def test_the_sea_behind_a_person_who_moves(self, period: float, pixels: float) -> None:
        shown = before_the_sea(swaying(pixels), period)
        told = [loop.person for loop in loops(shown, 30, SMALL_FACE)]
        assert told, "the sea itself was not found"
        assert set(told) == {False}

    @pytest.mark.parametrize("pixels", [0.0, 0.5])
    def test_the_sea_behind_a_person_who_hardly_moves(self, pixels: float) -> None:
        shown = before_the_sea(swaying(pixels), 10.0)
        told = [loop.person for loop in loops(shown, 30, SMALL_FACE)]
        assert told, "the sea itself was not found"
        assert not any(told)

    def test_without_a_face_nothing_is_known(self, portrait_clip: Clip) -> None:
        told = [loop.person for loop in loops(portrait_clip.again, 25, None)]
        assert told
        assert set(told) == {None}

    def test_pictures_a_minute_ago_are_still_there(self) -> None:
        """At the longest period the person is compared over the same seconds."""
        steps = np.random.default_rng(2).normal(0, 4, (596, 12, 16)).cumsum(0)
        steps -= np.linspace(0, 1, 596)[:, None, None] * steps[-1]  # it ends where it began
        pictures = np.clip(128 + 0.6 * steps, 0, 255).astype(np.uint8)
        finder, told = LoopFinder(), []
        for number in range(2 * 596):
            large = np.asarray(cv2.resize(pictures[number % 596], (80, 60)), np.uint8)
            if (loop := finder.update(number / 10, large, FACE)) is not None:
                told.append((loop.period_seconds, loop.person))
        period, person = told[0]
        assert period == pytest.approx(59.6, abs=0.1)
        assert person is True


class TestCells:
    def test_the_head_and_the_wider_body_below_it(self) -> None:
        cells = np.zeros(CELLS[0] * CELLS[1], int)
        cells[person_cells(BoundingBox(left=0.375, top=0.25, width=0.25, height=0.25))] = 1
        assert cells.reshape(12, 16)[[2, 3, 7, 8, 11]].sum(1).tolist() == [0, 4, 4, 8, 8]

    @pytest.mark.parametrize(
        "face",
        [
            BoundingBox(left=0.48, top=0.9, width=0.02, height=0.02),
            BoundingBox(left=-0.3, top=0.2, width=0.1, height=0.1),
        ],
    )
    def test_faces_too_small_or_outside_have_none(self, face: BoundingBox) -> None:
        assert person_cells(face).size == 0
