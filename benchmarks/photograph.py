"""A photograph, held to a camera by a hand: homographies of one picture, before a plain room."""

import math
from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

from app.vision.decode import Picture

FOCAL = 1.2
"""Of the picture's width."""
NOISE = 3.0
"""Levels of the sensor."""
SLOW = (0.31, 0.23, 0.41, 0.17, 0.29)
"""Hertz of the five movements: no two of them keep step."""


def photograph(
    still: Picture,
    seconds: float,
    *,
    fps: float = 10.0,
    sway: float = 0.03,
    tilt: float = 25.0,
    nearer: float = 0.05,
    seed: int = 0,
) -> Iterator[Picture]:
    """RGB pictures of the still's size. `sway`: of the width, `tilt`: degrees, `nearer`: of the
    distance, all to either side."""
    height, width = still.shape[:2]
    rng = np.random.default_rng(seed)
    phases = rng.uniform(0, 2 * math.pi, len(SLOW))
    room = cv2.resize(rng.integers(70, 120, (6, 8, 3), np.uint8), (width, height))
    for number in range(round(seconds * fps)):
        turn = 2 * math.pi * number / fps
        x, y, z, yaw, pitch = np.sin(turn * np.array(SLOW) + phases).tolist()
        move = _homography(
            width,
            height,
            shift=(x * sway * width, y * sway * width),
            distance=FOCAL * width * (1 + z * nearer),
            angles=(math.radians(yaw * tilt), math.radians(pitch * tilt * 0.7)),
        )
        seen = cv2.warpPerspective(
            still,
            move,
            (width, height),
            dst=room.copy(),
            flags=cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_TRANSPARENT,
        )
        yield np.clip(seen + rng.normal(0, NOISE, seen.shape), 0, 255).astype(np.uint8)


def _homography(
    width: int,
    height: int,
    *,
    shift: tuple[float, float],
    distance: float,
    angles: tuple[float, float],
) -> NDArray[np.float64]:
    """Of a sheet that fills the picture when it is held straight."""
    across, _ = cv2.Rodrigues(np.array([0.0, angles[0], 0.0]))
    upright, _ = cv2.Rodrigues(np.array([angles[1], 0.0, 0.0]))
    right, down = width / 2, height / 2
    corners = np.array([(-right, -down, 0), (right, -down, 0), (right, down, 0), (-right, down, 0)])
    places = corners @ (across @ upright).T + np.array([*shift, distance])
    seen = places[:, :2] / places[:, 2:] * FOCAL * width + (right, down)
    sheet = corners[:, :2] + (right, down)
    found = cv2.getPerspectiveTransform(sheet.astype(np.float32), seen.astype(np.float32))
    return np.asarray(found, np.float64)
