"""A rim about a face is told; a room behind a person is not; and what cannot be told."""

from dataclasses import dataclass

import cv2
import numpy as np
import pytest

from app.types import BoundingBox
from app.vision.bezel import Bezel, find_bezel, hidden_from
from tests.media import (
    Picture,
    decoded,
    jpeg,
    noisy,
    portrait,
    room,
)

FACE_X, FACE_Y, FACE_WIDTH, FACE_HEIGHT = 225.0, 122.0, 93.0, 110.0
"""Pixels: of the portrait's face, as the mesh finds it."""
TOLD = 0.5
PERSON = [
    *[(115, 225), (120, 165), (150, 148), (160, 125), (150, 90), (165, 45), (210, 12), (260, 18)],
    *[(295, 55), (302, 110), (275, 150), (305, 215), (345, 268), (362, 340), (430, 338)],
    *[(500, 420), (511, 511), (10, 511), (28, 310), (60, 250)],
]
"""The portrait's outline."""


def box(x: float, y: float, scale: float, picture: Picture) -> BoundingBox:
    """Of a face as large as the portrait's times `scale`; its middle in pixels."""
    height, width = picture.shape[:2]
    wide, high = FACE_WIDTH * scale / width, FACE_HEIGHT * scale / height
    left, top = x / width - wide / 2, y / height - high / 2
    return BoundingBox(left=left, top=top, width=wide, height=high)


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """The portrait on a screen or a print that is held before the camera."""

    colour: int | None = 15
    """Of the rim; None: it has none."""
    lean: float = 0.0
    """Degrees, as a head's roll."""
    scale: float = 1.0
    left: float = 1.3
    """Face widths from the middle of the face to the screen's edge, in the picture."""
    right: float = 1.3
    screen_height: int = 512
    """Pixels of the portrait that the screen shows."""
    face_y: float = 180.0
    """Of the middle of the face, pixels at scale 1."""
    height: int = 480
    """Of the picture, pixels at scale 1."""
    rim: int = 9
    """Pixels."""

    def picture(self) -> Picture:
        """640 pixels wide at scale 1."""
        first, last = (round(FACE_X + side * FACE_WIDTH) for side in (-self.left, self.right))
        shown = portrait()[: self.screen_height, first:last]
        rim = 0 if self.colour is None else self.rim
        front = cv2.copyMakeBorder(
            shown, rim, rim, rim, rim, cv2.BORDER_CONSTANT, value=[self.colour or 0] * 3
        )
        scene = room(round(640 * self.scale), round(self.height * self.scale))
        centre = FACE_X - first + rim, FACE_Y + rim
        move = cv2.getRotationMatrix2D(centre, self.lean, self.scale)
        move[0, 2] += 320 * self.scale - centre[0]
        move[1, 2] += self.face_y * self.scale - centre[1]
        size = scene.shape[1], scene.shape[0]
        share = cv2.warpAffine(np.full(front.shape, 255, np.uint8), move, size) / 255
        there = cv2.warpAffine(front, move, size, borderMode=cv2.BORDER_REPLICATE)
        mixed = (scene * (1 - share) + there * share).astype(np.uint8)
        return as_sent(mixed, 0.7 * self.scale)

    def bezel(self) -> Bezel:
        picture = self.picture()
        face = box(320 * self.scale, self.face_y * self.scale, self.scale, picture)
        return find_bezel(picture, face, self.lean)


def as_sent(picture: Picture, blur: float) -> Picture:
    soft = np.asarray(cv2.GaussianBlur(picture, (0, 0), blur), np.uint8)
    return decoded(jpeg(noisy(soft, 2.0, 1)))


