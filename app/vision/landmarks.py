"""The face mesh: MediaPipe's models, run on a region that the caller remembers.

MediaPipe's FaceMesh remembers the face between frames and so belongs to one session (28 MB and
two threads each). Here its subgraphs run with the region as an input: one set of models serves
every session at the cost of tracking, and a session keeps five numbers.
"""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.types import BoundingBox
from app.vision.decode import Picture
from app.vision.mediapipe_core import Graph, detections, normalized_rect, serialized

LANDMARKS = 478
BYTES_PER_LANDMARK = 17
"""As serialised: tag and length, then three floats of a tag and four bytes each."""
RIGHT_EYE_OUTER, LEFT_EYE_OUTER = 33, 263
_FLOAT_BYTES = (
    BYTES_PER_LANDMARK * np.arange(LANDMARKS)[:, None]
    + np.array([[3, 4, 5, 6], [8, 9, 10, 11], [13, 14, 15, 16]])[:, None]
)
"""Where each coordinate of each landmark stands: shape (3, 478, 4)."""
REGION_MARGIN = 1.5
"""A region's side over the face's longer side, as the mesh model was trained."""
CONFIRMING_LOOKS = 3
STAYS = 0.05
"""Growth of a face's region between the last two of these looks, at most."""

_MESH = """
input_stream: "image" input_stream: "region" output_stream: "result"
node { calculator: "ConstantSidePacketCalculator" output_side_packet: "PACKET:with_attention"
       options { [mediapipe.ConstantSidePacketCalculatorOptions.ext] {
                 packet { bool_value: true } } } }
node { calculator: "FaceLandmarkCpu" input_stream: "IMAGE:image" input_stream: "ROI:region"
       input_side_packet: "WITH_ATTENTION:with_attention" output_stream: "LANDMARKS:result" }
"""
_DETECTOR = """
input_stream: "image" output_stream: "result"
node { calculator: "FaceDetectionREACHRangeCpu" input_stream: "IMAGE:image"
       output_stream: "DETECTIONS:result" }
"""


Landmarks = NDArray[np.float32]
"""Shape (478, 3): fractions of the picture's width and height, depth as a fraction of its width."""


@dataclass(frozen=True, slots=True)
class Region:
    """Where a face is, as the mesh model wants it: a turned square around it."""

    x: float
    """Centre, fraction of the width."""
    y: float
    """Centre, fraction of the height."""
    side: float
    """Fraction of the picture's width."""
    rotation: float
    """Radians, clockwise in the picture."""


@dataclass(frozen=True, slots=True)
class FaceBox:
    """A face as the detector finds it."""

    box: BoundingBox
    region: Region
    confidence: float
    """0 to 1."""


class FaceMesh:
    """478 points of the face in a region, irises included. One instance for one thread."""

    def __init__(self) -> None:
        self._graph = Graph(_MESH)

    def __call__(self, picture: Picture, region: Region) -> Landmarks | None:
        """None where the region holds no face."""
        height, width = picture.shape[:2]
        rect = normalized_rect(
            x_center=region.x,
            y_center=region.y,
            width=region.side,
            height=region.side * width / height,
            rotation=region.rotation,
        )
        packet = self._graph(picture, region=rect)
        return None if packet is None else _points(serialized(packet))

    def confirm(self, picture: Picture, region: Region) -> Landmarks | None:
        """The face in a region that a detector found; None unless it stays when it is followed.

        What only resembles a face grows from look to look until it is lost; a face is found again
        at the same size (measured on the groups of ../shared and on patterns taken for faces).
        """
        height, width = picture.shape[:2]
        growth = 0.0
        for _ in range(CONFIRMING_LOOKS):
            landmarks = self(picture, region)
            if landmarks is None:
                return None
            found = region_around(landmarks, box_around(landmarks), width, height)
            growth, region = found.side / region.side, found
        return landmarks if abs(growth - 1) < STAYS else None

    def close(self) -> None:
        self._graph.close()


class FaceDetector:
    """Boxes of all faces. One instance for one thread."""

    def __init__(self, *, full_range: bool) -> None:
        reach = "Full" if full_range else "Short"
        self._graph = Graph(_DETECTOR.replace("REACH", reach))

    def __call__(self, picture: Picture) -> list[FaceBox]:
        """Largest first."""
        packet = self._graph(picture)
        if packet is None:
            return []
        height, width = picture.shape[:2]
        faces = [_face_box(d, width, height) for d in detections(packet)]
        return sorted(faces, key=lambda face: -face.box.area)

    def close(self) -> None:
        self._graph.close()


def box_around(landmarks: Landmarks) -> BoundingBox:
    """The upright rectangle that the mesh fills."""
    left, top, _ = np.minimum.reduce(landmarks).tolist()
    right, bottom, _ = np.maximum.reduce(landmarks).tolist()
    return BoundingBox(left=left, top=top, width=right - left, height=bottom - top)


def region_around(landmarks: Landmarks, box: BoundingBox, width: int, height: int) -> Region:
    """Where to look for the face that fills `box` in the next picture."""
    right_x, right_y, _ = landmarks[RIGHT_EYE_OUTER].tolist()
    left_x, left_y, _ = landmarks[LEFT_EYE_OUTER].tolist()
    return Region(
        x=box.left + box.width / 2,
        y=box.top + box.height / 2,
        side=max(box.width * width, box.height * height) * REGION_MARGIN / width,
        rotation=math.atan2((left_y - right_y) * height, (left_x - right_x) * width),
    )


def _points(serialised: bytes) -> Landmarks:
    """Straight from the bytes: parsing 478 messages in Python costs 20 times more."""
    if len(serialised) != LANDMARKS * BYTES_PER_LANDMARK:
        raise ValueError(f"the mesh model answered {len(serialised)} bytes")
    by_axis: NDArray[np.float32] = np.frombuffer(serialised, np.uint8)[_FLOAT_BYTES].view("<f4")
    return by_axis[..., 0].T  # each axis in one piece: what follows runs along the axes


def _face_box(detection: Any, width: int, height: int) -> FaceBox:
    place = detection.location_data.relative_bounding_box
    right_eye, left_eye = detection.location_data.relative_keypoints[:2]
    box = BoundingBox(left=place.xmin, top=place.ymin, width=place.width, height=place.height)
    rotation = math.atan2((left_eye.y - right_eye.y) * height, (left_eye.x - right_eye.x) * width)
    region = Region(
        x=place.xmin + place.width / 2,
        y=place.ymin + place.height / 2,
        side=max(place.width * width, place.height * height) * REGION_MARGIN / width,
        rotation=rotation,
    )
    return FaceBox(box, region, float(detection.score[0]))
