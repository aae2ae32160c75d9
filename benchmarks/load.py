"""How many sessions a service carries: many cameras, its own counters, and /proc."""

import json
import os
import secrets
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx

from app.session.cadence import Cadence
from benchmarks.counters import Frames, adds_up, flat, lives
from benchmarks.histogram import Histogram, histograms
from benchmarks.process import Usage, machine_ms, usage
from benchmarks.service import REPOSITORY, ServiceError, sockets_url

ANALYSIS, OBJECTS, EVENT = DELAYS = (
    "proctor_analysis_latency_seconds",
    "proctor_object_latency_seconds",
    "proctor_event_latency_seconds",
)
FACE_LOOKS, OBJECT_LOOKS = "frames", "object_frames"
"""Where a session tells what became of its frames, for each kind of look."""
KEPT_CADENCE = 0.99
SLOWEST = 0.100
"""Seconds: a service that keeps up analyses 99 frames of 100 within it."""
MOST_SESSIONS = 500
SETTLING_SECONDS = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What every camera sends, and for how long."""

    fps: float = 30.0
    warm_up: float = 5.0
    """Seconds before the measurement."""
    seconds: float = 20.0
    width: int = 640
    height: int = 480
    face_every: int = 3
    """The service's setting."""
    objects_every: int = 30
    """The service's setting."""

    @property
    def cadence(self) -> float:
        """Looks at faces per second of one session that loses none."""
        return self._per_second(self.face_every)

    @property
    def object_cadence(self) -> float:
        """Looks for objects per second of one session that loses none."""
        return self._per_second(self.objects_every)

    def _per_second(self, every: int) -> float:
        cadence, frames = Cadence(every), round(60 * self.fps)
        return sum(cadence.due(number / self.fps) for number in range(frames)) / 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What a service did with so many sessions."""

    sessions: int
    seconds: float
    plan: Plan
    frames: Frames
    """In the time measured, as far as faces are concerned."""
    object_frames: Frames
    """The same for objects; empty where there is no detector."""
    looks: tuple[int, ...]
    """At faces in that time, of each session, the fewest first."""
    totals: Frames
    """From the first frame to the last; counted when nothing was under way any more."""
    sent: int
    """Frames that the cameras sent from first to last."""
    skipped: int
    """Frames that they could not send in time."""
    shown: int
    """Messages that the viewers got."""
    analysis: Histogram
    """Seconds from a frame's last byte received to its analysis done."""
    objects: Histogram
    """The same for the looks for objects."""
    event: Histogram
    """Seconds from there to the event sent."""
    service: Usage | None
    """In the time measured; memory at its end. None: the service is not on this machine."""
    cameras: Usage
    machine_ms: float
    """Of CPU, by all processes of this machine together."""

    @property
    def others(self) -> float:
        """The share of this machine's CPU that went to what does not belong to the measurement."""
        ours = self.cameras.total_ms + (self.service.total_ms if self.service else 0.0)
        return max(0.0, (self.machine_ms - ours) / (1000 * self.seconds * (os.cpu_count() or 1)))

    @property
    def rate(self) -> float:
        """Analyses per second and session."""
        return self.frames["analysed"] / self.seconds / self.sessions

    @property
    def rates(self) -> tuple[float, float]:
        """Analyses per second of the session that got fewest, and of the one that got most."""
        return self.looks[0] / self.seconds, self.looks[-1] / self.seconds

    @property
    def object_rate(self) -> float:
        """Looks for objects per second and session; 0 where there is no detector."""
        return self.object_frames.get("analysed", 0) / self.seconds / self.sessions

    @property
    def keeps_up(self) -> bool:
        """At least 99 % of each full cadence, and 99 of 100 looks at faces within 100 ms."""
        slowest = self.analysis.quantile(0.99)
        in_time = slowest is not None and slowest < SLOWEST
        enough = self.rate >= KEPT_CADENCE * self.plan.cadence
        if self.object_frames:
            enough &= self.object_rate >= KEPT_CADENCE * self.plan.object_cadence
        return in_time and enough

    def per_session(self, milliseconds: float) -> float:
        """Of CPU: milliseconds per second of one session."""
        return milliseconds / self.seconds / self.sessions


