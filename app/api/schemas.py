"""What HTTP and WebSocket clients send and receive; one shape of an alert everywhere."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field

from app.alerts.screen import Screen
from app.api.asks import Asks
from app.api.calibration_views import ScreenView
from app.api.live_views import Live, live_view
from app.api.transcripts import TranscriptionBody
from app.session.plan import SessionPlan
from app.session.session import Session
from app.types import (
    AlertKind,
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

    transcription: TranscriptionBody | None = Field(
        None, description="Default: speech becomes no text."
    )

    room: str | None = Field(
        None,
        min_length=1,
        max_length=512,
        description="The LiveKit room that it belongs to: it ends with the room.",
    )
    participant: str | None = Field(
        None,
        min_length=1,
        max_length=512,
        description="The candidate's identity in that room: the session ends as they leave.",
    )

    def plan(self) -> SessionPlan:
        """As the registry takes it."""
        return SessionPlan(
            purpose=self.purpose,
            mirrored=self.mirrored,
            rules=self.rules,
            transcription=None if self.transcription is None else self.transcription.plan(),
            room=self.room,
            participant=self.participant,
        )


class SoundCoverage(BaseModel):
    """For how much of its sound's time the session could be judged."""

    seconds: float
    judged: dict[AlertKind, float] = Field(description="Shares, 0 to 1.")
    not_assessable: dict[str, float] = Field(description="Seconds of each reason.")


class Coverage(SoundCoverage):
    """For how much of its time the session could be judged; pauses are no part of it."""

    sound: SoundCoverage | None = Field(None, description="Of its sound; null: none came.")


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
    transcription: TranscriptionBody | None = None
    room: str | None
    participant: str | None
    asks: Asks
    live: Live | None = None

    @classmethod
    def of(cls, info: SessionInfo, asks: Asks, session: Session | None = None) -> Self:
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
            transcription=TranscriptionBody.of(info.transcription),
            room=info.room,
            participant=info.participant,
            asks=asks,
            live=None if session is None else live_view(session),
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


def _coverage(info: SessionInfo, session: Session | None) -> Coverage | None:
    told = info.coverage if session is None else session.coverage()
    return None if told is None else Coverage(**told)
