"""One candidate's running session: frames and sound in, alerts out."""

import asyncio
import random
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import uuid4

from app.alerts.engine import AlertEngine
from app.alerts.rules import rules_for
from app.alerts.signals import Signals
from app.audio.form import SoundForm
from app.errors import InvalidFrameError, InvalidTimeError
from app.metrics import Metrics
from app.session.cadence import Cadence, Cadences
from app.session.calibration import Calibration, Save
from app.session.challenges import Challenges
from app.session.clock import SourceClock
from app.session.counters import FrameCounters
from app.session.coverage import combined
from app.session.coverage_keeper import CoverageKeeper, SaveCoverage
from app.session.eyesight import Eyesight
from app.session.face_looks import FaceLooks
from app.session.hearing import Hearing
from app.session.inference import FaceLease, Inference, ObjectLease
from app.session.lane import Lane
from app.session.outbox import Outbox
from app.session.publication import Publication
from app.session.publisher import Eviction, Publisher
from app.session.raised import Raised
from app.session.sound import Sound
from app.session.tracks import Tracks
from app.types import (
    Alert,
    AlertKind,
    Detection,
    Frame,
    FrameAnalysis,
    SessionInfo,
    SessionState,
    Signal,
    Track,
)
from app.vision.decode import FrameLimits, read_header

FLUSH_SECONDS = 5.0
"""How long a closing session waits for the database."""
TICK_SECONDS = 0.5
"""How often a session looks whether pictures come at all."""