def measure(url: str, pid: int | None, clip: Path, plan: Plan, sessions: int) -> Load:
    """Play the clip (`clip.write_clip`) into a service for a while. Raises ServiceError."""
    name = f"load-{secrets.token_hex(4)}"
    with httpx.Client(base_url=url, timeout=30) as api:
        try:
            with _cameras(url, name, sessions, plan.fps, clip) as cameras:
                time.sleep(plan.warm_up)
                before = _look(api, name, pid, cameras.pid)
                time.sleep(plan.seconds)
                after = _look(api, name, pid, cameras.pid)
                played = json.loads(cameras.communicate()[0])
            totals = _settled(api, name)
        finally:
            for number in range(sessions):
                api.delete(f"/v1/sessions/{name}-{number}")
    return Load(
        sessions=sessions,
        seconds=after.at - before.at,
        plan=plan,
        frames=_since(before.frames, after.frames),
        looks=tuple(sorted(n - before.looks[each] for each, n in after.looks.items())),
        object_frames=_since(before.object_frames, after.object_frames),
        totals=totals,
        **played,
        analysis=after.delays[ANALYSIS] - before.delays[ANALYSIS],
        objects=after.delays[OBJECTS] - before.delays[OBJECTS],
        event=after.delays[EVENT] - before.delays[EVENT],
        service=after.service - before.service if after.service and before.service else None,
        cameras=after.cameras - before.cameras,
        machine_ms=after.machine_ms - before.machine_ms,
    )


def largest(keeps_up: Callable[[int], bool], first: int) -> int:
    """The largest number of sessions with which a service keeps up; 0: not even one.

    A number fails when it has failed twice: a machine has other things to do now and then.
    """
    most, too_many, sessions = 0, MOST_SESSIONS + 1, first
    while most + 1 < too_many:
        if keeps_up(sessions) or keeps_up(sessions):
            most = sessions
        else:
            too_many = sessions
        unbounded = too_many > MOST_SESSIONS
        sessions = min(2 * most, MOST_SESSIONS) if unbounded else (most + too_many) // 2
    return most


@contextmanager
def written_clip(plan: Plan) -> Iterator[Path]:
    """A folder with the clip's JPEGs, for as long as it is needed."""
    # Not before it is needed: importing the portrait's models takes 2 s.
    from app.vision.mediapipe_core import native_log_muted
    from benchmarks.clip import write_clip

    with TemporaryDirectory(prefix="proctor-clip-") as folder:
        with native_log_muted():
            write_clip(Path(folder), fps=plan.fps, width=plan.width, height=plan.height)
        yield Path(folder)


@dataclass(frozen=True, slots=True)
class _Look:
    at: float
    frames: Frames
    looks: dict[str, int]
    object_frames: Frames
    delays: dict[str, Histogram]
    service: Usage | None
    cameras: Usage
    machine_ms: float


def _look(api: httpx.Client, name: str, pid: int | None, cameras: int) -> _Look:
    delays = histograms(api.get("/metrics").text, DELAYS)
    told, at = lives(api, f"{name}-"), time.monotonic()
    live = told.values()
    service = None if pid is None else usage(pid)
    return _Look(
        at=at,
        frames=_frames(live, FACE_LOOKS),
        looks={each: session[FACE_LOOKS]["analysed"] for each, session in told.items()},
        object_frames=_frames(live, OBJECT_LOOKS),
        delays=delays,
        service=service,
        cameras=usage(cameras),
        machine_ms=machine_ms(),
    )


@contextmanager
def _cameras(
    url: str, name: str, sessions: int, fps: float, clip: Path
) -> Iterator[subprocess.Popen[str]]:
    arguments = {"url": sockets_url(url), "name": name, "sessions": sessions, "fps": fps}
    command = [sys.executable, "-m", "benchmarks.cameras", f"--clip={clip}"]
    process = subprocess.Popen(
        [*command, *(f"--{key}={value}" for key, value in arguments.items())],
        cwd=REPOSITORY,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        if process.stdout.readline() != "ready\n":
            raise ServiceError(f"{sessions} cameras could not be connected to {url}")
        yield process
    finally:
        process.kill()
        process.wait()


def _frames(live: Iterable[dict[str, Any]], looks: str) -> Frames:
    """Of all sessions together; empty where nothing was received."""
    frames: Counter[str] = Counter()
    for told in live:
        frames.update(flat(told[looks]))
    return dict(frames) if frames["received"] else {}


def _since(before: Frames, after: Frames) -> Frames:
    return {key: after[key] - before.get(key, 0) for key in after}


def _settled(api: httpx.Client, name: str) -> Frames:
    """Once the last frame's analysis is done; as they are, if that never happens."""
    deadline = time.monotonic() + SETTLING_SECONDS
    while True:
        frames = _frames(lives(api, f"{name}-").values(), FACE_LOOKS)
        if adds_up(frames) or time.monotonic() > deadline:
            return frames
        time.sleep(0.1)
