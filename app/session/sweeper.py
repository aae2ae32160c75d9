"""Looks for sessions that are silent: those in memory, and those that run without media."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Collection, Sequence

from app.session.store import SessionStore
from app.types import SessionState

logger = logging.getLogger(__name__)

EndIfSilent = Callable[[str], Awaitable[object]]


class Sweeper:
    """One process's; sessions that an earlier one left are found too."""

    def __init__(
        self,
        store: SessionStore,
        in_memory: Collection[str],
        end_if_silent: EndIfSilent,
        idle_after: float,
    ) -> None:
        """`in_memory`: the ids as they are at any moment; `idle_after`: seconds."""
        self._store = store
        self._in_memory = in_memory
        self._end_if_silent = end_if_silent
        self._idle_after = idle_after

    async def run(self) -> None:
        """Sweep, for ever."""
        without_media: dict[str, float] = {}
        while True:
            await asyncio.sleep(min(5.0, self._idle_after / 4))
            for session_id in [*self._in_memory]:
                await self._end_if_silent(session_id)
            now = time.monotonic()
            without_media = {
                session_id: without_media.get(session_id, now)
                for session_id in await self._stored_as_running()
                if session_id not in self._in_memory
            }
            for session_id, since in without_media.items():
                if now - since > self._idle_after:
                    await self._end_if_silent(session_id)

    async def _stored_as_running(self) -> Sequence[str]:
        try:
            return await self._store.ids(SessionState.RUNNING)
        except Exception:
            logger.exception("listing the running sessions failed; trying again")
            return []
