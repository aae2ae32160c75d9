"""Where the eyes look, relative to the camera: the head's turn and the irises' together."""

import math
from dataclasses import dataclass

import numpy as np

from app.types import Gaze
from app.vision.head_pose import Alignment

TURNING_RADIUS = 1.05
"""Centimetres from an eyeball's centre of rotation to its pupil as seen through the cornea. With
it, the people in FER-2013 who turn their heads but look at the camera keep a gaze of zero, within
4 degrees, up to a yaw of 25."""
LIFT_RADIUS = 1.0
"""The same, upwards."""
LID_SHARE = 0.5
"""How much of the upper lid's lift counts as the eye's: the lid follows the eye, and the mesh sees
lids better than an iris's height; a squint moves lids too, hence not all of it."""
SEEN_LIFT = 0.6
"""The share of an eye's upward turn that iris and lid show in the mesh (0.5 to 0.65 on FER-2013 and
the webcam clip). A head's pitch counts by the same share, so that eyes which stay on the camera
while the head nods keep a gaze of zero."""
RESTING_LIFT = 0.31
"""Centimetres: iris and lid share above the corners of an eye that looks straight ahead."""
CLOSED = 0.10
"""Eye aspect ratio below which an eye shows no iris."""
SMALL_EYE, LARGE_EYE = 8.0, 20.0
"""Pixels of an eye's width: an iris cannot be placed below the first, and well above the second."""
EYES_DIVERGE = math.radians(25)
"""Each eye's opening faces this much to its own side."""

_RIGHT = (33, 133, 468, 158, 159, 160, 144, 145, 153)
_LEFT = (263, 362, 473, 385, 386, 387, 373, 374, 380)
_INDICES = np.array(_RIGHT + _LEFT)
"""Of each eye: outer corner, inner corner, iris, three points of the upper and of the lower lid."""


@dataclass(frozen=True, slots=True)
class Eyes:
    """What both eyes of one face show."""

    gaze: Gaze | None
    """None: closed, or too small."""
    aspect_ratio: float
    """Opening over width, mean of both eyes."""
    width: float
    """Pixels, from corner to corner, mean of both eyes."""


def look(alignment: Alignment) -> Eyes:
    """Measure both eyes of an aligned face."""
    points = alignment.in_head(_INDICES)
    right = _Eye.measure(points[:9].tolist())
    left = _Eye.measure(points[9:].tolist())
    aspect_ratio = (right.opening / right.width + left.opening / left.width) / 2
    seen = (right.width + left.width) / 2 * alignment.pixels_per_cm
    size = min(1.0, (seen - SMALL_EYE) / (LARGE_EYE - SMALL_EYE))
    if aspect_ratio < CLOSED or size <= 0:
        return Eyes(None, aspect_ratio, seen)

    # Of a turned head the far eye shows less: weigh by how much each faces the camera.
    yaw = math.radians(alignment.pose.yaw)
    right_share = max(0.05, math.cos(yaw + EYES_DIVERGE))
    left_share = max(0.05, math.cos(yaw - EYES_DIVERGE))
    share = right_share / (right_share + left_share)
    sideways = _arcsine((share * right.turn + (1 - share) * left.turn) / TURNING_RADIUS)
    upwards = _arcsine((share * right.lift + (1 - share) * left.lift - RESTING_LIFT) / LIFT_RADIUS)
    roll = math.radians(alignment.pose.roll)
    to_left = sideways * math.cos(roll) - upwards * math.sin(roll)
    up = sideways * math.sin(roll) + upwards * math.cos(roll)
    open_enough = min(1.0, (aspect_ratio - CLOSED) / CLOSED + 0.3)
    gaze = Gaze(
        yaw=alignment.pose.yaw + math.degrees(to_left),
        pitch=SEEN_LIFT * alignment.pose.pitch + math.degrees(up),
        confidence=size * open_enough * max(0.0, math.cos(yaw)) ** 0.5,
    )
    return Eyes(gaze, aspect_ratio, seen)


@dataclass(frozen=True, slots=True)
class _Eye:
    """Lengths of one eye along the head's axes; centimetres."""

    width: float
    """From corner to corner."""
    opening: float
    """From lid to lid."""
    turn: float
    """The iris, to the candidate's left of the middle between the corners."""
    lift: float
    """The iris and the lid's share, above the middle between the corners."""

    @classmethod
    def measure(cls, points: list[list[float]]) -> "_Eye":
        outer, inner, iris, *lids = points
        upper = (lids[0][1] + lids[1][1] + lids[2][1]) / 3
        lower = (lids[3][1] + lids[4][1] + lids[5][1]) / 3
        middle = (outer[1] + inner[1]) / 2
        return cls(
            width=math.dist(outer, inner),
            opening=max(0.0, upper - lower),
            turn=iris[0] - (outer[0] + inner[0]) / 2,
            lift=(iris[1] - middle) + LID_SHARE * (upper - middle),
        )


def _arcsine(sine: float) -> float:
    return math.asin(max(-1.0, min(1.0, sine)))
