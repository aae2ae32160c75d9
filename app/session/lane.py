"""One kind of look at a session's frames: which are due, which one waits, what became of each."""

import logging
import time
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from typing import Generic, TypeVar

from app.errors import InvalidFrameError
from app.metrics import LaneMetrics
from app.session.cadence import Cadence
from app.session.counters import FrameCounters
from app.session.slot import Slot
from app.types import Frame

logger = logging.getLogger(__name__)

L = TypeVar("L")


class Lane(Generic[L]):
    """Leases capacity first and takes the newest frame then: what is skipped is never decoded."""

    def __init__(
        self,
        session_id: str,
        *,
        cadence: Cadence,
        capacity: Callable[[], AbstractAsyncContextManager[L]],
        look: Callable[[L, Frame], Awaitable[None]],
        stale_after: float,
        metrics: LaneMetrics,
    ) -> None:
        self.counters = FrameCounters()
        self.in_work = 0
        """Frames that are being looked at: 0 or 1."""
        self._session_id = session_id
        self._cadence = cadence
        self._capacity = capacity
        self._look = look
        self._stale_after = stale_after
        self._metrics = metrics
        self._slot = Slot()
        self._trouble = ""
        """Of the last look; empty: it succeeded."""

    @property
    def failing(self) -> bool:
        """Whether the last look failed."""
        return bool(self._trouble)

    @property
    def waiting(self) -> int:
        """Frames in the slot: 0 or 1."""
        return self._slot.waiting

    def due(self, at: float) -> bool:
        """Count one received frame of this time; whether it is to be put."""
        self.counters.received += 1
        if self._cadence.due(at) or self._slot.waiting:
            return True
        self.skip()
        return False

    def skip(self) -> None:
        """A frame that was received is not looked at."""
        self.counters.not_due += 1
        self._metrics.not_due()

    def refuse(self, reason: str) -> None:
        """A frame that was received cannot be used."""
        self.counters.invalid[reason] += 1
        self._metrics.invalid(reason)

    def put(self, frame: Frame) -> None:
        """Leave a frame in place of the one that waits, if any."""
        if self._slot.put(frame) is not None:
            self.counters.superseded += 1
            self._metrics.superseded()

    async def run(self) -> None:
        """Look at what is put, for ever."""
        while True:
            await self._slot.filled()
            async with self._capacity() as lease:
                if (frame := self._slot.take()) is not None:
                    self.in_work = 1
                    await self._one(lease, frame)
                    self.in_work = 0

    async def _one(self, lease: L, frame: Frame) -> None:
        if time.monotonic() - frame.received_at > self._stale_after:
            self.counters.stale += 1
            self._metrics.stale()
            return
        try:
            await self._look(lease, frame)
        except InvalidFrameError as error:
            self.refuse(error.reason)
        except Exception as error:
            if (trouble := repr(error)) != self._trouble:
                logger.exception("analysing failed", extra={"session": self._session_id})
            self._trouble = trouble
            self.counters.failed += 1
            self._metrics.failed()
        else:
            self._trouble = ""
            self.counters.analysed += 1
            self._metrics.analysed(time.monotonic() - frame.received_at)