class Session:
    """All that is known about one candidate while the session runs; shared with no other."""

    def __init__(
        self,
        info: SessionInfo,
        *,
        inference: Inference,
        sound: Sound,
        outbox: Outbox,
        metrics: Metrics,
        limits: FrameLimits,
        cadences: Cadences,
        save_calibration: Save,
        save_coverage: SaveCoverage,
        show: Callable[[FrameAnalysis], None],
    ) -> None:
        """`show` is told each look at faces that is judged."""
        self.info = info
        self.outbox = outbox
        rules = rules_for(info.purpose, info.rules)
        self.signals = Signals(rules, mirrored=info.mirrored)
        self.calibration = Calibration(info, self.signals, save_calibration)
        self.eyes = Eyesight(rules, self.signals, info.coverage)
        self.ears = Hearing(
            info.id,
            rules,
            sound,
            judge=self._judge_sound,
            hear_words=lambda at, pcm: self.transcription.hear(at, pcm),
            covered=(info.coverage or {}).get("sound"),
        )
        self._keeper = CoverageKeeper(info.id, self.coverage, save_coverage)
        self.engine = AlertEngine(rules, lambda: uuid4().hex)
        self.challenge = Challenges(rules, self.signals, self.engine, self._raise)
        self.transcription = sound.transcriptions.open(info, self._judge_sound)
        self.analysis: FrameAnalysis | None = None
        """The newest."""
        self.face_count: int | None = None
        """At the newest count."""
        self.detections: tuple[Detection, ...] | None = None
        """Objects at the newest look; None: never looked for."""
        self.object_stages: Mapping[str, float] = {}
        """Seconds by the clock of the newest look for objects, by stage."""
        self.latency = 0.0
        """Seconds from the newest analysed frame's last byte to its analysis."""
        self.raised = Raised()
        self.tracks = Tracks(info.created_at)
        self.publication = Publication(rules, self.tracks, self._judge_sound)
        self._inference = inference
        self._metrics = metrics
        self._limits = limits
        self.faces: Lane[FaceLease] = Lane(
            info.id,
            cadence=Cadence(cadences.face_every),
            capacity=inference.lease,
            look=self._look_at_faces,
            stale_after=cadences.stale_after,
            metrics=metrics.faces,
        )
        self.objects: Lane[ObjectLease] = Lane(
            info.id,
            cadence=Cadence(cadences.objects_every, phase=random.random()),
            capacity=inference.lease_objects,
            look=self._look_for_objects,
            stale_after=cadences.stale_after,
            metrics=metrics.objects,
        )
        self._looks = FaceLooks(cadences)
        self._show = show
        self._pictures_due = False
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Begin to analyse."""
        self._tasks = [
            asyncio.create_task(work, name=f"session {self.info.id}")
            for work in (
                self.faces.run(),
                self.objects.run(),
                self.ears.run(),
                self._wait(),
                self._keeper.run(),
            )
        ]

    async def close(self, why: Eviction) -> None:
        """Part with the publishers, end what is open, store it, and stop."""
        self.tracks.evict_all(why)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.transcription.close()
        self.ears.close()
        self.end_episodes(why.name.lower())
        await self.outbox.flush(FLUSH_SECONDS)
        await self.outbox.close()
        await self.calibration.close(FLUSH_SECONDS)
        await self._keeper.keep()

    def end_episodes(self, reason: str) -> None:
        """Nothing is judged from now on."""
        self.calibration.interrupt()
        self.challenge.interrupt(self.tracks.now)
        self.eyes.interrupt(reason)
        self.ears.interrupt(reason)
        self._raise(self.engine.close(self.tracks.newest, reason))

    def publish(self, track: Track, publisher: Publisher, form: SoundForm | None = None) -> None:
        """From now on this connection sends the track; an older one is told so."""
        if track is Track.VIDEO:
            self._pictures_due = True
            self.eyes.connect()
        else:
            self.ears.connect(track, form or SoundForm(), publisher.missing)
        if track is Track.AUDIO:
            self.transcription.interrupt()
        self.tracks.publish(track, publisher)

    def unpublish(self, track: Track, publisher: Publisher) -> None:
        """The connection is gone."""
        if self.tracks.unpublish(track, publisher):
            self.eyes.disconnect() if track is Track.VIDEO else self.ears.disconnect(track)

    def coverage(self) -> dict[str, Any] | None:
        """For how much of its time pictures and sound could be judged; None: nothing came yet."""
        by_arrival = self.tracks.by_arrival(self.info.coverage or {})
        return combined(self.eyes.coverage, self.ears.coverage, by_arrival=by_arrival)

    @property
    def frames(self) -> FrameCounters:
        """What became of all frames, as far as faces are concerned."""
        return self.faces.counters

    async def take(
        self, track: Track, message: bytes, received_at: float, clock: SourceClock | None
    ) -> None:
        """One message of a media socket; only sound for which there is no room waits."""
        if track is Track.VIDEO:
            self.take_frame(message, received_at, clock)
        else:
            await self._take_sound(track, message, received_at, clock)

    def take_frame(self, message: bytes, received_at: float, clock: SourceClock | None) -> None:
        """One message of the video socket; never waits."""
        number = self.tracks.count_picture()
        try:
            at, jpeg = self.tracks.read(message, received_at, clock)
            header = read_header(jpeg, self._limits)
        except (InvalidFrameError, InvalidTimeError) as error:
            self.frames.received += 1
            self.faces.refuse(error.reason)
            return
        self._came(Track.VIDEO, at, received_at)
        self.eyes.arrived(at, received_at, header, by_source=clock is not None)
        self._looks.arrived(at)
        lanes = [lane for lane in self._lanes if lane.due(at)]
        if not lanes:
            return
        if self.info.state is not SessionState.RUNNING:
            for lane in lanes:
                lane.skip()
            return
        frame = header.frame(jpeg, at=at, received_at=received_at, number=number)
        for lane in lanes:
            lane.put(frame)

    async def _take_sound(
        self, track: Track, message: bytes, received_at: float, clock: SourceClock | None
    ) -> None:
        intake = self.ears.intakes[track]
        try:
            at, pcm = self.tracks.read(message, received_at, clock)
        except InvalidTimeError as error:
            intake.samples.invalid[error.reason] += 1
            return
        self._came(track, at, received_at)
        if self.info.state is not SessionState.RUNNING:
            intake.skip(pcm)
            return
        await self.ears.take(track, at, pcm, made=clock is not None)

    def _came(self, track: Track, at: float, received_at: float) -> None:
        self.tracks.came(track, at, received_at)
        self.publication.came(track, at)

    @property
    def _lanes(self) -> tuple[Lane[FaceLease] | Lane[ObjectLease], ...]:
        return (self.faces, self.objects) if self._inference.detects else (self.faces,)

    async def _look_at_faces(self, lease: FaceLease, frame: Frame) -> None:
        self.analysis = analysis = await self._looks.look(lease, frame)
        if analysis.face_count is not None:
            self.face_count = analysis.face_count
        self.latency = time.monotonic() - frame.received_at
        self._judge(analysis)
        if self.info.state is SessionState.RUNNING:
            self._show(analysis)

    async def _look_for_objects(self, lease: ObjectLease, frame: Frame) -> None:
        analysis = await lease.detect(frame)
        self.detections, self.object_stages = analysis.detections, analysis.stages
        self._judge(analysis)

    def _judge(self, analysis: FrameAnalysis) -> None:
        if self.info.state is not SessionState.RUNNING:
            return  # paused while the frame was under way
        seen = self.eyes.update(analysis, self.challenge.newest)
        signals = self.calibration.follow(analysis.at, seen)
        signals = self.challenge.follow(analysis, signals)
        self.eyes.cover(analysis.at, signals)
        if self.eyes.judges(AlertKind.VOICE_WITHOUT_LIPS):
            self.ears.see(analysis)
        alerts = self.engine.update(signals)
        self.raised.note(alerts, analysis.received_at)
        self._raise(alerts)

    def _judge_sound(self, signals: Sequence[Signal]) -> None:
        if self.info.state is SessionState.RUNNING:
            self._raise(self.engine.update(signals))

    async def _wait(self) -> None:
        while True:
            await asyncio.sleep(TICK_SECONDS)
            self.tick(time.monotonic())

    def tick(self, now: float) -> None:
        """A moment of the machine's monotonic clock, with pictures or without."""
        if self.info.state is not SessionState.RUNNING:
            return
        self.publication.wait(now)
        self.challenge.wait(now, self.tracks.now)
        self._raise(self.engine.update(self.ears.wait(now, self.tracks.own(Track.AUDIO, now))))
        if self._pictures_due:
            own = self.tracks.own(Track.VIDEO, now)
            self._raise(self.engine.update(self.eyes.wait(now, own)))

    def _raise(self, alerts: Sequence[Alert]) -> None:
        for alert in alerts:
            self._metrics.alert(alert.kind, alert.edge)
        self.outbox.add(alerts)
