"""Fetches weights beside the service, again and again until they are here."""

import asyncio
import logging
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

from app.errors import FetchError
from app.weights import ModelEntry, fetch

FIRST_RETRY, LAST_RETRY = 60.0, 3600.0
"""Seconds between two attempts; they double."""

logger = logging.getLogger(__name__)

Tell = Callable[[str, str, str], None]
"""Takes how far it is, in a word, why it is no further, and what mends that."""


class Fetching:
    """Of one part's weights."""

    def __init__(self, folder: Path, entries: Sequence[ModelEntry], tell: Tell) -> None:
        self._folder = folder
        self._entries = entries
        self._tell = tell
        self._command = fetch_command(entries)
        self._ended = threading.Event()

    async def run(self) -> None:
        """Return once all are here; cancelled, it keeps what has arrived."""
        retry = FIRST_RETRY
        try:
            while not await self._fetched(retry):
                await asyncio.sleep(retry)
                retry = min(2 * retry, LAST_RETRY)
        finally:
            self._ended.set()

    async def _fetched(self, retry: float) -> bool:
        try:
            for entry in self._entries:
                await self._fetch(entry)
        except Exception as error:  # a proxy's settings or the disk may be at fault too
            logger.warning("%s; trying again in %.0f s (or: %s)", error, retry, self._command)
            self._tell("missing", str(error), self._command)
            return False
        return True

    async def _fetch(self, entry: ModelEntry) -> None:
        """On a thread that ends with the process: a stalled server must not hold up its end."""
        loop = asyncio.get_running_loop()
        arrived: asyncio.Future[None] = loop.create_future()
        shown = -1

        def show(here: int, total: int) -> None:
            nonlocal shown
            if self._ended.is_set():
                raise FetchError("the service ends")
            if (tenth := here * 10 // total) != shown:
                shown = tenth
                why = f"{entry.name} is being fetched, {10 * tenth} %"
                loop.call_soon_threadsafe(self._tell, "fetching", why, self._command)
                logger.info("%s: %d %% of %.1f MB", entry.name, 10 * tenth, total / 1e6)

        def work() -> None:
            try:
                fetch(entry, self._folder, progress=show)
            except Exception as error:
                _answer(loop, arrived, error)
            else:
                _answer(loop, arrived, None)

        self._tell("fetching", f"{entry.name} is being fetched", self._command)
        threading.Thread(target=work, name="fetch", daemon=True).start()
        await arrived


def fetch_command(entries: Sequence[ModelEntry]) -> str:
    """What an operator types to bring them."""
    return f"uv run run.py models fetch {' '.join(entry.name for entry in entries)}"


def _answer(
    loop: asyncio.AbstractEventLoop, arrived: "asyncio.Future[None]", error: Exception | None
) -> None:
    def answer() -> None:
        if arrived.done():
            return
        if error is None:
            arrived.set_result(None)
        else:
            arrived.set_exception(error)

    if not loop.is_closed():
        loop.call_soon_threadsafe(answer)
