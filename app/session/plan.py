"""What the creator of a session may choose."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.errors import SessionIdError
from app.types import AlertKind, Purpose, SessionInfo, SessionState, TranscriptionPlan

LONGEST_ID = 256
"""Characters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionPlan:
    """A session to be."""

    purpose: Purpose | None = None
    """None: the service's first."""
    mirrored: bool = False
    rules: Mapping[AlertKind, Mapping[str, float | bool]] = field(default_factory=dict)
    transcription: TranscriptionPlan | None = None
    """None: speech becomes no text."""
    room: str | None = None
    """The LiveKit room that it belongs to, 1 to 256 printable characters; None: none."""
    participant: str | None = None
    """The candidate's identity in that room, 1 to 256 printable characters."""

    def begin(self, session_id: str, purpose: Purpose, now: float) -> SessionInfo:
        """The session as it is stored first; `now` in UNIX seconds."""
        return SessionInfo(
            id=session_id,
            purpose=purpose,
            state=SessionState.RUNNING,
            mirrored=self.mirrored,
            rules=self.rules,
            created_at=now,
            ended_at=None,
            ended_by=None,
            last_seq=0,
            transcription=self.transcription,
            room=self.room,
            participant=self.participant,
        )

    def check(self) -> None:
        """Raises SessionIdError where its room or participant cannot be one."""
        if self.room is not None:
            _check(self.room, "a room's name")
        if self.participant is not None:
            _check(self.participant, "a participant's identity")
            if self.room is None:
                raise SessionIdError("a participant belongs to a room: name it too")


def check_id(session_id: str) -> str:
    """The id, if it may be one. Raises SessionIdError."""
    _check(session_id, "a session id")
    return session_id


def _check(name: str, what: str) -> None:
    if not 0 < len(name) <= LONGEST_ID:
        raise SessionIdError(f"{what} has 1 to {LONGEST_ID} characters")
    if not name.isprintable():
        raise SessionIdError(f"{what} holds printable characters only")
