"""The lines of a face, on a real one that looks into the camera."""

import cv2
import numpy as np
import pytest
from mediapipe.python.solutions import face_mesh_connections as mediapipe
from numpy.typing import NDArray

from app.vision import contours
from app.vision.landmarks import FaceDetector, FaceMesh
from tests.media import portrait

Points = NDArray[np.float32]
"""Shape (n, 2): pixels of the portrait."""

CLOSED = {
    "OVAL": mediapipe.FACEMESH_FACE_OVAL,
    "LIPS": mediapipe.FACEMESH_LIPS,
    "LEFT_EYE": mediapipe.FACEMESH_LEFT_EYE,
    "RIGHT_EYE": mediapipe.FACEMESH_RIGHT_EYE,
    "LEFT_IRIS": mediapipe.FACEMESH_LEFT_IRIS,
    "RIGHT_IRIS": mediapipe.FACEMESH_RIGHT_IRIS,
}
OPEN = {
    "LEFT_BROW": mediapipe.FACEMESH_LEFT_EYEBROW,
    "RIGHT_BROW": mediapipe.FACEMESH_RIGHT_EYEBROW,
    "NOSE": mediapipe.FACEMESH_NOSE,
}


@pytest.fixture(scope="module")
def face() -> Points:
    """All points of the portrait's mesh."""
    landmarks = FaceMesh()(portrait(), FaceDetector(full_range=False)(portrait())[0].region)
    assert landmarks is not None
    return landmarks[:, :2] * np.float32(512)


def line(face: Points, name: str) -> Points:
    return face[list(getattr(contours, name))]


def inside(point: Points, outline: Points) -> bool:
    return cv2.pointPolygonTest(outline, (float(point[0]), float(point[1])), False) > 0


@pytest.mark.parametrize("name", [*CLOSED, *OPEN])
def test_each_step_along_a_line_is_one_of_mediapipes(name: str) -> None:
    indices = getattr(contours, name)
    known = {frozenset(step) for step in (CLOSED | OPEN)[name]}
    after = indices[1:] + indices[:1] if name in CLOSED else indices[1:]
    steps = [frozenset(step) for step in zip(indices, after, strict=False)]
    assert set(steps) <= known
    assert len(set(steps)) == len(steps)
    assert len(set(indices)) == len(indices)


@pytest.mark.parametrize("name", ["OVAL", "LEFT_EYE", "RIGHT_EYE", "LEFT_IRIS", "RIGHT_IRIS"])
def test_a_closed_line_leaves_nothing_of_mediapipes_out(name: str) -> None:
    assert len(getattr(contours, name)) == len(CLOSED[name])


def test_left_is_the_candidates_own(face: Points) -> None:
    for part in ("EYE", "IRIS", "BROW"):
        left, right = line(face, f"LEFT_{part}"), line(face, f"RIGHT_{part}")
        assert left[:, 0].min() > right[:, 0].max(), part  # who faces a camera is seen swapped


@pytest.mark.parametrize("side", ["LEFT", "RIGHT"])
def test_the_iris_lies_within_its_eye(face: Points, side: str) -> None:
    eye, iris = line(face, f"{side}_EYE"), line(face, f"{side}_IRIS")
    assert inside(iris.mean(axis=0), eye)
    assert not inside(iris.mean(axis=0), line(face, "LIPS"))
    across = eye[:, 0].max() - eye[:, 0].min()
    assert 0.25 * across < iris[:, 0].max() - iris[:, 0].min() < 0.6 * across


def test_everything_lies_within_the_face_and_in_its_order(face: Points) -> None:
    oval = line(face, "OVAL")
    for name in (CLOSED.keys() | OPEN.keys()) - {"OVAL"}:
        assert all(inside(point, oval) for point in line(face, name)), name
    heights = [line(face, name)[:, 1].mean() for name in ("LEFT_BROW", "LEFT_EYE", "NOSE", "LIPS")]
    assert heights == sorted(heights)
