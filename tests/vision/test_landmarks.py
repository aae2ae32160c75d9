"""The mesh, run on a region that the caller remembers, is MediaPipe's own."""

import math
import subprocess
import sys

import cv2
import numpy as np
import pytest

from app.vision.landmarks import FaceDetector, FaceMesh, Region, box_around, region_around
from tests.media import portrait, room


@pytest.fixture(scope="module")
def mesh() -> FaceMesh:
    return FaceMesh()


@pytest.fixture(scope="module")
def near() -> FaceDetector:
    return FaceDetector(full_range=False)


def test_is_the_same_as_mediapipes_face_mesh(mesh: FaceMesh, near: FaceDetector) -> None:
    from mediapipe.python.solutions.face_mesh import FaceMesh as Whole

    with Whole(static_image_mode=False, refine_landmarks=True) as whole:
        region = near(portrait())[0].region
        for _ in range(4):
            theirs = whole.process(portrait()).multi_face_landmarks[0].landmark
            ours = mesh(portrait(), region)
            assert ours is not None
            region = region_around(ours, box_around(ours), 512, 512)
        expected = np.array([(point.x, point.y, point.z) for point in theirs])
    assert ours is not None
    assert np.abs(ours[:, :2] - expected[:, :2]).max() * 512 < 1.0


def test_finds_nothing_where_nobody_is(mesh: FaceMesh, near: FaceDetector) -> None:
    assert mesh(room(), Region(x=0.5, y=0.5, side=0.5, rotation=0.0)) is None
    assert near(room()) == []


@pytest.mark.parametrize("degrees", [-30, -15, 15, 30])
def test_the_region_turns_with_the_head(degrees: float, mesh: FaceMesh, near: FaceDetector) -> None:
    turn = cv2.getRotationMatrix2D((256, 200), degrees, 1.0)
    turned = np.asarray(cv2.warpAffine(portrait(), turn, (512, 512)), np.uint8)
    landmarks = mesh(turned, near(turned)[0].region)
    assert landmarks is not None
    upright = mesh(portrait(), near(portrait())[0].region)
    assert upright is not None
    one = region_around(landmarks, box_around(landmarks), 512, 512)
    other = region_around(upright, box_around(upright), 512, 512)
    assert math.degrees(one.rotation - other.rotation) == pytest.approx(-degrees, abs=3)


def test_all_of_mediapipe_can_still_be_imported_after_ours() -> None:
    script = (
        "import sys; import app.vision.landmarks; assert 'matplotlib' not in sys.modules;"
        "import mediapipe; print(mediapipe.solutions.face_mesh.FaceMesh.__name__)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )
    assert done.stdout.strip() == "FaceMesh", done.stderr
