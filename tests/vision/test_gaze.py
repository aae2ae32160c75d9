"""The line of sight, head and eyes together."""

import math

import numpy as np
import pytest

from app.types import Gaze
from app.vision.gaze import LID_SHARE, LIFT_RADIUS, RESTING_LIFT, TURNING_RADIUS, Eyes, look
from app.vision.head_pose import HeadPoseEstimator
from tests.vision.heads import CANONICAL, HEIGHT, WIDTH, Points, seen

ESTIMATOR = HeadPoseEstimator()
CORNERS = {468: (33, 133), 473: (362, 263)}
UPPER = {468: (158, 159, 160), 473: (385, 386, 387)}
LOWER = {468: (144, 145, 153), 473: (373, 374, 380)}


def eyes_turned(sideways: float, upwards: float, *, opening: float = 0.8) -> Points:
    """The canonical face with irises and lids where eyes turned by these degrees have them."""
    face = CANONICAL.copy()
    for iris, (outer, inner) in CORNERS.items():
        middle = (face[outer] + face[inner]) / 2
        lid = 0.4
        lift = RESTING_LIFT + LIFT_RADIUS * math.sin(math.radians(upwards))
        face[iris, 0] = middle[0] + TURNING_RADIUS * math.sin(math.radians(sideways))
        face[iris, 1] = middle[1] + lift - LID_SHARE * lid
        face[list(UPPER[iris]), 1] = middle[1] + lid
        face[list(LOWER[iris]), 1] = middle[1] + lid - opening
    return face


def eyes(
    face: Points, yaw: float = 0, pitch: float = 0, roll: float = 0, distance: float = 55
) -> Eyes:
    return look(ESTIMATOR(seen(yaw, pitch, roll, face=face, distance=distance), WIDTH, HEIGHT))


def gaze(face: Points, yaw: float = 0, pitch: float = 0, roll: float = 0) -> Gaze:
    measured = eyes(face, yaw, pitch, roll).gaze
    assert measured is not None
    return measured


@pytest.mark.parametrize(
    ("sideways", "upwards"), [(0, 0), (15, 0), (-15, 0), (30, 0), (0, 12), (0, -15), (-20, 10)]
)
def test_eyes_alone(sideways: float, upwards: float) -> None:
    got = gaze(eyes_turned(sideways, upwards))
    assert (got.yaw, got.pitch) == pytest.approx((sideways, upwards), abs=2.0)


@pytest.mark.parametrize("yaw", [-25, -10, 10, 25])
def test_a_head_that_turns_while_the_eyes_stay_on_the_camera_is_no_gaze(yaw: float) -> None:
    assert gaze(eyes_turned(-yaw, 0), yaw=yaw).yaw == pytest.approx(0, abs=3)


@pytest.mark.parametrize("yaw", [-25, 25])
def test_eyes_that_go_with_the_head_are(yaw: float) -> None:
    assert gaze(eyes_turned(0, 0), yaw=yaw).yaw == pytest.approx(yaw, abs=3)


@pytest.mark.parametrize("roll", [-30, 30])
def test_a_head_on_its_shoulder_looks_where_it_looks(roll: float) -> None:
    """Eyes to the head's own left, the head rolled: the line of sight is rolled as well."""
    got = gaze(eyes_turned(15, 0), roll=roll)
    expected = (15 * math.cos(math.radians(roll)), 15 * math.sin(math.radians(roll)))
    assert (got.yaw, got.pitch) == pytest.approx(expected, abs=2.5)


@pytest.mark.parametrize(
    ("opening", "measured"), [(0.8, True), (0.5, True), (0.2, False), (0.0, False)]
)
def test_closed_eyes_have_no_gaze(opening: float, measured: bool) -> None:
    got = eyes(eyes_turned(0, 0, opening=opening))
    assert (got.gaze is not None) is measured
    assert got.aspect_ratio == pytest.approx(opening / 2.9, abs=0.06)


def test_eyes_too_small_to_see_have_no_gaze() -> None:
    assert eyes(eyes_turned(0, 0), distance=600).gaze is None


def test_confidence_falls_with_size_and_with_the_heads_turn() -> None:
    def confidence(yaw: float = 0, distance: float = 55) -> float:
        got = eyes(eyes_turned(0, 0), yaw, distance=distance).gaze
        assert got is not None
        return got.confidence

    assert confidence() > 0.95
    assert confidence(distance=110) < confidence()
    assert confidence(yaw=60) < confidence(yaw=30) < confidence()
    assert 0 <= confidence(yaw=80) <= 1


def test_numbers_are_finite_whatever_the_mesh_says() -> None:
    rng = np.random.default_rng(5)
    for _ in range(100):
        landmarks = rng.random((478, 3)).astype(np.float32)
        alignment = ESTIMATOR(landmarks, WIDTH, HEIGHT)
        got = look(alignment)
        numbers = [alignment.pose.yaw, alignment.pose.pitch, alignment.pose.roll, got.aspect_ratio]
        if got.gaze is not None:
            numbers += [got.gaze.yaw, got.gaze.pitch, got.gaze.confidence]
        assert all(math.isfinite(number) for number in numbers)
