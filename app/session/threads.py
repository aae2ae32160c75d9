"""Threads that analyse, lent fairly."""

import asyncio
import contextlib
import os
import sys
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from queue import SimpleQueue
from typing import Generic, TypeVar

R = TypeVar("R")
W = TypeVar("W")

YIELDING = 5
"""Niceness: a third of an ordinary thread's share of a core that both want."""


class WorkThread:
    """One thread that does one piece of work after the other."""

    def __init__(self, name: str, *, yields: bool = False) -> None:
        """`yields`: others of this process go first where they compete for a core (Linux)."""
        self._jobs: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._yields = yields
        self._thread = threading.Thread(target=self._work, name=name, daemon=True)
        self._thread.start()

    async def run(self, work: Callable[[], R]) -> R:
        """Whatever it raises belongs to who asked."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[R] = loop.create_future()

        def job() -> None:
            try:
                result = work()
            except Exception as error:
                loop.call_soon_threadsafe(_fail, future, error)
            else:
                loop.call_soon_threadsafe(_succeed, future, result)

        self._jobs.put(job)
        return await future

    def close(self) -> None:
        """Finish what was asked for, and end."""
        self._jobs.put(None)
        self._thread.join()

    def _work(self) -> None:
        if sys.platform == "linux":
            self._introduce(threading.get_native_id())
        while (job := self._jobs.get()) is not None:
            job()

    def _introduce(self, thread_id: int) -> None:
        """By name, for `top -H` and measurements; Python itself does so from 3.14 on."""
        with contextlib.suppress(OSError):
            Path(f"/proc/self/task/{thread_id}/comm").write_text(self._thread.name[:15])
            if self._yields:
                os.setpriority(os.PRIO_PROCESS, thread_id, YIELDING)


class Pool(Generic[W]):
    """Workers, lent to whoever waits longest."""

    def __init__(self) -> None:
        self._idle: list[W] = []
        self._turns = asyncio.Semaphore(0)  # unlike a queue, it lets nobody jump ahead

    def add(self, worker: W) -> None:
        """From now on it may be lent."""
        self._idle.append(worker)
        self._turns.release()

    @asynccontextmanager
    async def lease(self) -> AsyncIterator[W]:
        """Wait for a worker."""
        await self._turns.acquire()
        worker = self._idle.pop()
        try:
            yield worker
        finally:
            self.add(worker)


def _succeed(future: asyncio.Future[R], result: R) -> None:
    if not future.done():
        future.set_result(result)


def _fail(future: asyncio.Future[R], error: Exception) -> None:
    if not future.done():
        future.set_exception(error)
