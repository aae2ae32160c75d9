"""A session as stored."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from app.types.alerting import AlertKind


class Purpose(StrEnum):
    """What a session is for; it decides which analyses are allowed."""

    EXAM = "exam"
    INTERVIEW = "interview"
    PERSONAL = "personal"
    RESEARCH = "research"


class SessionState(StrEnum):
    """What a session is doing."""

    RUNNING = "running"
    PAUSED = "paused"
    STOPPED = "stopped"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True, kw_only=True)
class TranscriptionPlan:
    """How a session's speech becomes text."""

    language: str = "en"
    """A BCP 47 tag such as "en" or "de-CH", or "multi" for several at once."""
    interim: bool = False
    """Whether guesses are told before a stretch is final."""
    hot_words: tuple[str, ...] = ()
    """Words and phrases that raise an alert."""
    store: bool = False
    """Whether what was said is kept with the session."""


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
    """"rest", "idle", "room" or "source" (its file is over); None while it is not stopped."""
    last_seq: int
    """The number of its newest alert; 0: none yet."""
    calibration: Mapping[str, float] | None = None
    """Its screen, in degrees, as `alerts/screen.py` reads it; None: not calibrated."""
    coverage: Mapping[str, Any] | None = None
    """The share of its time in which each signal could be judged, 0 to 1; None: not known."""
    transcription: TranscriptionPlan | None = None
    """None: nobody asked for it, and its sound becomes no text."""
    room: str | None = None
    """The LiveKit room that it belongs to, 1 to 512 characters; None: none is known."""
    participant: str | None = None
    """The candidate's identity in that room, 1 to 512 characters; None: not known."""
