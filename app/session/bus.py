"""How viewers learn that a session has news: the second seam for more than one machine.

The bus only rings a bell. What is new is read from the event log, so that a slow viewer needs no
queue, and one that missed a ring misses nothing.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Protocol

logger = logging.getLogger(__name__)

NONE = range(0)


class Bell(Protocol):
    """One viewer's ear."""

    async def wait(self) -> None:
        """Return once the session had news since the last call."""


News = Mapping[str, range]
"""Of each session that had some, the numbers of its new alerts, and perhaps some between them."""


class AllBell(Protocol):
    """The ear of one viewer of all sessions."""

    async def wait(self) -> News:
        """What was told since the last call, once there is some."""


class EventBus(Protocol):
    """Carries the news of sessions from who commits it to who shows it."""

    async def publish(self, session_id: str, seqs: range = NONE) -> None:
        """Ring the bells of this session; call it after the commit.

        `seqs`: the numbers of the alerts that are new; without any, only its own bells ring.
        """

    def subscribe(self, session_id: str) -> AbstractAsyncContextManager[Bell]:
        """A bell that rings for whatever is committed from now on."""

    def subscribe_all(self) -> AbstractAsyncContextManager[AllBell]:
        """A bell that says what is committed from now on, whatever session it is of."""

    async def close(self) -> None:
        """Let go of connections."""


async def ring(bus: EventBus, session_id: str) -> None:
    """Publish; a broken bus refuses no session: viewers read the log again at their next ring."""
    try:
        await bus.publish(session_id)
    except Exception:
        logger.exception("ringing failed", extra={"session": session_id})


class LocalBell:
    """A bell within this process."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()

    def ring(self) -> None:
        """Wake the viewer, now or when it next waits."""
        self._rung.set()

    async def wait(self) -> None:
        """Return once the session had news since the last call."""
        await self._rung.wait()
        self._rung.clear()


class LocalAllBell:
    """A bell for all sessions, within this process; what a slow viewer missed is one range each."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()
        self._news: dict[str, range] = {}

    def ring(self, session_id: str, seqs: range) -> None:
        """Wake the viewer, now or when it next waits."""
        known = self._news.get(session_id, seqs)
        self._news[session_id] = range(min(known.start, seqs.start), max(known.stop, seqs.stop))
        self._rung.set()

    async def wait(self) -> News:
        """What was told since the last call, once there is some."""
        await self._rung.wait()
        self._rung.clear()
        news, self._news = self._news, {}
        return news


class LocalBus:
    """The bus of one process."""

    def __init__(self) -> None:
        self._bells: dict[str, set[LocalBell]] = {}
        self._all: set[LocalAllBell] = set()

    async def publish(self, session_id: str, seqs: range = NONE) -> None:
        """Ring the bells of this session; call it after the commit."""
        for bell in self._bells.get(session_id, ()):
            bell.ring()
        for ear in self._all if seqs else ():
            ear.ring(session_id, seqs)

    @asynccontextmanager
    async def subscribe_all(self) -> AsyncIterator[LocalAllBell]:
        """A bell that says what is committed from now on, whatever session it is of."""
        bell = LocalAllBell()
        self._all.add(bell)
        try:
            yield bell
        finally:
            self._all.discard(bell)

    @asynccontextmanager
    async def subscribe(self, session_id: str) -> AsyncIterator[LocalBell]:
        """A bell that rings for whatever is committed from now on."""
        bell = LocalBell()
        self._bells.setdefault(session_id, set()).add(bell)
        try:
            yield bell
        finally:
            bells = self._bells[session_id]
            bells.discard(bell)
            if not bells:
                del self._bells[session_id]

    async def close(self) -> None:
        """Nothing is held."""
