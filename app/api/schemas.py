"""What HTTP and WebSocket clients send and receive; one shape of an alert everywhere."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field

from app.alerts.screen import Screen
from app.api.calibration_views import ScreenView
from app.session.lane import Lane
from app.session.plan import SessionPlan
from app.session.session import Session
from app.types import (
    AlertKind,
    Detection,
    ObjectClass,
    Purpose,
    RecordedAlert,
    SessionInfo,
    SessionState,
)

LARGEST_SEQ = 2**31 - 1
"""The largest number of an alert that every database can hold."""


class NewSession(BaseModel):
    """The body of `POST /v1/sessions`."""

    model_config = ConfigDict(extra="forbid")

    id: str = Field(min_length=1, max_length=256, description="Any printable text.")
    purpose: Purpose | None = Field(None, description="Default: the service's first.")
    mirrored: bool = Field(False, description="Whether the pictures are flipped sideways.")
    rules: dict[AlertKind, dict[str, float | bool]] = Field(
        default_factory=dict,
        description='What differs from the default rules, such as {"gaze_away": {"hold": 3}}.',
    )

    def plan(self) -> SessionPlan:
        """As the registry takes it."""
        return SessionPlan(purpose=self.purpose, mirrored=self.mirrored, rules=self.rules)


class FrameNumbers(BaseModel):
    """received = analysed + not_due + superseded + stale + failed + invalid + waiting + in_work."""

    received: int
    analysed: int
    not_due: int
    superseded: int
    stale: int
    failed: int
    invalid: dict[str, int]
    waiting: int
    in_work: int


class SampleNumbers(BaseModel):
    """received = gapped + buffered."""

    received: int
    gapped: int
    buffered: int
    invalid: dict[str, int]


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


class Now(BaseModel):
    """The newest picture's numbers; angles are less the neutral, or less the screen's middle."""

    at: float
    faces: int | None
    persons: int | None = Field(description="Those sure enough for the rule, or the faces.")
    phones: int | None = Field(description="Those sure enough for the rule; null: not looked for.")
    objects: list[ObjectSeen] | None = Field(description="All that was found; null: not looked.")
    head: Angles | None
    gaze: Angles | None
    gaze_confidence: float | None
    eye_aspect_ratio: float | None
    brightness: float | None = Field(description="Of the face, else of the picture: 0 to 1.")
    contrast: float | None = Field(description="Standard deviation of the same: 0 to 0.5.")
    sharpness: float | None = Field(description="Of the same: a sharp face has about 0.15.")
    face_width: float | None = Field(description="Pixels of the picture as it was sent.")
    still_seconds: float = Field(description="How long the picture has not changed.")
    pictures_per_second: float | None
    blinks_per_minute: float | None
    perclos: float | None = Field(description="Share of a minute with the eyes closed: 0 to 1.")
    not_assessable: str | None = Field(description="Why nothing is judged at present.")
    latency_ms: float


class Coverage(BaseModel):
    """For how much of its time the session could be judged; pauses are no part of it."""

    seconds: float
    judged: dict[AlertKind, float] = Field(description="Shares, 0 to 1.")
    not_assessable: dict[str, float] = Field(description="Seconds of each reason.")


class Live(BaseModel):
    """What only a running session has."""

    publishing: list[str]
    calibrated: bool = Field(description="Whether head and gaze have found their neutral.")
    screen: bool = Field(description="Whether a calibrated screen sets the limits of the gaze.")
    frames: FrameNumbers
    """Looks at faces."""
    object_frames: FrameNumbers
    """Looks for objects; frames that came before there was a detector, or bad ones, not counted."""
    samples: SampleNumbers
    states: dict[AlertKind, str]
    now: Now | None


class SessionView(BaseModel):
    """A session."""

    id: str
    purpose: Purpose
    state: SessionState
    mirrored: bool
    rules: dict[AlertKind, dict[str, float | bool]]
    created_at: float
    ended_at: float | None
    ended_by: str | None
    last_seq: int
    coverage: Coverage | None = Field(None, description="None: nothing was watched yet.")
    calibration: ScreenView | None = None
    live: Live | None = None

    @classmethod
    def of(cls, info: SessionInfo, session: Session | None = None) -> Self:
        """As stored, and as it runs."""
        stored = None if info.calibration is None else Screen.read(info.calibration)
        return cls(
            id=info.id,
            purpose=info.purpose,
            state=info.state,
            mirrored=info.mirrored,
            rules={kind: dict(changes) for kind, changes in info.rules.items()},
            created_at=info.created_at,
            ended_at=info.ended_at,
            ended_by=info.ended_by,
            last_seq=info.last_seq,
            coverage=_coverage(info, session),
            calibration=ScreenView.of(stored if session is None else session.calibration.screen),
            live=None if session is None else _live(session),
        )


class SessionPage(BaseModel):
    """Some sessions, the newest first."""

    sessions: list[SessionView]
    total: int


def alert_message(recorded: Sequence[RecordedAlert]) -> dict[str, Any]:
    """The message that every channel carries."""
    return {
        "alerts": [str(r.alert.label) for r in recorded if r.alert.announced],
        "events": [_event(r) for r in recorded],
    }


def encoded(message: Mapping[str, Any]) -> str:
    """As text for a socket."""
    return json.dumps(message, ensure_ascii=False, separators=(",", ":"))


def _event(recorded: RecordedAlert) -> dict[str, Any]:
    alert = recorded.alert
    return {
        "seq": recorded.seq,
        "id": alert.id,
        "session": recorded.session_id,
        "kind": alert.kind,
        "state": alert.edge,
        "label": alert.label,
        "severity": alert.severity,
        "at": round(alert.at, 3),
        "started_at": round(alert.started_at, 3),
        "ended_at": None if alert.ended_at is None else round(alert.ended_at, 3),
        "confidence": round(alert.confidence, 3),
        "evidence": {
            name: round(value, 3) if isinstance(value, float) else value
            for name, value in alert.evidence.items()
        },
        "rule": alert.rule,
    }


def _live(session: Session) -> Live:
    samples = session.samples
    return Live(
        publishing=[*session.publishing],
        calibrated=session.signals.calibrated,
        screen=session.calibration.screen is not None,
        frames=_numbers(session.faces),
        object_frames=_numbers(session.objects),
        samples=SampleNumbers(
            received=samples.received,
            gapped=samples.gapped,
            buffered=session.buffered,
            invalid=dict(samples.invalid),
        ),
        states={kind: state.value for kind, state in session.engine.states.items()},
        now=_now(session),
    )


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


def _numbers(lane: Lane[Any]) -> FrameNumbers:
    counters = lane.counters
    return FrameNumbers(
        received=counters.received,
        analysed=counters.analysed,
        not_due=counters.not_due,
        superseded=counters.superseded,
        stale=counters.stale,
        failed=counters.failed,
        invalid=dict(counters.invalid),
        waiting=lane.waiting,
        in_work=lane.in_work,
    )


def _coverage(info: SessionInfo, session: Session | None) -> Coverage | None:
    told = info.coverage if session is None else session.eyes.coverage.as_dict()
    return None if told is None else Coverage(**told)


def _now(session: Session) -> Now | None:
    analysis = session.analysis
    if analysis is None:
        return None
    face = analysis.faces[0] if analysis.faces else None
    objects = None
    if session.detections is not None and not session.objects.failing:
        objects = [_seen(detection) for detection in session.detections]
    sight = session.eyes.now
    reading = session.signals.reading
    head = reading.head if session.eyes.judges(AlertKind.HEAD_TURNED) else None
    gaze = reading.gaze if session.eyes.judges(AlertKind.GAZE_AWAY) else None
    return Now(
        at=round(analysis.at, 3),
        faces=session.face_count,
        persons=session.signals.persons,
        phones=None if objects is None else session.signals.phones,
        objects=objects,
        head=None if head is None else _angles(*head),
        gaze=None if gaze is None else _angles(*gaze),
        gaze_confidence=_rounded(face.gaze.confidence) if face and face.gaze else None,
        eye_aspect_ratio=_rounded(face.eye_aspect_ratio) if face else None,
        brightness=_rounded(sight.brightness),
        contrast=_rounded(sight.contrast),
        sharpness=_rounded(sight.sharpness),
        face_width=_rounded(sight.face_width),
        still_seconds=round(sight.still_seconds, 2),
        pictures_per_second=_rounded(sight.pictures_per_second),
        blinks_per_minute=_rounded(sight.blinks_per_minute),
        perclos=_rounded(sight.perclos),
        not_assessable=sight.not_assessable,
        latency_ms=round(session.latency * 1000, 1),
    )


def _angles(yaw: float, pitch: float, roll: float | None = None) -> Angles:
    return Angles(yaw=round(yaw, 2), pitch=round(pitch, 2), roll=_rounded(roll))


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
