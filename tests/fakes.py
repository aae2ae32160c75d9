"""Small real objects that stand on the far side of a seam; the test says what they do."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import numpy as np

from app.audio.vad import FRAME, VadState
from app.audio.voiceprint import SIZE
from app.errors import StorageError
from app.session.inference import Result
from app.session.sound_inference import Samples
from app.storage.database import Database
from app.storage.event_log import EventLog
from app.storage.repository import SessionRepository
from app.types import Alert, Edge, Frame, FrameAnalysis, RecordedAlert, SessionInfo, SessionState
from app.vision.analyzer import Also, LivenessNet, Tracking
from app.vision.objects import ObjectDetector
from tests.builders import analysis, face

R = TypeVar("R")
Show = Callable[[Frame], FrameAnalysis]
"""What a frame shows; it may raise."""


def showing(**what: Any) -> Show:
    """Every frame shows the same, in the words of `builders.analysis`."""

    def show(frame: Frame) -> FrameAnalysis:
        found = analysis(at=frame.at, **what)
        return replace(found, received_at=frame.received_at, number=frame.number)

    return show


SOMEBODY = showing(faces=(face(),), face_count=1)
NOBODY = showing(faces=(), face_count=0)


@dataclass(frozen=True, slots=True)
class Look:
    """One analysis that was asked for."""

    frame: Frame
    tracking: Tracking
    also: Also


class FakeInference:
    """Capacity without models. As its tracking, a session gets back how often it has looked."""

    def __init__(self, show: Show = SOMEBODY) -> None:
        self.show = show
        self.free = asyncio.Event()
        """While it is clear, nobody gets a lease."""
        self.free.set()
        self.fast = asyncio.Event()
        """While it is clear, no analysis ends."""
        self.fast.set()
        self.show_objects: Show | None = None
        """What a look for objects shows; None: there is no detector."""
        self.object_looks: list[Frame] = []
        self.detected = asyncio.Event()
        """While it is clear, no look for objects ends."""
        self.detected.set()
        self.looks: list[Look] = []
        self.working = 0
        """Analyses under way."""

    def __repr__(self) -> str:
        return f"<FakeInference: {len(self.looks)} looks, {self.working} under way>"

    @property
    def seen(self) -> list[float]:
        """The times of the frames that it was given, in order."""
        return [look.frame.at for look in self.looks]

    @asynccontextmanager
    async def lease(self) -> AsyncIterator["FakeInference"]:
        await self.free.wait()
        yield self

    async def analyse(self, frame: Frame, tracking: Tracking, also: Also) -> Result:
        self.looks.append(Look(frame, tracking, also))
        self.working += 1
        try:
            await self.fast.wait()
            return self.show(frame), Tracking(misses=tracking.misses + 1)
        finally:
            self.working -= 1

    @asynccontextmanager
    async def lease_objects(self) -> AsyncIterator["FakeInference"]:
        yield self

    async def detect(self, frame: Frame) -> FrameAnalysis:
        self.object_looks.append(frame)
        await self.detected.wait()
        assert self.show_objects is not None
        return self.show_objects(frame)

    @property
    def detects(self) -> bool:
        return self.show_objects is not None

    async def detect_with(self, load: Callable[[], ObjectDetector]) -> None:
        """What it shows is said by the test."""

    async def check_liveness_with(self, load: Callable[[], LivenessNet]) -> None:
        """What it shows is said by the test."""

    async def start(self) -> None:
        """There is nothing to load."""

    async def close(self) -> None:
        """There is nothing to free."""


class FakeSound:
    """Hears without models: every frame of sound is as probably speech as the test says."""

    def __init__(self, speech: float = 0.0) -> None:
        self.speech = speech
        self.free = asyncio.Event()
        """While it is clear, nothing is heard."""
        self.free.set()
        self.trouble: Exception | None = None
        """What is raised instead."""
        self.heard: list[int] = []
        """Samples of each block, filled up to whole frames."""
        self.begun = 0
        """Blocks that continued nothing."""

    def __repr__(self) -> str:
        return f"<FakeSound: {len(self.heard)} blocks>"

    async def start(self) -> None:
        """There is nothing to load."""

    async def detect_voice(
        self, samples: Samples, state: VadState | None
    ) -> tuple[Samples, VadState]:
        await self.free.wait()
        if self.trouble is not None:
            raise self.trouble
        self.heard.append(len(samples))
        self.begun += state is None
        nothing = np.zeros(0, np.float32)
        state = VadState(hidden=nothing, cell=nothing, context=nothing)
        return np.full(len(samples) // FRAME, self.speech, np.float32), state

    async def voiceprints(self, windows: Sequence[Samples]) -> Samples:
        return np.tile(np.eye(1, SIZE, dtype=np.float32), (len(windows), 1))

    async def run(self, work: Callable[[], R]) -> R:
        return work()

    async def close(self) -> None:
        """There is nothing to free."""


class FakeLog:
    """An event log in memory, with the real one's numbers: what is stored keeps its own."""

    def __init__(self) -> None:
        self.trouble: Exception | None = None
        """What the next attempts raise, before they store anything."""
        self.answers = asyncio.Event()
        """While it is clear, no attempt ends."""
        self.answers.set()
        self.attempts: list[tuple[Alert, ...]] = []
        self.stored: list[RecordedAlert] = []

    def __repr__(self) -> str:
        return f"<FakeLog: {self.told}>"

    @property
    def told(self) -> list[str]:
        """What is stored, such as "nobody started"."""
        return [f"{each.alert.kind} {each.alert.edge}" for each in self.stored]

    async def append(self, session_id: str, alerts: Sequence[Alert]) -> list[RecordedAlert]:
        self.attempts.append(tuple(alerts))
        await self.answers.wait()
        if self.trouble is not None:
            raise self.trouble
        for alert in alerts:
            if not any(_same_end(alert, each.alert) for each in self.stored):
                seq = len(self.stored) + 1
                self.stored.append(RecordedAlert(session_id=session_id, seq=seq, alert=alert))
        return [each for each in self.stored if each.alert in alerts]

    async def open_episodes(self, session_id: str) -> list[RecordedAlert]:
        ended = {each.alert.id for each in self.stored if each.alert.edge is Edge.ENDED}
        return [each for each in self.stored if each.alert.id not in ended]


