"""One channel to the service, opened again whenever it breaks."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable

from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from client_adapter.retry import Retry
from client_adapter.sockets import BROKEN, ProctorClosed, told

logger = logging.getLogger(__name__)

NORMAL = 1000
FINAL = frozenset({1003, 4400, 4403, 4404})
"""Close codes after which it is useless to come back: wrong message, wrong query, not accepted,
deleted."""
QUIET = frozenset({1001, 4408})
"""Close codes that are nobody's fault: the service restarts, or nothing was sent for long."""
STOPPED = 4410
"""The close code of a session that was stopped: it may be started again."""
DISPLACED = 4409
"""The close code of who was displaced by a newer sender of the same track."""
DISPLACED_SECONDS = 5.0
"""Between two looks whether the newer sender is still there."""
STEADY = 5.0
"""Seconds after which a connection was good: the next wait is a short one again."""

Open = Callable[[], Awaitable[ClientConnection]]
IsFree = Callable[[], Awaitable[bool]]


class Line:
    """Gives one connection after the other; whoever uses it says when one broke."""

    def __init__(
        self, name: str, open_one: Open, retry: Retry, is_free: IsFree | None = None
    ) -> None:
        """`name`: for messages, such as "video of the session 'anna'".

        `is_free`: whether nobody else sends this; who was displaced comes back no sooner.
        """
        self._name = name
        self._open = open_one
        self._is_free = is_free
        self._displaced = False
        self._retry = retry
        self._waits = retry.waits()
        self._socket: ClientConnection | None = None
        self._opened_at = 0.0
        self._away_since: float | None = None
        self._at_once = True
        self._ending = asyncio.Event()

    async def connect(self) -> ClientConnection:
        """A fresh connection, however long it takes. Raises ProctorClosed where it is refused."""
        while not self._ending.is_set():
            if not self._at_once and await self._rest(next(self._waits)):
                break
            self._at_once = False
            if self._displaced and await self._displaced_still():
                continue
            try:
                self._socket = await self._open()
            except ProctorClosed as refused:
                self.broke(refused)
            except ConnectionError as error:
                self._away(str(error))
            else:
                self._opened_at = time.monotonic()
                return self._socket
        raise ProctorClosed(NORMAL, "closed on this side")

    def works(self) -> None:
        """The service took something over this connection."""
        if self._away_since is not None:
            seconds = time.monotonic() - self._away_since
            logger.info("%s: back after %.1f s", self._name, seconds)
            self._away_since = None

    def broke(self, error: Exception) -> None:
        """The connection is of no use any more. Raises ProctorClosed where it is useless to retry.

        `error`: ConnectionClosed, ConnectionError, or TimeoutError where the service fell silent.
        """
        closed = closing(error)
        if self._socket is not None and time.monotonic() - self._opened_at > STEADY:
            self._waits = self._retry.waits()
        self._displaced = closed.code == DISPLACED
        if closed.code in FINAL:
            logger.error("%s: given up, %s", self._name, closed)
            raise closed
        self._away(str(closed), quiet=closed.code in QUIET)

    def restart(self) -> None:
        """The next connection is tried at once: this one was good."""
        self._at_once = True

    async def close(self) -> None:
        """Close the present connection and open no other."""
        self._ending.set()
        await self.hang_up()

    async def hang_up(self) -> None:
        """Close the present connection, if there is one."""
        socket, self._socket = self._socket, None
        if socket is not None:
            await socket.close()

    async def _displaced_still(self) -> bool:
        """Two that displace each other by turns would both lose."""
        if await self._rest(DISPLACED_SECONDS):
            return True
        if self._is_free is not None:
            self._displaced = not await self._is_free()
        return self._displaced

    async def _rest(self, seconds: float) -> bool:
        """Whether it ended meanwhile."""
        try:
            await asyncio.wait_for(self._ending.wait(), seconds)
        except TimeoutError:
            return False
        return True

    def _away(self, why: str, *, quiet: bool = False) -> None:
        if self._away_since is None:
            self._away_since = time.monotonic()
            logger.log(logging.INFO if quiet else logging.WARNING, "%s: %s", self._name, why)


def closing(error: Exception) -> ProctorClosed:
    """Why a connection is of no use any more."""
    if isinstance(error, ProctorClosed):
        return error
    if isinstance(error, ConnectionClosed):
        return told(error)
    return ProctorClosed(BROKEN, str(error) or "the service fell silent")
