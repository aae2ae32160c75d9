"""Who analyses: the first seam for more than one machine. It remembers no session."""

import asyncio
import sys
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from queue import SimpleQueue
from typing import Protocol

from app.types import Frame, FrameAnalysis
from app.vision.analyzer import FrameAnalyzer, Tracking
from app.vision.mediapipe_core import native_log_muted

SWITCH_SECONDS = 0.0005
"""Of the interpreter: at the default 5 ms a finished analysis waits too long for its turn."""

Result = tuple[FrameAnalysis, Tracking]


class Lease(Protocol):
    """Capacity for one analysis, held."""

    async def analyse(self, frame: Frame, tracking: Tracking, *, count_faces: bool) -> Result:
        """What the frame shows. Raises InvalidFrameError for a picture that cannot be decoded."""


class Inference(Protocol):
    """Capacity, given fairly: first come, first served, one place a session."""

    def lease(self) -> AbstractAsyncContextManager[Lease]:
        """Wait for capacity. It never fails: troubles are raised by `analyse`."""

    async def start(self) -> None:
        """Load the models."""

    async def close(self) -> None:
        """Finish what runs and free the models."""


class _Worker:
    """One thread with models of its own."""

    def __init__(self, name: str, analyzer: FrameAnalyzer) -> None:
        self._analyzer = analyzer
        self._jobs: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._work, name=name, daemon=True)
        self._thread.start()

    async def analyse(self, frame: Frame, tracking: Tracking, *, count_faces: bool) -> Result:
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Result] = loop.create_future()

        def job() -> None:
            try:
                result = self._analyzer(frame, tracking, count_faces=count_faces)
            except Exception as error:  # whatever it is belongs to the session that asked
                loop.call_soon_threadsafe(_fail, future, error)
            else:
                loop.call_soon_threadsafe(_succeed, future, result)

        self._jobs.put(job)
        return await future

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            job()

    def close(self) -> None:
        self._jobs.put(None)
        self._thread.join()
        self._analyzer.close()


class LocalInference:
    """Threads of this process, each with its own models."""

    def __init__(
        self, threads: int, spent: Callable[[str, float], None] = lambda stage, seconds: None
    ) -> None:
        """`spent` is told the CPU seconds of each stage of a frame, by any of the threads."""
        self._threads = threads
        self._spent = spent
        self._workers: list[_Worker] = []
        self._idle: list[_Worker] = []
        self._turns = asyncio.Semaphore(0)  # unlike a queue, it lets nobody jump ahead

    async def start(self) -> None:
        """Load the models, all threads' at once."""
        sys.setswitchinterval(SWITCH_SECONDS)
        with native_log_muted():
            analyzers = await asyncio.gather(
                *(asyncio.to_thread(FrameAnalyzer, self._spent) for _ in range(self._threads))
            )
        self._workers = [_Worker(f"vision-{n}", a) for n, a in enumerate(analyzers)]
        for worker in self._workers:
            self._give_back(worker)

    @asynccontextmanager
    async def lease(self) -> AsyncIterator[Lease]:
        """Wait for a free thread; whoever waits longest is served first."""
        await self._turns.acquire()
        worker = self._idle.pop()
        try:
            yield worker
        finally:
            self._give_back(worker)

    async def close(self) -> None:
        """Finish what runs and free the models."""
        for worker in self._workers:
            await asyncio.to_thread(worker.close)
        self._workers.clear()

    def _give_back(self, worker: _Worker) -> None:
        self._idle.append(worker)
        self._turns.release()


def _succeed(future: "asyncio.Future[Result]", result: Result) -> None:
    if not future.done():
        future.set_result(result)


def _fail(future: "asyncio.Future[Result]", error: Exception) -> None:
    if not future.done():
        future.set_exception(error)
