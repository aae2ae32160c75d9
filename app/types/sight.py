"""What a picture showed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, kw_only=True)
class BoundingBox:
    """An upright rectangle; fractions of the picture's width and height."""

    left: float
    """The picture's left edge is 0; may lie slightly outside 0 to 1."""
    top: float
    """The picture's upper edge is 0."""
    width: float
    """Above 0."""
    height: float
    """Above 0."""

    @property
    def area(self) -> float:
        """Fraction of the picture."""
        return self.width * self.height

    def overlap(self, other: "BoundingBox") -> float:
        """Intersection over union, 0 to 1."""
        across = min(self.left + self.width, other.left + other.width) - max(self.left, other.left)
        down = min(self.top + self.height, other.top + other.height) - max(self.top, other.top)
        if across <= 0 or down <= 0:
            return 0.0
        shared = across * down
        return shared / (self.area + other.area - shared)


class ObjectClass(StrEnum):
    """What the object detector is asked for."""

    PERSON = "person"
    PHONE = "phone"
    BOOK = "book"
    LAPTOP = "laptop"


@dataclass(frozen=True, slots=True, kw_only=True)
class Detection:
    """One object found in a picture."""

    object_class: ObjectClass
    confidence: float
    """0 to 1."""
    box: BoundingBox


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadPose:
    """Where the head points; all zero faces the camera. Angles are continuous through zero."""

    yaw: float
    """Degrees, -180 to 180, positive to the candidate's left."""
    pitch: float
    """Degrees, -90 to 90, positive upwards."""
    roll: float
    """Degrees, -180 to 180, positive towards the candidate's right shoulder."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gaze:
    """The line of sight relative to the line to the camera, head and eyes together."""

    yaw: float
    """Degrees, positive to the candidate's left."""
    pitch: float
    """Degrees, positive upwards."""
    confidence: float
    """0 to 1: how well both irises could be seen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LivenessLook:
    """What one picture says of whether a living person is before the camera."""

    network: float | None
    """0 to 1: how probable that is to MiniFASNet; None: no weights, or too little around the face
    is in the picture."""
    bezel: float
    """0 to 1: how much straight lines about the face resemble the rim of a screen or of a print;
    a suspicion from 0.5."""
    bezel_sides: int = 0
    """How many sides of that rim are seen: 0 or 2 to 4."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FaceObservation:
    """The candidate's face in one picture."""

    box: BoundingBox
    """Around the mesh."""
    landmarks: NDArray[np.float32]
    """Shape (478, 3): fractions of width and height, depth as a fraction of the width."""
    head_pose: HeadPose
    gaze: Gaze | None
    """None: the eyes were closed or could not be seen."""
    eye_aspect_ratio: float
    """Opening over width, mean of both eyes; about 0.3 open, below 0.1 closed."""
    eye_width: float
    """Pixels of the analysed picture, from corner to corner, mean of both eyes."""
    mouth_open: float
    """Gap of the inner lips over the mouth's width; about 0 closed, 0.1 to 0.4 in speech."""
    shape: float = 1.0
    """Width at the cheeks over height from hairline to nose, along the head's own axes: the same
    however a head is turned."""
    liveness: LivenessLook | None = None
    """None: not looked for in this picture."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """How well a picture can be judged."""

    brightness: float
    """Mean, 0 to 1: of the face, or of the whole picture where there is none."""
    contrast: float
    """Standard deviation over the same, 0 to 0.5."""
    sharpness: float
    """Of the same, 0 to about 0.8; a sharp face has 0.15. `vision/quality.py` says of what."""
    face_width: float | None
    """Pixels of the picture as sent; None: no face."""
    thumbnail: NDArray[np.uint8]
    """The whole picture, grey and tiny, to be compared with the next one's."""
    noise: float | None = None
    """Levels, standard deviation, where the picture is flat; comparable among pictures that were
    decoded at one size. None: not measured."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameAnalysis:
    """What one picture showed."""

    at: float
    """Seconds on the session's clock: the frame's."""
    received_at: float
    """Seconds on the machine's monotonic clock: the frame's."""
    width: int
    """Pixels of the upright picture."""
    height: int
    """Pixels of the upright picture."""
    faces: tuple[FaceObservation, ...] | None
    """The candidate's face, or empty; None: not looked for."""
    face_count: int | None
    """All faces, the candidate's included; None: not counted in this picture."""
    detections: tuple[Detection, ...] | None
    """Objects; None: not looked for in this picture."""
    quality: Quality | None = None
    """None: not measured."""
    number: int = 0
    """The frame's: which of its connection's messages, 1 is the first; 0: not known."""
    sent: tuple[int, int] | None = None
    """Pixels of the upright picture as it came, width and height; None: not known. `width` and
    `height` are those that it was decoded with."""
    stages: Mapping[str, float] = field(default_factory=dict)
    """Seconds by the clock that each stage of the look took; "waiting": from the last byte's
    arrival until the look began."""
