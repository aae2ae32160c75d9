"""What a LiveKit server tells of its rooms, and which sessions that concerns."""

import asyncio
import time
from collections.abc import Sequence

from app.errors import SessionIdError
from app.session.names import check_id, check_name
from app.session.registry import LIVE, Registry
from app.session.store import SessionStore
from app.types import SessionInfo, Track


class Rooms:
    """Late and repeated news is harmless: a session that has had media since goes on.

    `at` is when it happened, in whole UNIX seconds; None: not told, then it is news.
    """

    def __init__(self, store: SessionStore, registry: Registry) -> None:
        self._store = store
        self._registry = registry

    async def of(self, session_id: str) -> str | None:
        """The session's room; None: it has none, or there is no such session.

        Raises SessionIdError.
        """
        info = await self._store.get(check_id(session_id))
        return None if info is None else info.room

    async def left(self, room: str, participant: str, at: float | None) -> list[str]:
        """End the participant's sessions until media comes again; their ids."""
        return await self._end(await self._of(room, participant), at)

    async def finished(self, room: str, at: float | None) -> list[str]:
        """End all sessions of the room until media comes again; their ids."""
        return await self._end(await self._of(room), at)

    async def unpublished(
        self, room: str, participant: str, track: Track, at: float | None
    ) -> list[str]:
        """Note it in the participant's sessions that run in this process; their ids."""
        ago = 0.0 if at is None else time.time() - at - 1.0
        noted = []
        for info in await self._of(room, participant):
            session = self._registry.find(info.id)
            if session is not None and session.publication.ended(track, ago, time.monotonic()):
                noted.append(info.id)
        return noted

    async def _end(self, infos: Sequence[SessionInfo], at: float | None) -> list[str]:
        ended = await asyncio.gather(*(self._registry.end_with_room(info.id, at) for info in infos))
        return [info.id for info, over in zip(infos, ended, strict=True) if over]

    async def _of(self, room: str, participant: str | None = None) -> Sequence[SessionInfo]:
        """By name: the room's or theirs; else, if it has no room, theirs by the adapter's id."""
        try:
            check_name(room, "a room's name")
            if participant is not None:
                check_name(participant, "a participant's identity")
            named = await self._store.in_room(room, participant)
            if named or participant is None:
                return named
            info = await self._store.get(check_id(f"{room}_{participant}"))
        except SessionIdError:
            return []
        lives = info is not None and info.room is None and info.state in LIVE
        return [info] if info is not None and lives else []
