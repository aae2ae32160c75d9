"""What the creator of a session may choose."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from app.errors import OtherRoomError, PurposeError, SessionIdError
from app.session.names import check_name
from app.types import AlertKind, Purpose, SessionInfo, SessionState, TranscriptionPlan


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
    """The LiveKit room that it belongs to, 1 to 512 characters; None: none."""
    participant: str | None = None
    """The candidate's identity in that room, 1 to 512 characters."""

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
            check_name(self.room, "a room's name")
        if self.participant is not None:
            check_name(self.participant, "a participant's identity")
            if self.room is None:
                raise SessionIdError("a participant belongs to a room: name it too")

    def names_more(self, known: SessionInfo) -> bool:
        """Whether it names a room or a participant for a session that has none yet."""
        return (self.room is not None and known.room is None) or (
            self.participant is not None and known.participant is None
        )

    def check_same(self, known: SessionInfo) -> None:
        """Raises OtherRoomError where the session is of another room or participant."""
        if self.room not in (None, known.room) or self.participant not in (None, known.participant):
            raise OtherRoomError(
                f"the session {known.id!r} belongs to another room or participant: use another id"
            )


def check_purpose(purpose: Purpose, accepted: Sequence[Purpose]) -> None:
    """Raises PurposeError."""
    if purpose not in accepted:
        raise PurposeError(
            f"this service does not accept the purpose {purpose}; it accepts {', '.join(accepted)}"
        )
