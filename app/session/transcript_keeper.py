"""Keeps what was said, where the session wants that."""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable

from app.errors import SessionError, UnstorableError
from app.types import Transcript

logger = logging.getLogger(__name__)

RETRY = 2.0
"""Seconds between attempts while the database is away."""
MOST_WAITING = 2000
"""Pieces that wait for the database, more than an hour's; the oldest are given up."""

SaveTranscript = Callable[[str, Transcript], Awaitable[None]]


class TranscriptKeeper:
    """One session's; hearing never waits for the disk."""

    def __init__(self, session_id: str, save: SaveTranscript) -> None:
        self._id = session_id
        self._save = save
        self._waiting: deque[Transcript] = deque(maxlen=MOST_WAITING)
        self._task: asyncio.Task[None] | None = None

    def keep(self, transcript: Transcript) -> None:
        """Soon."""
        if len(self._waiting) == MOST_WAITING:
            logger.error("a piece of transcript is given up", extra={"session": self._id})
        self._waiting.append(transcript)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run(), name="keeping a transcript")

    async def close(self, patience: float) -> None:
        """Wait for the database, so many seconds."""
        if self._task is not None:
            _, late = await asyncio.wait([self._task], timeout=patience)
            for task in late:
                logger.error(
                    "a transcript could not be kept",
                    extra={"session": self._id, "pieces": len(self._waiting)},
                )
                task.cancel()

    async def _run(self) -> None:
        complained = False
        while self._waiting:
            transcript = self._waiting[0]
            try:
                await self._save(self._id, transcript)
            except SessionError:
                self._waiting.clear()  # erased meanwhile: nobody may keep it
                return
            except UnstorableError as error:
                logger.error(
                    "a piece of transcript cannot be stored: %s", error, extra={"session": self._id}
                )
            except Exception:
                if not complained:
                    logger.exception(
                        "keeping a transcript failed; trying again", extra={"session": self._id}
                    )
                complained = True
                await asyncio.sleep(RETRY)
                continue
            complained = False
            if self._waiting and self._waiting[0] is transcript:
                self._waiting.popleft()
