"""Brings a track's sound to the service, all of it through a short outage."""

import logging
from collections.abc import Awaitable, Callable

from websockets.asyncio.client import ClientConnection

from client_adapter.hand_over import BROKEN, hand_over
from client_adapter.line import DISPLACED, STOPPED, IsFree, Line, closing
from client_adapter.retry import Retry
from client_adapter.sent import Sent
from client_adapter.sound_queue import BYTES_PER_SECOND, SoundQueue

logger = logging.getLogger(__name__)

MOST_LOST = 86_400.0
"""Seconds of lost sound that can be told at once."""

OpenSound = Callable[[float | None], Awaitable[ClientConnection]]
"""Opens a socket and tells the seconds that were lost before it; None: none."""


class SoundSender:
    """Holds what could not be sent yet; what is lost beyond that is told to the service."""

    def __init__(
        self,
        name: str,
        open_sound: OpenSound,
        retry: Retry,
        *,
        is_free: IsFree,
        seconds: float,
        sent: Sent,
        lost: Callable[[], None],
        on_gap: Callable[[float], None] | None,
    ) -> None:
        """`lost` is told when a connection broke, `on_gap` how many seconds of sound were lost."""
        self._name = name
        self._open_sound = open_sound
        self._line = Line(name, self._open, retry, is_free)
        self._queue = SoundQueue(seconds)
        self._sent = sent
        self._lost = lost
        self._on_gap = on_gap
        self._announced = False
        self._stated = 0.0
        """Seconds of lost sound that the present connection began with."""

    @property
    def waits(self) -> bool:
        """Whether there is something to send."""
        return len(self._queue) > 0

    def put(self, pcm: bytes) -> None:
        """The newest."""
        self._sent.lost_seconds += self._queue.put(pcm)

    def announce(self) -> None:
        """Sound is to come: the service is told now, and says so itself if it does not."""
        self._announced = True

    async def run(self) -> None:
        """Send what comes, for ever. Raises ProctorClosed once the service refuses for good."""
        queue = self._queue
        while True:
            if not self._announced:  # a connection without media would keep the session open
                await queue.filled()
            self._announced = False
            socket = await self._line.connect()
            try:
                # Some is lost while a distant service is reached: the rest goes to it all the same.
                await self._send_one(socket)
                while not queue.lost_seconds:
                    await self._send_one(socket)
                self._line.restart()  # only a new connection can say what was lost within this one
            except BROKEN as error:
                queue.give_back()
                queue.unwanted |= closing(error).code in (STOPPED, DISPLACED)
                self._lost()
                self._line.broke(error)
            finally:
                await self._line.hang_up()

    async def _send_one(self, socket: ClientConnection) -> None:
        pcm = await self._queue.take()
        await hand_over(pcm, socket)
        self._queue.arrived()
        self._queue.wanted()
        self._line.works()
        self._sent.sound_seconds += len(pcm) / BYTES_PER_SECOND
        if self._stated:
            seconds, self._stated = self._stated, 0.0
            self._queue.told(seconds)
            logger.warning("%s: %.1f s were lost", self._name, seconds)
            self._tell(seconds)

    def _tell(self, seconds: float) -> None:
        if self._on_gap is None:
            return
        try:
            self._on_gap(seconds)
        except Exception:  # somebody else's code must not end the sound
            logger.exception("on_gap failed")

    async def _open(self) -> ClientConnection:
        lost = 0.0 if self._queue.unwanted else min(self._queue.lost_seconds, MOST_LOST)
        self._stated = lost
        return await self._open_sound(lost or None)