def bars(*distances: float, colour: int = 30, width: int = 12) -> Picture:
    """The portrait with upright bars from top to bottom, over all; so many face widths from the
    middle of the face, negative: left in the picture."""
    picture = portrait().copy()
    for distance in distances:
        x = round(FACE_X + distance * FACE_WIDTH)
        cv2.rectangle(picture, (x - width // 2, 0), (x + width // 2, 511), (colour,) * 3, -1)
    return picture


def before(background: Picture) -> Picture:
    """The portrait's person stands before it."""
    outline = np.zeros((512, 512), np.uint8)
    cv2.fillPoly(outline, [np.array(PERSON)], 255)
    share = cv2.GaussianBlur(outline, (0, 0), 1.0)[..., None] / 255
    return (portrait() * share + background * (1 - share)).astype(np.uint8)


def judged(picture: Picture, roll: float = 0.0) -> Bezel:
    return find_bezel(as_sent(picture, 0.7), box(FACE_X, FACE_Y, 1.0, picture), roll)


@pytest.mark.parametrize("lean", [-15.0, -6.0, 0.0, 6.0, 15.0])
@pytest.mark.parametrize("colour", [15, 60, 240])
def test_a_rim_is_told_with_its_sides(colour: int, lean: float) -> None:
    bezel = Held(colour=colour, lean=lean).bezel()
    assert bezel.score >= TOLD
    assert bezel.through_body is not None
    assert bezel.through_body > 0
    for side in (bezel.left, bezel.right):
        assert side is not None
        assert side.distance == pytest.approx(1.35, abs=0.15)
        assert side.length > 2


@pytest.mark.parametrize("scale", [0.4, 0.7, 1.0, 2.0])
def test_the_size_of_the_picture_does_not_matter(scale: float) -> None:
    assert Held(scale=scale, lean=4).bezel().score >= TOLD


def test_left_and_right_are_the_candidates_own() -> None:
    bezel = Held(left=0.9, right=1.6).bezel()
    assert bezel.left is not None
    assert bezel.right is not None
    assert bezel.left.distance == pytest.approx(1.65, abs=0.15)
    assert bezel.right.distance == pytest.approx(0.95, abs=0.15)


def test_a_device_that_is_seen_whole_has_four_sides() -> None:
    bezel = Held(screen_height=350, lean=3, left=1.0, right=1.0).bezel()
    assert bezel.score >= TOLD
    assert bezel.above is not None
    assert bezel.below is not None
    assert bezel.sides == 4
    assert bezel.above.distance == pytest.approx(1.36, abs=0.15)
    assert bezel.below.distance == pytest.approx(2.5, abs=0.15)


def test_a_thumb_on_a_side_does_not_hide_it() -> None:
    held = Held()
    picture = held.picture().copy()
    cv2.ellipse(picture, (446, 300), (34, 20), 0, 0, 360, (190, 140, 110), -1)
    assert find_bezel(picture, box(320, 180, 1.0, picture), 0).score >= TOLD


@pytest.mark.parametrize("distance", [1.0, 1.15, 1.3])
def test_the_same_lines_behind_a_person_are_a_room(distance: float) -> None:
    door = bars(-distance, distance)
    assert judged(door).score >= TOLD
    assert judged(before(door)).score < TOLD


@pytest.mark.parametrize("lean", [-8.0, 8.0])
def test_a_camera_that_leans_makes_no_rim_of_a_door(lean: float) -> None:
    scene = before(bars(-1.1, 1.1))
    move = cv2.getRotationMatrix2D((FACE_X, FACE_Y), lean, 1.0)
    turned = cv2.warpAffine(scene, move, (512, 512), borderMode=cv2.BORDER_REFLECT)
    assert judged(np.asarray(turned, np.uint8), lean).score < TOLD


@pytest.mark.parametrize("every", [24, 40, 64, 90])
@pytest.mark.parametrize("shift", [0, 13])
def test_shelves_and_panels_are_a_room(every: int, shift: int) -> None:
    wall = np.full((512, 512, 3), 150, np.uint8)
    for number, x in enumerate(range(shift, 512, every)):
        wall[:, x : x + every // 2] = (40 * number) % 255
    wall[::128] = 20
    assert judged(before(wall)).score < TOLD


def test_before_curtains_nothing_is_told() -> None:
    """Of many stripes, two may go on in a shirt by chance: a rim among them is missed."""
    curtains = bars(*(number * 0.27 - 2.4 for number in range(20)))
    assert judged(curtains).score == 0


@pytest.mark.parametrize("sides", [(-1.1,), (1.1,), ()])
def test_one_side_proves_nothing(sides: tuple[float, ...]) -> None:
    assert judged(bars(*sides)).score < TOLD


def test_a_line_above_proves_nothing() -> None:
    picture = portrait().copy()
    picture[2:10] = 15
    assert judged(picture).score == 0


def test_sides_far_from_the_face_prove_nothing() -> None:
    assert Held(left=2.0, right=2.0, height=400).bezel().score < TOLD


def test_sides_that_lean_apart_are_no_rim() -> None:
    picture = portrait().copy()
    for x, way in ((120, -1), (330, 1)):
        cv2.line(picture, (x, 0), (x + way * 90, 511), (20, 20, 20), 10)
    assert judged(picture).score == 0


@pytest.mark.parametrize("shape", [(200, 640), (480, 90), (40, 40)])
def test_a_narrow_picture_laid_into_a_wide_one_is_no_screen(shape: tuple[int, int]) -> None:
    """Telephones send upright pictures; what fills the frame about them is the sender's."""
    narrow = portrait()[:, 100:350]
    wide = cv2.copyMakeBorder(narrow, 0, 0, 200, 200, cv2.BORDER_CONSTANT, value=[0] * 3)
    picture = as_sent(np.asarray(wide, np.uint8), 0.7)
    assert find_bezel(picture, box(FACE_X + 100, FACE_Y, 1.0, picture), 0).score == 0
    lopsided = picture[:, 60:]
    assert find_bezel(lopsided, box(FACE_X + 40, FACE_Y, 1.0, lopsided), 0).score >= TOLD


def test_a_screen_that_fills_the_picture_has_no_rim() -> None:
    """Not to be told from a person by lines at all."""
    assert judged(portrait()) == Bezel()


def test_below_the_chin_something_must_be_seen() -> None:
    """A rim that the picture's lower edge cuts off at the chin could be a door."""
    cut = Held(height=250).bezel()
    assert cut.sides >= 2
    assert 0 < cut.score < TOLD


def test_a_screen_without_a_rim_has_edges_too() -> None:
    assert Held(colour=None, left=0.9, right=0.9).bezel().score >= TOLD


@pytest.mark.parametrize(
    ("x", "y", "scale"), [(0, 0, 1.0), (512, 512, 1.0), (900, 256, 1.0), (256, 256, 0.01)]
)
def test_a_face_may_lie_beyond_the_edge(x: float, y: float, scale: float) -> None:
    picture = bars(-1.1, 1.1)
    assert find_bezel(picture, box(x, y, scale, picture), 0).score < TOLD


def test_a_body_hides_more_the_closer_a_line_passes() -> None:
    assert [hidden_from(d) for d in (0.5, 0.9, 1.0, 1.5)] == pytest.approx([0.75, 0.75, 0.8, 1.45])
