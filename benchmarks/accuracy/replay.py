"""A video, played through a real session at the service's own cadence, as fast as it goes."""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.alerts.liveness import Liveness
from app.metrics import Metrics
from app.session.cadence import Cadences
from app.session.clock import STAMP_BYTES, SourceClock
from app.session.inference import Inference, LocalInference
from app.session.outbox import Outbox
from app.session.publisher import Eviction
from app.session.session import Session
from app.session.sound import Sound
from app.session.sound_inference import LocalSoundInference
from app.session.speaker_choice import SpeakerChoice
from app.session.transcription import no_transcriptions
from app.settings import Settings, Speakers, load_settings
from app.types import (
    Alert,
    AlertKind,
    BoundingBox,
    Purpose,
    RecordedAlert,
    SessionInfo,
    SessionState,
)
from app.vision.analyzer import LivenessNet
from app.vision.decode import Picture
from app.vision.objects import ObjectDetector
from benchmarks.accuracy.conditions import brightness
from benchmarks.accuracy.footage import LIMITS, encoded, frames

NAP = 0.0005
"""Seconds between two looks whether the session has finished with a frame."""
TOLD_EVERY = 20.0
"""Seconds of a video between two words about the progress."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What the session read in one analysed frame."""

    at: float
    """Seconds of the video."""
    gaze: tuple[float, float] | None
    """Yaw and pitch in degrees, less the neutral, as the alerts see them."""
    head: tuple[float, float, float] | None
    """Yaw, pitch and roll in degrees, less the neutral."""
    brightness: float
    """Mean luma of the face, or of the picture where there is none; 0 to 1."""
    face_width: float
    """Pixels as sent; 0: no face."""
    liveness: Liveness | None
    """As judged last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """All that a session said about a video."""

    looks: tuple[Look, ...]
    alerts: tuple[Alert, ...]
    """Both ends of each episode, in order; what is open at the end is closed there."""
    seconds: float
    """The video's length."""
    unanalysed: int
    """Looks that failed or were refused."""
    cpu: Mapping[str, float]
    """Seconds by stage."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """How the session of a video is opened."""

    purpose: Purpose = Purpose.EXAM
    mirrored: bool = False
    rules: Mapping[AlertKind, Mapping[str, float | bool]]


def replay(
    video: Path,
    setting: Setting,
    progress: Callable[[str], None],
    detector: Callable[[], ObjectDetector] | None = None,
) -> Replayed:
    """Decode, analyse and judge. The same video gives the same answer. Raises MediaError."""
    models = Models(detector=detector)
    return asyncio.run(play(video.name, frames(video), setting, progress, models))


@dataclass(frozen=True, slots=True, kw_only=True)
class Models:
    """What looks beside the face mesh; None: nothing does."""

    detector: Callable[[], ObjectDetector] | None = None
    liveness: Callable[[], LivenessNet] | None = None


async def play(
    name: str,
    pictures: Iterable[tuple[float, Picture]],
    setting: Setting,
    progress: Callable[[str], None],
    models: Models,
) -> Replayed:
    """The same for pictures from anywhere, with their times in seconds."""
    cpu: Counter[str] = Counter()
    inference = LocalInference(1, lambda stage, seconds: cpu.update({stage: seconds}))
    await inference.start()
    if models.detector is not None:
        await inference.detect_with(models.detector)
    if models.liveness is not None:
        await inference.check_liveness_with(models.liveness)
    alerts: list[Alert] = []
    session = quiet_session(name, setting, inference, alerts)
    session.start()
    looks: list[Look] = []
    clock, at, told = SourceClock(), 0.0, 0.0
    try:
        for at, picture in pictures:
            before = session.frames.analysed
            stamp = round(at * 1e6).to_bytes(STAMP_BYTES, "big")
            session.take_frame(stamp + encoded(picture), time.monotonic(), clock)
            while any(lane.waiting or lane.in_work for lane in (session.faces, session.objects)):
                await asyncio.sleep(NAP)
            if session.frames.analysed > before:
                looks.append(_look(session, at, picture))
            if at - told >= TOLD_EVERY:
                told = at
                progress(f"  {name}: {at:.0f} s")
    finally:
        await session.close(Eviction.SHUTDOWN)
        await inference.close()
    lanes = session.faces.counters, session.objects.counters
    refused = sum(lane.failed + sum(lane.invalid.values()) for lane in lanes)
    return Replayed(
        looks=tuple(looks), alerts=tuple(alerts), seconds=at, unanalysed=refused, cpu=dict(cpu)
    )


def quiet_session(
    name: str, setting: Setting, inference: Inference, alerts: list[Alert]
) -> Session:
    """As the registry opens one; its alerts are kept in memory and nothing is ever too late."""

    async def keep(session_id: str, new: Sequence[Alert]) -> list[RecordedAlert]:
        first = len(alerts) + 1
        alerts.extend(new)
        return [
            RecordedAlert(session_id=session_id, seq=first + n, alert=alert)
            for n, alert in enumerate(new)
        ]

    async def announce(session_id: str) -> None:
        """Nobody listens."""

    info = SessionInfo(
        id=name,
        purpose=setting.purpose,
        state=SessionState.RUNNING,
        mirrored=setting.mirrored,
        rules=setting.rules,
        created_at=time.time(),
        ended_at=None,
        ended_by=None,
        last_seq=0,
    )
    random.seed(name)  # sessions spread their counts by chance; a measurement repeats itself
    return Session(
        info,
        inference=inference,
        sound=Sound(
            inference=LocalSoundInference(),
            speakers=SpeakerChoice(Speakers.OFF, ""),
            transcriptions=no_transcriptions(),
        ),
        outbox=Outbox(name, keep, announce),
        metrics=Metrics(),
        limits=LIMITS,
        cadences=_cadences(load_settings()),
        save_calibration=_forget,
        save_coverage=_forget,
        show=lambda analysis: None,
    )


async def _forget(kept: Mapping[str, Any] | None) -> None:
    """A measurement keeps nothing."""


def _cadences(settings: Settings) -> Cadences:
    return Cadences(
        face_every=settings.face_every,
        count_every=settings.count_every,
        liveness_every=settings.liveness_every,
        objects_every=settings.objects_every,
        stale_after=float("inf"),
    )


def _look(session: Session, at: float, picture: Picture) -> Look:
    analysis, reading = session.analysis, session.signals.reading
    face = analysis.faces[0] if analysis is not None and analysis.faces else None
    box: BoundingBox | None = None if face is None else face.box
    return Look(
        at=at,
        gaze=reading.gaze,
        head=reading.head,
        brightness=brightness(picture, box),
        face_width=0.0 if box is None else box.width * picture.shape[1],
        liveness=session.eyes.liveness.newest,
    )
