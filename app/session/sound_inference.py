"""Who hears: voice activity and voiceprints, for all sessions. It remembers none."""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from time import thread_time
from typing import Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from app.audio.vad import VadState, VoiceDetector
from app.audio.voiceprint import VoiceEncoder
from app.errors import ModelError
from app.session.threads import WorkThread

R = TypeVar("R")
Samples = NDArray[np.float32]
MOST = 16
"""Windows in one batch: more make it no faster."""


class SoundInference(Protocol):
    """Capacity, given first come, first served; a session asks for one thing at a time."""

    async def start(self) -> None:
        """Load the models. Raises ModelError, and so does then whatever is asked for."""

    async def detect_voice(
        self, samples: Samples, state: VadState | None
    ) -> tuple[Samples, VadState]:
        """How probable speech is in each frame, and the state for the samples that follow."""

    async def voiceprints(self, windows: Sequence[Samples]) -> Samples:
        """A unit vector for each window."""

    async def run(self, work: Callable[[], R]) -> R:
        """A session's own arithmetic, off the event loop."""

    async def close(self) -> None:
        """Finish what runs and free the models."""


class _Models:
    def __init__(self) -> None:
        self.detector = VoiceDetector()
        self.encoder = VoiceEncoder()


class _Asked:
    def __init__(self, windows: Sequence[Samples]) -> None:
        self.windows = windows
        self.prints: Samples | None = None


class LocalSoundInference:
    """One thread of this process, which yields to those that look.

    Windows that sessions ask for while it is busy go through the network together: eight at a time
    cost half of what they cost one by one.
    """

    def __init__(self, spent: Callable[[str, float], None] = lambda stage, seconds: None) -> None:
        """`spent` is told the CPU seconds of each stage, by the thread."""
        self._spent = spent
        self._thread: WorkThread | None = None
        self._models: _Models | None = None
        self._loaded = asyncio.Event()
        self._asked: deque[_Asked] = deque()

    async def start(self) -> None:
        """Load the models. Raises ModelError, and so does then whatever is asked for."""
        self._thread = WorkThread("sound", yields=True)
        try:
            self._models = await self._thread.run(_Models)
        finally:
            self._loaded.set()

    async def detect_voice(
        self, samples: Samples, state: VadState | None
    ) -> tuple[Samples, VadState]:
        """How probable speech is in each frame, and the state for the samples that follow."""
        return await self._run("voice", lambda models: models.detector(samples, state))

    async def voiceprints(self, windows: Sequence[Samples]) -> Samples:
        """A unit vector for each window."""
        asked = _Asked(windows)
        self._asked.append(asked)
        await self._run("voiceprint", self._answer)
        if asked.prints is None:  # it was in the batch of somebody who was told why
            raise ModelError("the voiceprints could not be made")
        return asked.prints

    async def run(self, work: Callable[[], R]) -> R:
        """A session's own arithmetic, off the event loop."""
        return await self._run("speakers", lambda models: work())

    async def close(self) -> None:
        """Finish what runs and free the models."""
        if self._thread is not None:
            await asyncio.to_thread(self._thread.close)
        self._models = None

    async def _run(self, stage: str, work: Callable[[_Models], R]) -> R:
        await self._loaded.wait()
        models, thread = self._models, self._thread
        if models is None or thread is None:
            raise ModelError("the models of sound could not be loaded")

        def timed() -> R:
            began = thread_time()
            result = work(models)
            self._spent(stage, thread_time() - began)
            return result

        return await thread.run(timed)

    def _answer(self, models: _Models) -> None:
        """All that waits, unless an earlier turn has answered it already."""
        batch: list[_Asked] = []
        while self._asked and sum(len(each.windows) for each in batch) < MOST:
            batch.append(self._asked.popleft())
        if not batch:
            return
        prints = models.encoder(np.stack([window for each in batch for window in each.windows]))
        for each in batch:
            each.prints, prints = prints[: len(each.windows)], prints[len(each.windows) :]
