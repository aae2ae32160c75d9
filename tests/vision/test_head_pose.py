"""Known heads come back with their angles, wherever they are, and without jumps."""

import numpy as np
import pytest

from app.types import HeadPose
from app.vision.head_pose import HeadPoseEstimator
from app.vision.landmarks import Landmarks
from tests.vision.heads import CANONICAL, HEIGHT, WIDTH, seen

ESTIMATOR = HeadPoseEstimator()


def pose(landmarks: Landmarks) -> HeadPose:
    return ESTIMATOR(landmarks, WIDTH, HEIGHT).pose


TURNS = [
    (0, 0, 0),
    (20, 0, 0),
    (-35, 0, 0),
    (60, 0, 0),
    (0, 20, 0),
    (0, -30, 0),
    (0, 0, 30),
    (0, 0, -45),
    (15, -10, 12),
    (-25, 15, -20),
]


@pytest.mark.parametrize("turn", TURNS)
@pytest.mark.parametrize("direction", [(0, 0), (15, 8), (-20, -10)])
@pytest.mark.parametrize("distance", [30, 55, 90])
def test_known_turns_come_back(
    turn: tuple[float, float, float], direction: tuple[float, float], distance: float
) -> None:
    got = pose(seen(*turn, direction=direction, distance=distance))
    assert (got.yaw, got.pitch, got.roll) == pytest.approx(turn, abs=2.5)


def test_a_pixel_of_noise_does_not_flip_a_head() -> None:
    """Six-point PnP turned over in half of the frames at this noise."""
    for seed in range(200):
        got = pose(seen(noise=1.0, seed=seed))
        assert abs(got.yaw) < 3
        assert abs(got.pitch) < 3
        assert abs(got.roll) < 3


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_a_slow_turn_has_no_steps(axis: int) -> None:
    angles = []
    for number, degrees in enumerate(np.arange(-50, 50, 1.0)):
        turn = [0.0, 0.0, 0.0]
        turn[axis] = float(degrees)
        got = pose(seen(*turn, noise=0.5, seed=number))
        angles.append((got.yaw, got.pitch, got.roll))
    assert np.abs(np.diff(angles, axis=0)).max() < 5


def test_flipping_a_picture_flips_yaw_and_roll_alone() -> None:
    landmarks = seen(25, 10, 8)
    partners = (
        np.abs((CANONICAL * (-1, 1, 1))[:, None] - CANONICAL[None]).sum(axis=2).argmin(axis=1)
    )
    flipped = landmarks[partners] * np.array((-1, 1, 1), np.float32)
    flipped[:, 0] += 1
    one, other = pose(landmarks), pose(flipped)
    assert (other.yaw, other.pitch, other.roll) == pytest.approx(
        (-one.yaw, one.pitch, -one.roll), abs=0.2
    )


def test_lengths_are_metric() -> None:
    alignment = ESTIMATOR(seen(20, 5, 10), WIDTH, HEIGHT)
    irises = alignment.in_head(np.array([468, 473]))
    assert np.linalg.norm(irises[0] - irises[1]) == pytest.approx(6.3, abs=0.2)


def test_the_canonical_face_is_symmetric() -> None:
    mirrored = CANONICAL * (-1, 1, 1)
    nearest = np.linalg.norm(mirrored[:, None] - CANONICAL[None], axis=2).min(axis=1)
    assert nearest.max() < 0.01
