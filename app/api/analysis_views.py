"""What one look at a face found, for a page that draws it over the picture."""

import math
from typing import Any

import numpy as np

from app.api.live_views import states_view
from app.api.now_views import now_view
from app.session.session import Session
from app.types import BoundingBox, FaceObservation, FrameAnalysis
from app.vision.contours import (
    LEFT_BROW,
    LEFT_EYE,
    LEFT_IRIS,
    LIPS,
    NOSE,
    OVAL,
    RIGHT_BROW,
    RIGHT_EYE,
    RIGHT_IRIS,
)
from app.vision.gaze import CLOSED

Point = list[float]
"""x and y: fractions of the upright picture's width and height."""

DIGITS = 4
"""A tenth of a pixel in a picture of a thousand."""
_LINES = (OVAL, LIPS, NOSE, LEFT_BROW, RIGHT_BROW, LEFT_EYE, RIGHT_EYE, LEFT_IRIS, RIGHT_IRIS)
_INDICES = np.array([index for line in _LINES for index in line])
_OUTER, _LOWER, _INNER, _UPPER = (LEFT_EYE.index(index) for index in (263, 374, 362, 386))
"""Where the corners and the middles of the lids stand in an eye's line."""


def analysis_message(session: Session, analysis: FrameAnalysis) -> dict[str, Any]:
    """The message of a socket, for the session's newest analysis.

    It has the shape of all others, without alerts. Points lie in the picture as it was sent; left,
    right and the signs of angles are the candidate's own, also where it is mirrored.
    """
    now = now_view(session, analysis.received_at)
    assert now is not None  # there is an analysis
    numbers = now.model_dump()
    width, height = analysis.sent or (analysis.width, analysis.height)
    mirrored = session.info.mirrored
    faces = analysis.faces
    return {
        "alerts": [],
        "events": [],
        "analysis": {
            "at": numbers["at"],
            "picture": analysis.number,
            "width": width,
            "height": height,
            "mirrored": mirrored,
            "faces": None if faces is None else [_face(f, height / width, mirrored) for f in faces],
            "objects": numbers["objects"],
            "now": numbers,
            "states": states_view(session),
            "latency_ms": numbers["latency_ms"],
            "stages_ms": numbers["stages_ms"],
        },
    }


def _face(face: FaceObservation, aspect: float, mirrored: bool) -> dict[str, Any]:
    """`aspect`: the picture's height over its width."""
    oval, lips, nose, *pairs = _lines(face)
    left_brow, right_brow, left_eye, right_eye, left_iris, right_iris = pairs
    shown = face.gaze is not None
    left = _eye(left_eye, left_iris, aspect, shown)
    right = _eye(right_eye, right_iris, aspect, shown)
    side = 1.0
    if mirrored:  # what the mesh takes for the left side is the right one
        left_brow, right_brow, left, right, side = right_brow, left_brow, right, left, -1.0
    pose, gaze = face.head_pose, face.gaze
    return {
        "box": _box(face.box),
        "outline": oval,
        "lips": lips,
        "nose": nose,
        "brows": {"left": left_brow, "right": right_brow},
        "eyes": {"left": left, "right": right},
        "head": {
            "yaw": round(side * pose.yaw, 2),
            "pitch": round(pose.pitch, 2),
            "roll": round(side * pose.roll, 2),
        },
        "gaze": gaze and {"yaw": round(side * gaze.yaw, 2), "pitch": round(gaze.pitch, 2)},
    }


def _lines(face: FaceObservation) -> list[list[Point]]:
    """In the order of `_LINES`."""
    points = face.landmarks[_INDICES, :2].astype(np.float64).round(DIGITS).tolist()
    lines, begin = [], 0
    for line in _LINES:
        lines.append(points[begin : begin + len(line)])
        begin += len(line)
    return lines


def _eye(outline: list[Point], iris: list[Point], aspect: float, shown: bool) -> dict[str, Any]:
    """No iris where the lids are closed, or both eyes too small."""

    def apart(one: int, other: int) -> float:
        (x, y), (other_x, other_y) = outline[one], outline[other]
        return math.hypot(x - other_x, (y - other_y) * aspect)

    is_open = apart(_UPPER, _LOWER) >= CLOSED * apart(_OUTER, _INNER)
    return {"outline": outline, "iris": iris if shown and is_open else None}


def _box(box: BoundingBox) -> dict[str, float]:
    return {
        "left": round(box.left, DIGITS),
        "top": round(box.top, DIGITS),
        "width": round(box.width, DIGITS),
        "height": round(box.height, DIGITS),
    }
