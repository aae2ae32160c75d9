"""Where the head points, from the whole mesh."""

import math
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.types import HeadPose
from app.vision.landmarks import Landmarks

FOCAL_LENGTH = 0.7
"""Of the picture's diagonal: a diagonal view of 71 degrees, as webcams and phones have."""
SKIN = 468
"""The landmarks of the face; the irises after them move by themselves."""
CHEEKS = np.array((234, 454))
HAIRLINE_AND_NOSE = np.array((10, 2))
"""Not the chin: it moves with the mouth."""

Matrix = NDArray[np.float64]
"""Shape (3, 3)."""


@dataclass(frozen=True, slots=True)
class Alignment:
    """How the canonical face lies in the picture."""

    pose: HeadPose
    """As seen along the line from the camera to the face."""
    towards_camera: Matrix
    """Its columns are the head's axes (left, up, forward); z is the line from face to camera."""
    in_picture: Matrix
    """The same with z as the camera's own axis."""
    points: NDArray[np.float32]
    """Shape (478, 3): the landmarks without perspective, in the camera's axes; pixels."""
    pixels_per_cm: float

    @property
    def shape(self) -> float:
        """Width at the cheeks over height from hairline to nose, along the head's own axes."""
        across, down = self.in_head(CHEEKS)[:, 0], self.in_head(HAIRLINE_AND_NOSE)[:, 1]
        return abs(float(across[0] - across[1])) / max(abs(float(down[0] - down[1])), 1e-3)

    def in_head(self, indices: NDArray[np.intp]) -> NDArray[np.float64]:
        """Some landmarks along the head's own axes (left, up, forward); centimetres."""
        return (self.points[indices] @ self.in_picture) / self.pixels_per_cm


class HeadPoseEstimator:
    """Weighted orthogonal Procrustes onto a canonical face (Kabsch 1976, Umeyama 1991)."""

    def __init__(self) -> None:
        table = np.loadtxt(Path(__file__).with_name("canonical_face.csv"), delimiter=",")
        weights = table[:SKIN, 3:] / table[:SKIN, 3:].sum()
        centred = table[:SKIN, :3] - (weights * table[:SKIN, :3]).sum(axis=0)
        # The face is centred, so that the mesh laid on it need not be.
        self._weighted_face = np.ascontiguousarray((weights * centred).T, np.float32)
        self._face_size = float((weights * centred**2).sum())

    def __call__(self, landmarks: Landmarks, width: int, height: int) -> Alignment:
        """`landmarks` of a picture of this many pixels."""
        focal = FOCAL_LENGTH * math.hypot(width, height)
        points = _without_perspective(landmarks, width, height, focal)
        covariance = (self._weighted_face @ points[:SKIN]).T.astype(np.float64)
        left, stretch, right = np.linalg.svd(covariance)
        if _determinant(left) * _determinant(right) < 0:
            left[:, 2] = -left[:, 2]
            stretch[2] = -stretch[2]
        in_picture: Matrix = left @ right
        x, y, _ = (np.add.reduce(points) / len(points)).tolist()
        towards_camera: Matrix = _turn_to_axis(x, y, focal) @ in_picture
        return Alignment(
            pose=_euler(towards_camera),
            towards_camera=towards_camera,
            in_picture=in_picture,
            points=points,
            pixels_per_cm=float(stretch.sum()) / self._face_size,
        )


def _without_perspective(
    landmarks: Landmarks, width: int, height: int, focal: float
) -> NDArray[np.float32]:
    """What is nearer looks larger and further out; bring all of it to the face's mean depth."""
    scale, shift = _to_pixels(width, height)
    points = landmarks * scale
    points += shift
    points[:, :2] *= 1 - points[:, 2:] / np.float32(focal)
    return points


@lru_cache(64)
def _to_pixels(width: int, height: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """What fractions are multiplied with, and then moved by, to be pixels from the middle."""
    scale = np.array((width, -height, -width), np.float32)
    return scale, np.array((-width / 2, height / 2, 0), np.float32)


def _turn_to_axis(x: float, y: float, focal: float) -> Matrix:
    """The shortest turn of the direction of pixel (x, y) onto the camera's axis (Rodrigues)."""
    length = math.sqrt(x * x + y * y + focal * focal)
    x, y, z = x / length, y / length, focal / length
    share = 1 / (1 + z)
    return np.array(
        (
            (1 - x * x * share, -x * y * share, x),
            (-x * y * share, 1 - y * y * share, y),
            (-x, -y, z),
        )
    )


def _determinant(matrix: Matrix) -> float:
    (a, b, c), (d, e, f), (g, h, i) = matrix.tolist()
    return float(a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g))


def _euler(rotation: Matrix) -> HeadPose:
    """Yaw about the vertical, then pitch, then roll."""
    (_, _, forward_x), (left_y, up_y, forward_y), (_, _, forward_z) = rotation.tolist()
    return HeadPose(
        yaw=math.degrees(math.atan2(forward_x, forward_z)),
        pitch=math.degrees(math.atan2(forward_y, math.hypot(forward_x, forward_z))),
        roll=math.degrees(math.atan2(left_y, up_y)),
    )
