"""Keeps a session's coverage in storage while it grows."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from app.errors import SessionError
from app.session.coverage import Coverage

logger = logging.getLogger(__name__)

EVERY = 30.0
"""Seconds between two times; so much a killed process loses."""

SaveCoverage = Callable[[Mapping[str, Any] | None], Awaitable[None]]


class CoverageKeeper:
    """One session's."""

    def __init__(self, session_id: str, coverage: Coverage, save: SaveCoverage) -> None:
        self._id = session_id
        self._coverage = coverage
        self._save = save
        self._failing = False

    async def run(self) -> None:
        """Keep it now and then, for ever."""
        while True:
            await asyncio.sleep(EVERY)
            await self.keep()

    async def keep(self) -> None:
        """Once; trouble is logged, and the next time makes up for it."""
        if not self._coverage.seconds:
            return
        try:
            await self._save(self._coverage.as_dict())
        except SessionError:
            pass  # erased meanwhile: nobody may keep it
        except Exception:
            if not self._failing:
                logger.exception("keeping the coverage failed", extra={"session": self._id})
            self._failing = True
        else:
            self._failing = False
