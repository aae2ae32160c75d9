"""The vocabulary: what the parts of the service say to one another.

Left and right are the candidate's own. `None` is "not measured"; an empty tuple is "measured,
nothing there". Times are seconds on the session's own clock.
"""

from app.types.alerting import (
    Alert,
    AlertKind,
    AlertRule,
    AlertState,
    Edge,
    Label,
    RecordedAlert,
    Severity,
    Signal,
)
from app.types.media import (
    Frame,
    Track,
)
from app.types.sessions import (
    Purpose,
    SessionInfo,
    SessionState,
    TranscriptionPlan,
)
from app.types.sight import (
    BoundingBox,
    Detection,
    FaceObservation,
    FrameAnalysis,
    Gaze,
    HeadPose,
    LivenessLook,
    ObjectClass,
    Quality,
)
from app.types.sound import (
    Level,
    SpeakerTurn,
    Voices,
)
from app.types.words import (
    Transcript,
    TranscriptState,
    Word,
)

__all__ = [
    "Alert",
    "AlertKind",
    "AlertRule",
    "AlertState",
    "BoundingBox",
    "Detection",
    "Edge",
    "FaceObservation",
    "Frame",
    "FrameAnalysis",
    "Gaze",
    "HeadPose",
    "Label",
    "Level",
    "LivenessLook",
    "ObjectClass",
    "Purpose",
    "Quality",
    "RecordedAlert",
    "SessionInfo",
    "SessionState",
    "Severity",
    "Signal",
    "SpeakerTurn",
    "Track",
    "Transcript",
    "TranscriptState",
    "TranscriptionPlan",
    "Voices",
    "Word",
]
