"""From a measurement to an alert."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from app.types.media import Track


class AlertKind(StrEnum):
    """What a rule watches for."""

    GAZE_AWAY = "gaze_away"
    HEAD_TURNED = "head_turned"
    NOBODY = "nobody"
    SEVERAL_PERSONS = "several_persons"
    PHONE = "phone"
    SPOOF = "spoof"
    FEED_LOOP = "feed_loop"
    FEED_TIMING = "feed_timing"
    FEED_CHANGE = "feed_change"
    CHALLENGE = "challenge"
    SEVERAL_SPEAKERS = "several_speakers"
    VOICE_WITHOUT_LIPS = "voice_without_lips"
    HOT_WORD = "hot_word"
    AUDIO_GAP = "audio_gap"
    UNPUBLISHED = "unpublished"
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
    PICTURES_REPEAT = "Pictures repeat"
    TIMES_TOO_REGULAR = "Picture times too regular"
    SIZE_CHANGED = "Picture size changed"
    NOISE_CHANGED = "Picture noise changed"
    TURN_LEFT = "Turn head left"
    TURN_RIGHT = "Turn head right"
    SEVERAL_SPEAKERS = "Multiple speakers detected!"
    VOICE_WITHOUT_LIPS = "Voice without moving lips"
    HOT_WORD = "Hot word heard"
    AUDIO_GAP = "Sound lost"
    CAMERA_UNPUBLISHED = "Camera unpublished"
    MICROPHONE_UNPUBLISHED = "Microphone unpublished"
    BLACK = "Picture black"
    TOO_DARK = "Picture too dark"
    LOW_CONTRAST = "Picture without contrast"
    BLURRED = "Picture blurred"
    FACE_TOO_SMALL = "Face too small"
    FROZEN = "Picture frozen"
    TOO_FEW_PICTURES = "Too few pictures"
    MUTED = "Microphone muted"
    CLIPPED = "Sound clipped"
    NOISY = "Sound too noisy"
    TOO_LITTLE_SOUND = "Too little sound"
    DROWSY = "Eyes closed for long"


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
    evidence: Mapping[str, float | str] = field(default_factory=dict)
    """The numbers behind it, the unit ending each name, and words that hold for all of them."""
    severity: Severity | None = None
    """Of an episode that begins with it; None: the rule's."""
    track: Track = Track.VIDEO
    """What was looked at or listened to: the tracks of one kind have episodes of their own."""


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
