"""Alerts on their way to the event log: committed in order, then announced."""

import asyncio
import logging
import math
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

from app.errors import DeletedSessionError, UnknownSessionError, UnstorableError
from app.types import Alert, RecordedAlert

logger = logging.getLogger(__name__)

FIRST_RETRY, LAST_RETRY = 0.2, 5.0
"""Seconds between attempts while the database is away; they double."""

Commit = Callable[[str, Sequence[Alert]], Awaitable[list[RecordedAlert]]]
Announce = Callable[[str, range], Awaitable[None]]
"""Given the session and the numbers that its alerts were stored under."""


class Outbox:
    """Keeps one session's alerts until they are on disk; analysis never waits for the disk."""

    def __init__(self, session_id: str, commit: Commit, announce: Announce) -> None:
        self._session_id = session_id
        self._commit = commit
        self._announce = announce
        self._alerts: list[Alert] = []
        self._filled = asyncio.Event()
        self._empty = asyncio.Event()
        self._empty.set()
        self._task: asyncio.Task[None] | None = None
        self.failing = False
        """Whether the last attempt failed."""

    def add(self, alerts: Sequence[Alert]) -> None:
        """Take alerts over; numbers that are none are left out of their evidence."""
        if not alerts:
            return
        self._alerts += map(_with_numbers, alerts)
        self._empty.clear()
        self._filled.set()
        if self._task is None:
            self._task = asyncio.create_task(self._run(), name=f"outbox {self._session_id}")

    async def flush(self, seconds: float) -> bool:
        """Wait until all are committed; False if that takes longer."""
        try:
            await asyncio.wait_for(self._empty.wait(), seconds)
        except TimeoutError:
            logger.error(
                "alerts could not be stored",
                extra={"session": self._session_id, "alerts": len(self._alerts)},
            )
            return False
        return True

    async def close(self) -> None:
        """Stop; flush first."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        retry, singly = FIRST_RETRY, False
        while True:
            await self._filled.wait()
            batch = tuple(self._alerts[:1] if singly else self._alerts)
            stored: list[RecordedAlert] = []
            try:
                stored = await self._commit(self._session_id, batch)
            except DeletedSessionError:
                pass  # erased while they were under way: nobody may keep them
            except (UnstorableError, UnknownSessionError) as error:
                if len(batch) > 1:  # find out which: it must not keep the others waiting
                    singly = True
                    continue
                logger.error(
                    "an alert cannot be stored and is given up: %s",
                    error,
                    extra={"session": self._session_id, "alert": batch[0].id},
                )
            except Exception:
                if not self.failing:
                    logger.exception(
                        "storing alerts failed; trying again", extra={"session": self._session_id}
                    )
                self.failing = True
                await asyncio.sleep(retry)
                retry = min(2 * retry, LAST_RETRY)
                continue
            self.failing, retry = False, FIRST_RETRY
            del self._alerts[: len(batch)]
            if not self._alerts:
                singly = False
                self._filled.clear()
                self._empty.set()
            try:
                await self._announce(self._session_id, _numbers(stored))
            except Exception:  # viewers read the log again at their next ring
                logger.exception("ringing failed", extra={"session": self._session_id})


def _numbers(stored: Sequence[RecordedAlert]) -> range:
    seqs = [recorded.seq for recorded in stored]
    return range(min(seqs), max(seqs) + 1) if seqs else range(0)


def _with_numbers(alert: Alert) -> Alert:
    """JSON has no words for NaN and infinity, and neither have some databases."""
    evidence = {
        name: value
        for name, value in alert.evidence.items()
        if isinstance(value, str) or math.isfinite(value)
    }
    confidence = alert.confidence if math.isfinite(alert.confidence) else 0.0
    if confidence == alert.confidence and len(evidence) == len(alert.evidence):
        return alert
    return replace(alert, confidence=confidence, evidence=evidence)
