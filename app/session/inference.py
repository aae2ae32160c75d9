"""Who analyses: the first seam for more than one machine. It remembers no session."""

import asyncio
import sys
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from app.session.threads import Pool, WorkThread
from app.types import Frame, FrameAnalysis
from app.vision.analyzer import Also, FrameAnalyzer, LivenessNet, Tracking
from app.vision.mediapipe_core import native_log_muted
from app.vision.object_analyzer import ObjectAnalyzer
from app.vision.objects import ObjectDetector

SWITCH_SECONDS = 0.0005
"""Of the interpreter: at the default 5 ms a finished analysis waits too long for its turn."""

Result = tuple[FrameAnalysis, Tracking]


class FaceLease(Protocol):
    """Capacity for one look at faces, held."""

    async def analyse(self, frame: Frame, tracking: Tracking, also: Also) -> Result:
        """What the frame shows. Raises InvalidFrameError for a picture that cannot be decoded."""


class ObjectLease(Protocol):
    """Capacity for one look for objects, held."""

    async def detect(self, frame: Frame) -> FrameAnalysis:
        """The same for objects."""


class Inference(Protocol):
    """Capacity, given fairly: first come, first served, one place a session."""

    @property
    def detects(self) -> bool:
        """Whether objects can be looked for."""

    def lease(self) -> AbstractAsyncContextManager[FaceLease]:
        """Wait for capacity. It never fails: troubles are raised by `analyse`."""

    def lease_objects(self) -> AbstractAsyncContextManager[ObjectLease]:
        """The same for objects; it waits until they can be looked for."""

    async def start(self) -> None:
        """Load the models."""

    async def detect_with(self, load: Callable[[], ObjectDetector]) -> None:
        """Look for objects from now on. Raises what `load` raises."""

    async def check_liveness_with(self, load: Callable[[], LivenessNet]) -> None:
        """Ask a network about faces from now on. Raises what `load` raises."""

    async def close(self) -> None:
        """Finish what runs and free the models."""


class _FaceWorker:
    def __init__(self, name: str, analyzer: FrameAnalyzer) -> None:
        self._analyzer = analyzer
        self._thread = WorkThread(name)

    async def analyse(self, frame: Frame, tracking: Tracking, also: Also) -> Result:
        return await self._thread.run(lambda: self._analyzer(frame, tracking, also))

    async def check_liveness_with(self, load: Callable[[], LivenessNet]) -> None:
        self._analyzer.liveness = await self._thread.run(load)

    def close(self) -> None:
        self._thread.close()
        self._analyzer.close()


class _ObjectWorker:
    def __init__(self, thread: WorkThread, analyzer: ObjectAnalyzer) -> None:
        self._thread = thread
        self.analyzer = analyzer

    async def detect(self, frame: Frame) -> FrameAnalysis:
        return await self._thread.run(lambda: self.analyzer(frame))


class LocalInference:
    """Threads of this process: some for faces, each with its own models, and one for objects.

    A look for objects takes ten times as long as one at a face. On a thread of its own, which
    yields to the others, it delays no face; the operating system divides the cores.
    """

    def __init__(
        self, threads: int, spent: Callable[[str, float], None] = lambda stage, seconds: None
    ) -> None:
        """`spent` is told the CPU seconds of each stage of a frame, by any of the threads."""
        self._threads = threads
        self._spent = spent
        self._workers: list[_FaceWorker] = []
        self._faces: Pool[_FaceWorker] = Pool()
        self._objects: Pool[_ObjectWorker] = Pool()
        self._liveness: Callable[[], LivenessNet] | None = None
        self._object_thread: WorkThread | None = None
        self._object_worker: _ObjectWorker | None = None

    async def start(self) -> None:
        """Load the models, all threads' at once."""
        sys.setswitchinterval(SWITCH_SECONDS)
        with native_log_muted():
            analyzers = await asyncio.gather(
                *(asyncio.to_thread(FrameAnalyzer, self._spent) for _ in range(self._threads))
            )
        self._workers = [_FaceWorker(f"vision-{n}", a) for n, a in enumerate(analyzers)]
        for worker in self._workers:
            if self._liveness is not None:
                await worker.check_liveness_with(self._liveness)
            self._faces.add(worker)

    @property
    def detects(self) -> bool:
        """Whether objects can be looked for."""
        return self._object_worker is not None

    def lease(self) -> AbstractAsyncContextManager[FaceLease]:
        """Wait for a free thread."""
        return self._faces.lease()

    def lease_objects(self) -> AbstractAsyncContextManager[ObjectLease]:
        """Wait for the objects' thread."""
        return self._objects.lease()

    async def detect_with(self, load: Callable[[], ObjectDetector]) -> None:
        """Load a detector on the objects' thread; the one before, if any, serves until then."""
        self._object_thread = self._object_thread or WorkThread("objects", yields=True)
        analyzer = ObjectAnalyzer(await self._object_thread.run(load), self._spent)
        if self._object_worker is not None:
            self._object_worker.analyzer = analyzer
            return
        self._object_worker = _ObjectWorker(self._object_thread, analyzer)
        self._objects.add(self._object_worker)

    async def check_liveness_with(self, load: Callable[[], LivenessNet]) -> None:
        """Load a network on each thread for faces, once these are there."""
        self._liveness = load
        for worker in self._workers:
            await worker.check_liveness_with(load)

    async def close(self) -> None:
        """Finish what runs and free the models."""
        for worker in self._workers:
            await asyncio.to_thread(worker.close)
        self._workers.clear()
        if self._object_thread is not None:
            await asyncio.to_thread(self._object_thread.close)
            self._object_thread = self._object_worker = None
