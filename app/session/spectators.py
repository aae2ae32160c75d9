"""Who watches a session's looks at faces at this moment: the newest look counts, none waits."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from app.types import FrameAnalysis


class Spectator:
    """One viewer. What it does not fetch in time is replaced by what is newer."""

    def __init__(self) -> None:
        self._newest: FrameAnalysis | None = None
        self._some = asyncio.Event()

    def show(self, analysis: FrameAnalysis) -> None:
        """The newest; never waits."""
        self._newest = analysis
        self._some.set()

    async def next(self) -> FrameAnalysis:
        """The newest that was not fetched yet, once there is one."""
        while (newest := self._newest) is None:
            self._some.clear()
            await self._some.wait()
        self._newest = None
        return newest


class Spectators:
    """Of all sessions of this process: they may come before a session, and stay when it ends."""

    def __init__(self) -> None:
        self._spectators: dict[str, set[Spectator]] = {}

    def show(self, session_id: str, analysis: FrameAnalysis) -> None:
        """To all who watch this session; where nobody does, it costs nothing."""
        for spectator in self._spectators.get(session_id, ()):
            spectator.show(analysis)

    @asynccontextmanager
    async def watch(self, session_id: str) -> AsyncIterator[Spectator]:
        """Whatever is looked at from now on."""
        spectator = Spectator()
        self._spectators.setdefault(session_id, set()).add(spectator)
        try:
            yield spectator
        finally:
            spectators = self._spectators[session_id]
            spectators.discard(spectator)
            if not spectators:
                del self._spectators[session_id]
