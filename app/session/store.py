"""What sessions need of storage; `app.storage` has it, and neither knows the other."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from app.types import Alert, RecordedAlert, SessionInfo, SessionState


class SessionStore(Protocol):
    """Sessions as stored."""

    async def get(self, session_id: str) -> SessionInfo | None:
        """None: never created; an erased one is in the state DELETED."""

    async def create(self, info: SessionInfo) -> SessionInfo:
        """The stored session: this one, or what stood there before."""

    async def update_state(
        self,
        session_id: str,
        state: SessionState,
        ended_at: float | None = None,
        ended_by: str | None = None,
    ) -> SessionInfo:
        """The session as it is now."""

    async def save_calibration(
        self, session_id: str, calibration: Mapping[str, float] | None
    ) -> None:
        """Put the session's screen in the place of what stood there; None: it has none."""

    async def save_coverage(self, session_id: str, coverage: Mapping[str, Any] | None) -> None:
        """Put the shares of judged time in the place of what stood there."""

    async def join_room(self, session_id: str, room: str, participant: str | None) -> SessionInfo:
        """The session as it is now: in this room, unless it had one or somebody was faster."""

    async def in_room(self, room: str, participant: str | None = None) -> Sequence[SessionInfo]:
        """Those of the room that run or pause, or only its participant's."""

    async def erase(self, session_id: str) -> None:
        """Leave only the id."""

    async def list(
        self, limit: int, offset: int = 0, states: Sequence[SessionState] | None = None
    ) -> tuple[list[SessionInfo], int]:
        """The newest first, and how many there are in all; coverage is without its periods."""

    async def ids(self, state: SessionState) -> Sequence[str]:
        """Of all sessions in it."""


class AlertLog(Protocol):
    """Alerts as stored."""

    async def append(self, session_id: str, alerts: Sequence[Alert]) -> list[RecordedAlert]:
        """Number them and put them on disk."""

    async def open_episodes(self, session_id: str) -> list[RecordedAlert]:
        """The starts that have no end."""
