"""Faces down to 60 pixels are counted, each once, wherever they are."""

import numpy as np
import pytest

from app.vision.face_count import FaceCounter
from app.vision.landmarks import FaceDetector, FaceMesh
from tests.media import SHARED, Picture, decoded, needs_shared, portrait, room, with_faces

PLACES = [(0.12, 0.3), (0.88, 0.3), (0.15, 0.7), (0.85, 0.7), (0.5, 0.25), (0.5, 0.8)]


@pytest.fixture(scope="module")
def count() -> FaceCounter:
    near, far = FaceDetector(full_range=False), FaceDetector(full_range=True)
    return FaceCounter(near, far, FaceMesh())


@pytest.mark.parametrize(("width", "height"), [(640, 480), (1280, 720), (480, 640)])
@pytest.mark.parametrize("place", PLACES)
def test_a_small_face(
    count: FaceCounter, place: tuple[float, float], width: int, height: int
) -> None:
    faces = count(with_faces((*place, 60), width=width, height=height))
    assert len(faces) == 1
    assert faces[0].region.x == pytest.approx(place[0], abs=0.08)


def test_nobody(count: FaceCounter) -> None:
    assert count(room()) == []
    assert count(np.zeros((480, 640, 3), np.uint8)) == []
    assert len(count(np.random.default_rng(1).integers(0, 255, (480, 640, 3), np.uint8))) <= 1


@pytest.mark.parametrize("face_width", [60, 95, 140, 160])
def test_one_face_is_one_face_at_any_size_and_place(count: FaceCounter, face_width: int) -> None:
    for place in PLACES:
        assert len(count(with_faces((*place, face_width)))) == 1, place


def test_several_faces_largest_first(count: FaceCounter) -> None:
    faces = count(with_faces((0.2, 0.5, 70), (0.5, 0.5, 130), (0.82, 0.5, 95)))
    assert [face.region.x for face in faces] == pytest.approx([0.5, 0.82, 0.2], abs=0.06)


def test_a_face_that_fills_the_picture(count: FaceCounter) -> None:
    close: Picture = np.ascontiguousarray(portrait()[40:220, 120:330])
    assert len(count(np.ascontiguousarray(np.repeat(np.repeat(close, 3, 0), 3, 1)))) == 1


@needs_shared
@pytest.mark.parametrize(
    ("name", "at_least"), [("group-3.jpg", 4), ("group-5.jpg", 5), ("group-6.jpg", 3)]
)
def test_groups(count: FaceCounter, name: str, at_least: int) -> None:
    picture = decoded((SHARED / "images/groups" / name).read_bytes())
    assert len(count(picture)) >= at_least
