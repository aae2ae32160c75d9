"""What is drawn, and where."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from app.types import (
    BoundingBox,
    Detection,
    FaceObservation,
    FrameAnalysis,
    Gaze,
    HeadPose,
    ObjectClass,
    Severity,
)
from app.vision.analyzer import Also, FrameAnalyzer, Tracking
from app.vision.contours import LEFT_IRIS, OVAL
from app.vision.overlay import FORWARDS, GAZE, Words, card, draw
from tests.media import Picture, frame, jpeg, portrait, room

Seen = tuple[Picture, FrameAnalysis]
NEAR = 60
"""Levels by which a colour may differ: lines are smoothed."""


@pytest.fixture(scope="module")
def seen() -> Seen:
    """A portrait, and what a look at it found."""
    analyzer = FrameAnalyzer()
    analysis, _ = analyzer(frame(jpeg(portrait())), Tracking(), Also())
    analyzer.close()
    return portrait(), analysis


def face(seen: Seen) -> FaceObservation:
    assert seen[1].faces
    return seen[1].faces[0]


def turned(seen: Seen, **changes: object) -> FrameAnalysis:
    """The same with another head or gaze."""
    return replace(seen[1], faces=(replace(face(seen), **changes),))  # type: ignore[arg-type]


def where(picture: Picture, colour: tuple[int, int, int]) -> NDArray[np.intp]:
    """Pixels of that colour, x and y."""
    near = np.abs(picture.astype(int) - colour).max(axis=2) < NEAR
    return np.asarray(np.argwhere(near)[:, ::-1], np.intp)


def changed(one: Picture, other: Picture) -> NDArray[np.bool_]:
    return np.asarray(np.abs(one.astype(int) - other).max(axis=2) > 30, np.bool_)


def test_a_face_is_drawn_where_it_is(seen: Seen) -> None:
    picture, analysis = seen
    before = picture.copy()
    drawn = draw(picture, analysis, (), ())
    assert (picture == before).all()
    assert drawn.shape == picture.shape
    difference = changed(drawn, picture)
    for x, y in face(seen).landmarks[list(OVAL), :2] * 512:
        assert difference[round(y) - 2 : round(y) + 3, round(x) - 2 : round(x) + 3].any()
    box = face(seen).box
    assert not difference[:, : round((box.left - 0.1) * 512)].any()
    assert not difference[round((box.top + box.height + 0.1) * 512) :].any()


@pytest.mark.parametrize("analysis", [None, "nobody"])
def test_nothing_seen_is_nothing_drawn(seen: Seen, analysis: str | None) -> None:
    nobody = None if analysis is None else replace(seen[1], faces=())
    assert (draw(seen[0], nobody, (), ()) == seen[0]).all()


@pytest.mark.parametrize(
    ("yaw", "pitch", "points_there"),
    [
        (40.0, 0.0, lambda x, y: x > 40),  # the candidate's left is the picture's right
        (-40.0, 0.0, lambda x, y: x < -40),
        (0.0, 40.0, lambda x, y: y < -40),
        (0.0, -40.0, lambda x, y: y > 40),
    ],
)
def test_rays_and_axes_point_where_eyes_and_head_do(
    seen: Seen, yaw: float, pitch: float, points_there: Callable[[float, float], bool]
) -> None:
    gaze = Gaze(yaw=yaw, pitch=pitch, confidence=1.0)
    ahead = HeadPose(yaw=0.0, pitch=0.0, roll=0.0)
    empty = np.zeros_like(seen[0])
    drawn = draw(empty, turned(seen, gaze=gaze, head_pose=ahead), (), ())
    start = face(seen).landmarks[list(LEFT_IRIS), :2].mean(axis=0) * 512
    assert any(points_there(*(place - start)) for place in where(drawn, GAZE))
    pose = HeadPose(yaw=yaw, pitch=pitch, roll=0.0)
    drawn = draw(empty, turned(seen, gaze=None, head_pose=pose), (), ())
    start = face(seen).landmarks[1, :2] * 512
    assert any(points_there(*(place - start)) for place in where(drawn, FORWARDS))
    assert len(where(drawn, GAZE)) == 0


def test_objects_and_words_are_written(seen: Seen) -> None:
    box = BoundingBox(left=0.5, top=-0.1, width=0.6, height=0.7)
    phone = Detection(object_class=ObjectClass.PHONE, confidence=0.876, box=box)
    wall = room()
    with_box = changed(draw(wall, None, (phone,), ()), wall)
    assert with_box[:, 318:323].any(axis=1).mean() > 0.5  # its left edge
    assert not with_box[:, :300].any()
    words = [Words(text=f"Looking Left {n}", severity=Severity.WARNING) for n in range(9)]
    one = changed(draw(wall, None, (), words[:1]), wall)
    many = changed(draw(wall, None, (), words), wall)
    assert one[-60:, :200].mean() > 0.3
    assert not one[:-80].any()
    assert many.sum() > 4 * one.sum()
    assert not many[:150].any()  # however many there are


@pytest.mark.parametrize("size", [(64, 64), (65, 333), (360, 640), (1280, 720), (1, 1)])
def test_any_size_is_drawn_into(seen: Seen, size: tuple[int, int]) -> None:
    wall = np.zeros((size[0], size[1], 3), np.uint8)
    words = [Words(text="Multiple speakers detected!", severity=Severity.CRITICAL)]
    boxes = [BoundingBox(left=left, top=0.9, width=0.2, height=0.2) for left in (-0.1, 0.95)]
    things = [Detection(object_class=c, confidence=1.0, box=b) for c in ObjectClass for b in boxes]
    drawn = draw(wall, seen[1], things, words)
    assert drawn.shape == wall.shape
    assert drawn.any()


def test_a_card_says_it_in_lines_that_fit() -> None:
    said = card("Another connection sends this session's pictures, and will for long", 240, 200)
    lit = np.asarray((said > 120).all(axis=2), np.bool_)
    assert lit[:, :5].sum() == lit[:, -5:].sum() == 0
    rows = lit.any(axis=1)
    assert (np.diff(rows.astype(int)) == 1).sum() >= 2  # more than one line
