"""The newest picture's numbers, for people to look at."""

import time

from pydantic import BaseModel, Field

from app.alerts.liveness import Suspicion
from app.session.session import Session
from app.types import AlertKind, Detection, FrameAnalysis, ObjectClass, SessionState
from app.vision.stage_clock import Stage

FRESH_SECONDS = 3.0
"""After a picture came, for which what was seen in it is told as seen now."""
WHEN_FRESH = "null as well while the session is paused, and 3 s after the newest picture came."


class Angles(BaseModel):
    """Degrees; yaw positive to the candidate's left, pitch upwards, roll to the right shoulder."""

    yaw: float
    pitch: float
    roll: float | None = None


class ObjectSeen(BaseModel):
    """At the newest look for objects; the box is in fractions of the picture."""

    name: ObjectClass
    confidence: float
    left: float
    top: float
    width: float
    height: float


class LivenessNow(BaseModel):
    """Whether a living person is before the camera, by all that speaks for or against one."""

    fraction: float | None = Field(
        description="0 to 1; below the rule's limit it is suspected; null: nothing is known."
    )
    confidence: float = Field(description="How much is known, and how far it agrees: 0 to 1.")
    suspicion: Suspicion
    against: list[str] = Field(description="What speaks against one, the weightiest first.")
    numbers: dict[str, float | str] = Field(
        description="What was measured; the unit ends each name."
    )


class Now(BaseModel):
    """The newest picture's numbers; angles are less the neutral, or less the screen's middle."""

    at: float
    faces: int | None = Field(description=f"null: not counted; {WHEN_FRESH}")
    persons: int | None = Field(
        description=f"Those sure enough for the rule, or the faces; {WHEN_FRESH}"
    )
    phones: int | None = Field(
        description=f"Those sure enough for the rule; null: not looked for; {WHEN_FRESH}"
    )
    objects: list[ObjectSeen] | None = Field(
        description=f"All that was found; null: not looked for; {WHEN_FRESH}"
    )
    head: Angles | None = Field(description=f"null: not judged; {WHEN_FRESH}")
    gaze: Angles | None = Field(description=f"null: not judged; {WHEN_FRESH}")
    gaze_confidence: float | None = Field(description=f"null: no gaze; {WHEN_FRESH}")
    eye_aspect_ratio: float | None = Field(description=f"null: no face; {WHEN_FRESH}")
    brightness: float | None = Field(description="Of the face, else of the picture: 0 to 1.")
    contrast: float | None = Field(description="Standard deviation of the same: 0 to 0.5.")
    sharpness: float | None = Field(description="Of the same: a sharp face has about 0.15.")
    face_width: float | None = Field(description="Pixels of the picture as it was sent.")
    still_seconds: float = Field(description="How long the picture has not changed.")
    pictures_per_second: float | None
    blinks_per_minute: float | None
    perclos: float | None = Field(description="Share of a minute with the eyes closed: 0 to 1.")
    liveness: LivenessNow | None = Field(description=f"null: not judged; {WHEN_FRESH}")
    not_assessable: str | None = Field(description="Why nothing is judged at present.")
    latency_ms: float = Field(description="From its last byte here to its analysis.")
    stages_ms: dict[str, float] = Field(
        description="Of that, by stage; waiting: until the look began, objects: of the newest look "
        "for them. Only those that ran."
    )


def fresh(session: Session, now: float) -> bool:
    """Whether what was seen last is what is seen; `now`: a reading of the monotonic clock."""
    analysis = session.analysis
    return (
        analysis is not None
        and session.info.state is SessionState.RUNNING
        and now - analysis.received_at <= FRESH_SECONDS
    )


def now_view(session: Session, now: float | None = None) -> Now | None:
    """None: no picture was looked at yet.

    `now`: a reading of the machine's monotonic clock; None: the present.
    """
    analysis = session.analysis
    if analysis is None:
        return None
    seen = fresh(session, time.monotonic() if now is None else now)
    face = analysis.faces[0] if seen and analysis.faces else None
    objects = None
    if seen and session.detections is not None and not session.objects.failing:
        objects = [_seen(detection) for detection in session.detections]
    sight = session.eyes.now
    reading = session.signals.reading
    head = reading.head if seen and session.eyes.judges(AlertKind.HEAD_TURNED) else None
    gaze = reading.gaze if seen and session.eyes.judges(AlertKind.GAZE_AWAY) else None
    return Now(
        at=round(analysis.at, 3),
        faces=session.face_count if seen else None,
        persons=session.signals.persons if seen else None,
        phones=None if objects is None else session.signals.phones,
        objects=objects,
        head=None if head is None else _angles(*head),
        gaze=None if gaze is None else _angles(*gaze),
        gaze_confidence=rounded(face.gaze.confidence) if face and face.gaze else None,
        eye_aspect_ratio=rounded(face.eye_aspect_ratio) if face else None,
        brightness=rounded(sight.brightness),
        contrast=rounded(sight.contrast),
        sharpness=rounded(sight.sharpness),
        face_width=rounded(sight.face_width),
        still_seconds=round(sight.still_seconds, 2),
        pictures_per_second=rounded(sight.pictures_per_second),
        blinks_per_minute=rounded(sight.blinks_per_minute),
        perclos=rounded(sight.perclos),
        liveness=_liveness(session) if seen else None,
        not_assessable=sight.not_assessable,
        latency_ms=round(session.latency * 1000, 1),
        stages_ms=_stages(session, analysis),
    )


def _stages(session: Session, analysis: FrameAnalysis) -> dict[str, float]:
    """The picture is decoded for objects once more; that is no news."""
    seconds = dict(analysis.stages)
    if (objects := session.object_stages.get(Stage.OBJECTS)) is not None:
        seconds[Stage.OBJECTS] = objects
    return {str(stage): round(1000 * spent, 2) for stage, spent in seconds.items()}


def _liveness(session: Session) -> LivenessNow | None:
    judged = session.eyes.liveness.newest
    if judged is None or not session.eyes.judges(AlertKind.SPOOF):
        return None
    return LivenessNow(
        fraction=round(judged.fraction, 3) if judged.confidence else None,
        confidence=round(judged.confidence, 3),
        suspicion=judged.suspicion,
        against=list(judged.against),
        numbers={
            name: value if isinstance(value, str) else round(value, 3)
            for name, value in judged.numbers.items()
        },
    )


def _angles(yaw: float, pitch: float, roll: float | None = None) -> Angles:
    return Angles(yaw=round(yaw, 2), pitch=round(pitch, 2), roll=rounded(roll))


def rounded(value: float | None) -> float | None:
    """To four digits."""
    return None if value is None else round(value, 4)


def _seen(detection: Detection) -> ObjectSeen:
    box = detection.box
    return ObjectSeen(
        name=detection.object_class,
        confidence=round(detection.confidence, 3),
        left=round(box.left, 4),
        top=round(box.top, 4),
        width=round(box.width, 4),
        height=round(box.height, 4),
    )