class FakeKeeping:
    """Keeps one session's calibration and coverage in memory."""

    def __init__(self) -> None:
        self.trouble: list[Exception] = []
        """What the next attempts raise, one each."""
        self.saved: list[Mapping[str, float] | None] = []
        self.coverage: list[Mapping[str, Any] | None] = []

    def __repr__(self) -> str:
        return f"<FakeKeeping: {self.saved}>"

    async def save(self, calibration: Mapping[str, float] | None) -> None:
        if self.trouble:
            raise self.trouble.pop(0)
        self.saved.append(calibration)

    async def save_coverage(self, coverage: Mapping[str, Any] | None) -> None:
        if self.trouble:
            raise self.trouble.pop(0)
        self.coverage.append(coverage)


def _same_end(one: Alert, other: Alert) -> bool:
    return (one.id, one.edge) == (other.id, other.edge)


class SlowLog(EventLog):
    """The real one, except that the question for open episodes may have to wait."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.answers = asyncio.Event()
        """While it is clear, nobody gets an answer."""
        self.answers.set()
        self.asked = 0

    async def open_episodes(self, session_id: str) -> list[RecordedAlert]:
        self.asked += 1
        await self.answers.wait()
        return await super().open_episodes(session_id)


class FaultyStore(SessionRepository):
    """The real one, except that it fails where it is told to."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.broken: set[str] = set()
        """Sessions whose state cannot be changed."""
        self.failing_lists = 0
        """How many lists fail before one succeeds."""

    async def update_state(
        self,
        session_id: str,
        state: SessionState,
        ended_at: float | None = None,
        ended_by: str | None = None,
    ) -> SessionInfo:
        if session_id in self.broken:
            raise StorageError(f"{session_id} cannot be changed")
        return await super().update_state(session_id, state, ended_at, ended_by)

    async def ids(self, state: SessionState) -> Sequence[str]:
        if self.failing_lists:
            self.failing_lists -= 1
            raise StorageError("there is no list today")
        return await super().ids(state)
