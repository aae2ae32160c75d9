"""The vocabulary: what the parts of the service say to one another.

Left and right are the candidate's own. `None` is "not measured"; an empty tuple is "measured,
nothing there". Times are seconds on the session's own clock.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray


class Purpose(StrEnum):
    """What a session is for; it decides which analyses are allowed."""

    EXAM = "exam"
    INTERVIEW = "interview"
    PERSONAL = "personal"
    RESEARCH = "research"


class Track(StrEnum):
    """A kind of media that a session takes in."""

    VIDEO = "video"
    AUDIO = "audio"


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One picture as it came in, its header checked and nothing decoded."""

    jpeg: bytes
    """The whole JPEG."""
    at: float
    """Seconds on the session's clock."""
    received_at: float
    """Seconds on the machine's monotonic clock, when its last byte was here."""
    width: int
    """Pixels, as stored in the file."""
    height: int
    """Pixels, as stored in the file."""
    orientation: int
    """EXIF orientation, 1 to 8; 1 is upright."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AudioChunk:
    """A piece of sound as it came in."""

    pcm: bytes
    """s16le, mono, 16 kHz."""
    at: float
    """Seconds on the session's clock, of the first sample."""


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
    """Persons and phones; None: not looked for in this picture."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeakerTurn:
    """One speaker's uninterrupted speech."""

    speaker: int
    """Numbered from 0 in the order of appearance."""
    started_at: float
    """Seconds on the session's clock."""
    ended_at: float
    """Seconds on the session's clock."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AudioAnalysis:
    """What a stretch of sound held."""

    at: float
    """Seconds on the session's clock: its end."""
    turns: tuple[SpeakerTurn, ...] | None
    """None: speakers were not told apart."""


class AlertKind(StrEnum):
    """What a rule watches for."""

    GAZE_AWAY = "gaze_away"
    HEAD_TURNED = "head_turned"
    NOBODY = "nobody"
    SEVERAL_PERSONS = "several_persons"
    PHONE = "phone"
    SPOOF = "spoof"
    SEVERAL_SPEAKERS = "several_speakers"
    NOT_ASSESSABLE = "not_assessable"
    DROWSY = "drowsy"


class Label(StrEnum):
    """What was seen within a kind: for the first two kinds the direction that prevailed."""

    LOOKING_LEFT = "Looking Left"
    LOOKING_RIGHT = "Looking Right"
    LOOKING_UP = "Looking Up"
    LOOKING_DOWN = "Looking Down"
    HEAD_LEFT = "Head Left"
    HEAD_RIGHT = "Head Right"
    HEAD_UP = "Head Up"
    HEAD_DOWN = "Head Down"
    NOBODY = "No Face Detected"
    SEVERAL_PERSONS = "Multiple Persons Detected"
    PHONE = "Mobile Phone Detected"
    SPOOF = "Face Spoofing Detected"
    SEVERAL_SPEAKERS = "Multiple speakers detected!"


class Severity(StrEnum):
    """How much an episode matters."""

    INFO = "info"
    WARNING = "warning"
    CRITICAL = "critical"


class AlertState(StrEnum):
    """Where a rule's machine stands, as in Prometheus."""

    INACTIVE = "inactive"
    PENDING = "pending"
    FIRING = "firing"


class Edge(StrEnum):
    """Which end of its episode an alert tells."""

    STARTED = "started"
    ENDED = "ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """One kind's measurement at one time. A kind that could not be measured has no signal."""

    kind: AlertKind
    at: float
    """Seconds on the session's clock."""
    entered: bool
    """Beyond the limit that opens an episode."""
    remains: bool
    """Beyond the nearer limit that keeps one open; true wherever `entered` is."""
    label: Label
    """What is seen, or would be."""
    since: float | None = None
    """When what is seen began, where that is earlier than this signal."""
    confidence: float = 1.0
    """0 to 1: how sure this measurement is."""
    evidence: Mapping[str, float] = field(default_factory=dict)
    """The numbers behind it; the unit ends each name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertRule:
    """When one kind of episode begins, ends and is announced."""

    kind: AlertKind
    severity: Severity
    hold: float
    """Seconds that the condition must last."""
    clear_after: float
    """Seconds without the condition that end the episode; shorter gaps are bridged."""
    cooldown: float
    """Seconds after an announcement in which the next one is silent."""
    announced: bool = True
    """Whether its words appear under `alerts`, which older clients read as accusations."""
    enabled: bool = True
    limits: Mapping[str, float] = field(default_factory=dict)
    """The kind's own limits, in the unit that ends each name."""
    version: int = 1
    """Raised when the default rule changes."""

    @property
    def name(self) -> str:
        """What events call the rule, such as "gaze_away/1"."""
        return f"{self.kind}/{self.version}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """One end of an episode, before it has its number."""

    id: str
    """The episode's: the same at its start and its end."""
    kind: AlertKind
    edge: Edge
    label: Label
    severity: Severity
    at: float
    """Seconds on the session's clock, when it was told."""
    started_at: float
    """Seconds on the session's clock."""
    ended_at: float | None
    """Seconds on the session's clock; None while it lasts."""
    confidence: float
    """0 to 1."""
    evidence: Mapping[str, float | str]
    rule: str
    """The rule's name and version."""
    announced: bool
    """Whether its words appear under `alerts`: not at the end, nor in the cooldown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedAlert:
    """An alert with its number, as stored."""

    session_id: str
    seq: int
    """1, 2, 3 … without a gap in its session."""
    alert: Alert


class SessionState(StrEnum):
    """What a session is doing."""

    RUNNING = "running"
    PAUSED = "paused"
    STOPPED = "stopped"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionInfo:
    """A session as stored."""

    id: str
    """1 to 256 printable characters."""
    purpose: Purpose
    state: SessionState
    mirrored: bool
    """Whether its pictures are flipped sideways."""
    rules: Mapping[AlertKind, Mapping[str, float | bool]]
    """What differs from the default rules."""
    created_at: float
    """UNIX seconds; the zero of the session's clock."""
    ended_at: float | None
    """UNIX seconds; None while it is not stopped."""
    ended_by: str | None
    """"rest" or "idle"; None while it is not stopped."""
    last_seq: int
    """The number of its newest alert; 0: none yet."""
