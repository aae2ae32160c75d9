"""The canonical face, turned and seen through a camera: heads of which the pose is known."""

import math
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import app.vision.head_pose
from app.vision.head_pose import FOCAL_LENGTH
from app.vision.landmarks import Landmarks

WIDTH, HEIGHT = 640, 480
FOCAL = FOCAL_LENGTH * math.hypot(WIDTH, HEIGHT)

Points = NDArray[np.float64]
CANONICAL: Points = np.loadtxt(
    Path(app.vision.head_pose.__file__).with_name("canonical_face.csv"), delimiter=","
)[:, :3]
MIDDLE = CANONICAL.mean(axis=0)


def rotation(yaw: float, pitch: float, roll: float) -> Points:
    """Yaw to the candidate's left, pitch upwards, roll to the right shoulder."""
    y, x, z = np.radians([yaw, -pitch, roll])
    about_y = [[math.cos(y), 0, math.sin(y)], [0, 1, 0], [-math.sin(y), 0, math.cos(y)]]
    about_x = [[1, 0, 0], [0, math.cos(x), -math.sin(x)], [0, math.sin(x), math.cos(x)]]
    about_z = [[math.cos(z), -math.sin(z), 0], [math.sin(z), math.cos(z), 0], [0, 0, 1]]
    turned: Points = np.array(about_y) @ np.array(about_x) @ np.array(about_z)
    return turned


def turning_to_camera(direction: tuple[float, float]) -> Points:
    """Turns a head at this place of the view (degrees right and up) to face the camera."""
    right, up = direction
    return rotation(-right, -up, 0.0)


def seen(
    yaw: float = 0.0,
    pitch: float = 0.0,
    roll: float = 0.0,
    *,
    distance: float = 55.0,
    direction: tuple[float, float] = (0.0, 0.0),
    face: Points = CANONICAL,
    noise: float = 0.0,
    seed: int = 0,
) -> Landmarks:
    """Landmarks of a head at `distance` (cm), turned away from the camera by these angles."""
    turned = (face - MIDDLE) @ (turning_to_camera(direction) @ rotation(yaw, pitch, roll)).T
    right, up = np.radians(direction)
    place = distance * np.array([math.tan(right), math.tan(up) / math.cos(right), -1.0])
    place *= distance / np.linalg.norm(place)
    x, y, z = (turned + place).T
    columns = np.stack(
        [
            (-x * FOCAL / z + WIDTH / 2) / WIDTH,
            (HEIGHT / 2 + y * FOCAL / z) / HEIGHT,
            -(z - place[2]) * FOCAL / -place[2] / WIDTH,
        ],
        axis=1,
    )
    pixels = np.random.default_rng(seed).normal(0, noise, columns.shape)
    return (columns + pixels / (WIDTH, HEIGHT, WIDTH)).astype(np.float32)
