"""Keeps a session's coverage in storage while it grows."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from app.errors import SessionError

logger = logging.getLogger(__name__)

EVERY = 30.0
"""Seconds between two times; so much a killed process loses."""

SaveCoverage = Callable[[Mapping[str, Any] | None], Awaitable[None]]


class CoverageKeeper:
    """One session's."""

    def __init__(
        self,
        session_id: str,
        told: Callable[[], Mapping[str, Any] | None],
        save: SaveCoverage,
    ) -> None:
        """`told`: the coverage at present; None: nothing was watched yet."""
        self._id = session_id
        self._told = told
        self._save = save
        self._failing = False

    async def run(self) -> None:
        """Keep it now and then, for ever."""
        while True:
            await asyncio.sleep(EVERY)
            await self.keep()

    async def keep(self) -> None:
        """Once; trouble is logged, and the next time makes up for it."""
        if (coverage := self._told()) is None:
            return
        try:
            await self._save(coverage)
        except SessionError:
            pass  # erased meanwhile: nobody may keep it
        except Exception:
            if not self._failing:
                logger.exception("keeping the coverage failed", extra={"session": self._id})
            self._failing = True
        else:
            self._failing = False
