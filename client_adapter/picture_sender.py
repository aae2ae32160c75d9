"""Brings a session's newest picture to the service, one at a time."""

import asyncio
import logging
from collections.abc import Callable

from websockets.asyncio.client import ClientConnection

from client_adapter.hand_over import BROKEN, hand_over
from client_adapter.line import Line
from client_adapter.sent import Sent

logger = logging.getLogger(__name__)

Picture = bytes | Callable[[], bytes]
"""A JPEG, or what makes one: called on a thread, and only where no newer one came meanwhile."""


class PictureSender:
    """Holds one picture; a newer one displaces it."""

    def __init__(self, line: Line, sent: Sent, lost: Callable[[], None]) -> None:
        """`lost` is told when a connection broke."""
        self._line = line
        self._sent = sent
        self._lost = lost
        self._picture: Picture | None = None
        self._shown = asyncio.Event()
        self._due = asyncio.Event()
        """Set while a connection is needed: one without media would keep the session open."""
        self._busy = False

    @property
    def waits(self) -> bool:
        """Whether something is to be sent, or on its way."""
        return self._shown.is_set() or self._busy

    def put(self, picture: Picture) -> None:
        """The newest."""
        self._sent.superseded += self._picture is not None
        self._picture = picture
        self._shown.set()
        self._due.set()

    def announce(self) -> None:
        """Pictures are to come: the service is told now, and says so itself if they do not."""
        self._due.set()

    async def run(self) -> None:
        """Send what comes, for ever. Raises ProctorClosed once the service refuses for good."""
        while True:
            await self._due.wait()
            socket = await self._line.connect()
            try:
                while True:
                    await self._send_one(socket)
            except BROKEN as error:
                self._sent.failed += 1
                self._lost()
                if not self._shown.is_set():
                    self._due.clear()
                self._line.broke(error)
            finally:
                self._busy = False
                await self._line.hang_up()

    async def _send_one(self, socket: ClientConnection) -> None:
        await self._shown.wait()
        picture, self._picture = self._picture, None
        self._shown.clear()
        self._busy = True
        jpeg = None if picture is None else await self._made(picture)
        if jpeg is not None:
            await hand_over(jpeg, socket)
            self._sent.pictures += 1
            self._line.works()
        self._busy = False

    async def _made(self, picture: Picture) -> bytes | None:
        if isinstance(picture, bytes):
            return picture
        try:
            return await asyncio.to_thread(picture)
        except Exception:
            logger.exception("a picture could not be made")
            self._sent.failed += 1
            return None
