"""What is said, on its way to who watches at this moment; kept for nobody."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from app.types import Transcript

MOST_WAITING = 100
"""Pieces that a slow viewer may have waiting; the oldest are dropped."""


class Listener:
    """One viewer."""

    def __init__(self) -> None:
        self._waiting: deque[Transcript] = deque(maxlen=MOST_WAITING)
        self._some = asyncio.Event()

    def put(self, transcript: Transcript) -> None:
        """The newest; never waits."""
        self._waiting.append(transcript)
        self._some.set()

    async def next(self) -> Transcript:
        """The oldest that waits, once there is one."""
        while not self._waiting:
            self._some.clear()
            await self._some.wait()
        return self._waiting.popleft()


class LiveWords:
    """Of all sessions of this process."""

    def __init__(self) -> None:
        self._listeners: dict[str, set[Listener]] = {}

    def tell(self, session_id: str, transcript: Transcript) -> None:
        """To all who listen to this session."""
        for listener in self._listeners.get(session_id, ()):
            listener.put(transcript)

    @asynccontextmanager
    async def listen(self, session_id: str) -> AsyncIterator[Listener]:
        """To whatever is said from now on."""
        listener = Listener()
        self._listeners.setdefault(session_id, set()).add(listener)
        try:
            yield listener
        finally:
            listeners = self._listeners[session_id]
            listeners.discard(listener)
            if not listeners:
                del self._listeners[session_id]
