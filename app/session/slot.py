"""One waiting frame: the newest wins."""

import asyncio

from app.types import Frame


class Slot:
    """Holds at most one frame for whoever waits."""

    def __init__(self) -> None:
        self._frame: Frame | None = None
        self._filled = asyncio.Event()

    @property
    def waiting(self) -> int:
        """Frames that wait: 0 or 1."""
        return int(self._frame is not None)

    def put(self, frame: Frame) -> Frame | None:
        """Leave a frame; returns the one that it displaced."""
        displaced, self._frame = self._frame, frame
        self._filled.set()
        return displaced

    async def filled(self) -> None:
        """Return once a frame waits."""
        await self._filled.wait()

    def take(self) -> Frame | None:
        """The frame, if one waits still."""
        frame, self._frame = self._frame, None
        self._filled.clear()
        return frame
