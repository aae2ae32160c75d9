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
        )


def check_id(session_id: str) -> str:
    """The id, if it may be one. Raises SessionIdError."""
    if not 0 < len(session_id) <= LONGEST_ID:
        raise SessionIdError(f"a session id has 1 to {LONGEST_ID} characters")
    if not session_id.isprintable():
        raise SessionIdError("a session id holds printable characters only")
    return session_id
