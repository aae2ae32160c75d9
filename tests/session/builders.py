"""Frames on the wire, and parts of the service that run."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import numpy as np

from app.metrics import Metrics
from app.session.bus import LocalBus
from app.session.cadence import Cadences
from app.session.clock import STAMP_BYTES, SourceClock
from app.session.outbox import Outbox
from app.session.publisher import Eviction, Publisher
from app.session.registry import Registry
from app.session.session import Session
from app.session.sound import Sound
from app.session.sound_inference import SoundInference
from app.session.speaker_choice import SpeakerChoice
from app.session.transcription import Transcriptions, no_transcriptions
from app.settings import Speakers
from app.types import AlertKind, Frame, FrameAnalysis, Purpose, SessionInfo
from app.vision.decode import FrameLimits
from tests.fakes import FakeInference, FakeKeeping, FakeLog, FakeSound, FaultyStore, SlowLog
from tests.media import jpeg
from tests.storage.builders import opened, session

JPEG = jpeg(np.zeros((64, 64, 3), np.uint8))
AT_ONCE = {"hold": 0.0, "clear_after": 0.0}
"""Changes of a rule that begin and end its episodes with single frames."""
LONG = 60.0
"""Seconds that no test takes."""


def frame(at: float) -> Frame:
    """One that came at once."""
    return Frame(jpeg=JPEG, at=at, received_at=at, width=64, height=64, orientation=1)


def stamped(at: float, payload: bytes = b"") -> bytes:
    """A message of `?clock=source`."""
    return round(at * 1e6).to_bytes(STAMP_BYTES, "big") + payload


def watched(session_id: str = "s", **changes: object) -> SessionInfo:
    """A session that tells at once when nobody is there."""
    return session(session_id, **{"rules": {AlertKind.NOBODY: AT_ONCE}, **changes})


async def settle() -> None:
    """Let all tasks go on until they wait for something else than their turn."""
    for _ in range(25):
        await asyncio.sleep(0)


async def until(condition: Callable[[], bool]) -> None:
    """Return once it holds."""
    async with asyncio.timeout(20.0):
        while not condition():
            await asyncio.sleep(0.002)


def publisher(evictions: list[Eviction]) -> Publisher:
    """A connection that notes why the service parts with it."""
    return Publisher(None, evictions.append)


def heard_by(inference: SoundInference, transcriptions: Transcriptions | None = None) -> Sound:
    """Voices are told apart by what is embedded."""
    return Sound(
        inference=inference,
        speakers=SpeakerChoice(Speakers.EMBEDDED, "nowhere"),
        transcriptions=transcriptions or no_transcriptions(),
    )


class Camera:
    """Sends frames with times of its own."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._clock = SourceClock()

    def send(self, at: float, payload: bytes = JPEG, *, age: float = 0.0) -> None:
        """One message, whose last byte was here `age` seconds ago."""
        self._session.take_frame(stamped(at, payload), time.monotonic() - age, self._clock)

    async def show(self, *times: float) -> None:
        """Frames of these times, each analysed before the next one comes."""
        for at in times:
            self.send(at)
            await settle()


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A session at work, and what surrounds it."""

    session: Session
    camera: Camera
    inference: FakeInference
    sound: FakeSound
    log: FakeLog
    rung: list[str]
    """Sessions whose bell rang, one entry per ring."""
    metrics: Metrics
    kept: FakeKeeping
    """What became of its calibration."""
    shown: list[FrameAnalysis]
    """The looks at faces that its spectators were shown."""


@asynccontextmanager
async def running(
    info: SessionInfo | None = None,
    *,
    inference: FakeInference | None = None,
    sound: FakeSound | None = None,
    face_every: int = 1,
    count_every: int = 30,
    liveness_every: int = 30,
    objects_every: int = 30,
    transcriptions: Transcriptions | None = None,
) -> AsyncIterator[Running]:
    """A session whose every frame is due, unless told otherwise; closed at the end."""
    log, rung, metrics = FakeLog(), list[str](), Metrics()
    kept, shown = FakeKeeping(), list[FrameAnalysis]()
    inference, sound = inference or FakeInference(), sound or FakeSound()
    info = info or watched()

    async def ring(session_id: str) -> None:
        rung.append(session_id)

    session = Session(
        info,
        inference=inference,
        sound=heard_by(sound, transcriptions),
        outbox=Outbox(info.id, log.append, ring),
        metrics=metrics,
        limits=FrameLimits(),
        cadences=Cadences(
            face_every=face_every,
            count_every=count_every,
            liveness_every=liveness_every,
            objects_every=objects_every,
            stale_after=LONG,
        ),
        save_calibration=kept.save,
        save_coverage=kept.save_coverage,
        show=shown.append,
    )
    session.start()
    try:
        yield Running(
            session=session,
            camera=Camera(session),
            inference=inference,
            sound=sound,
            log=log,
            rung=rung,
            metrics=metrics,
            kept=kept,
            shown=shown,
        )
    finally:
        await session.close(Eviction.SHUTDOWN)


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """A registry at work on a real database."""

    registry: Registry
    store: FaultyStore
    log: SlowLog
    bus: LocalBus
    inference: FakeInference
    metrics: Metrics

    async def told(self, session_id: str) -> list[str]:
        """What the event log holds, such as "nobody started"."""
        stored = await self.log.after(session_id, 0)
        return [f"{each.alert.kind} {each.alert.edge}" for each in stored]


@asynccontextmanager
async def housed(
    url: str,
    *,
    purposes: tuple[Purpose, ...] = (Purpose.EXAM, Purpose.INTERVIEW),
    idle_after: float = LONG,
    most: int = 100,
    failing_lists: int = 0,
    transcriptions: Transcriptions | None = None,
) -> AsyncIterator[House]:
    """One process's registry, closed at the end."""
    bus, inference, metrics = LocalBus(), FakeInference(), Metrics()
    async with opened(url) as database:
        store, log = FaultyStore(database.database), SlowLog(database.database)
        store.failing_lists = failing_lists
        registry = Registry(
            store=store,
            log=log,
            bus=bus,
            inference=inference,
            sound=heard_by(FakeSound(), transcriptions),
            metrics=metrics,
            limits=FrameLimits(),
            cadences=Cadences(
                face_every=1,
                count_every=30,
                liveness_every=30,
                objects_every=30,
                stale_after=LONG,
            ),
            purposes=purposes,
            idle_after=idle_after,
            most=most,
        )
        await registry.start()
        try:
            yield House(
                registry=registry,
                store=store,
                log=log,
                bus=bus,
                inference=inference,
                metrics=metrics,
            )
        finally:
            await registry.close()
