"""What the adapter costs in a worker: CPU and memory of a process that does nothing else."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from benchmarks.adapter_media import candidate
from benchmarks.adapter_process import AdapterProcess, Footprint, errors, running_worker
from benchmarks.service import running_service, sockets_url
from benchmarks.trend import Trend, trend

LIMIT = 12.0
"""Percent of one core, for one participant."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is measured."""

    minutes: float = 2.0
    """Of the adapter at work."""
    alone: float = 30.0
    """Seconds of the tracks without it, twice."""
    warm_up: float = 5.0
    """Seconds that are not counted, after each change."""
    every: float = 5.0
    """Seconds between two samples."""
    participants: int = 1
    width: int = 1280
    height: int = 720
    fps: float = 30.0
    """Of the cameras."""
    send_fps: float = 30.0
    """What the adapter is asked to send."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One look at the worker."""

    at: float
    """Seconds since the adapter was warm."""
    percent: float
    """Of one core, since the last sample, for one participant; the feeding too."""
    uss_mb: float
    rss_mb: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """Of all participants, while the adapter was measured."""

    fed: int
    """Pictures that the cameras took."""
    pictures: int
    """That the service has read."""
    superseded: int
    failed: int
    spoken: float
    """Seconds."""
    sound_seconds: float
    """That the service has read."""
    lost_seconds: float
    alerts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AdapterLoad:
    """What was found. CPU is in percent of one core, for one participant."""

    plan: Plan
    feeding: float
    """Of the tracks' sources alone, which a real worker does not have."""
    streams: float
    """Of feeding, and of LiveKit's streams as the adapter has them, whose frames nobody used."""
    whole: float
    """Of feeding, and of the adapter."""
    before: Footprint
    """Before the adapter was started."""
    samples: tuple[Sample, ...]
    totals: Totals
    faults: tuple[str, ...]

    @property
    def adapter(self) -> float:
        """Alone: without the feeding, with LiveKit's streams."""
        return self.whole - self.feeding

    @property
    def livekit(self) -> float:
        """What LiveKit takes of that."""
        return self.streams - self.feeding


def measure(plan: Plan, progress: Callable[[str], None] = lambda line: None) -> AdapterLoad:
    """Feed, feed and drain, feed and watch. Raises ServiceError."""
    progress(f"preparing the camera: {plan.width}x{plan.height}, I420 …")
    media = candidate(plan.width, plan.height)
    with (
        running_service(PROCTOR_OBJECTS="off") as service,
        running_worker(
            media,
            sockets_url(service.url),
            participants=plan.participants,
            fps=plan.fps,
            send_fps=plan.send_fps,
        ) as worker,
    ):
        del media
        worker.ask("status")
        progress(f"the tracks alone: {plan.warm_up + plan.alone:.0f} s …")
        feeding = _alone(worker, plan)
        progress(f"  {feeding:.2f} %; with LiveKit's streams: {plan.warm_up + plan.alone:.0f} s …")
        worker.ask("drain")
        streams = _alone(worker, plan)
        progress(f"  {streams:.2f} %; with the adapter: {plan.warm_up + plan.minutes * 60:.0f} s …")
        worker.ask("rest")
        before = worker.footprint()
        worker.ask("watch")
        time.sleep(plan.warm_up)
        first, began = _totals(worker), worker.footprint()
        samples, took = _samples(worker, plan, progress)
        last, ended = _totals(worker), worker.footprint()
        worker.ask("stop")
        heard = {"worker": worker.said, "service": service.log.read_text(errors="replace")}
        faults = [
            f"the {who} logged: {each}" for who, said in heard.items() for each in errors(said)
        ]
    return AdapterLoad(
        plan=plan,
        feeding=feeding,
        streams=streams,
        whole=_percent(began, ended, took, plan.participants),
        before=before,
        samples=tuple(samples),
        totals=_since(last, first),
        faults=(*faults, *_broken(last)),
    )


def memory_trend(load: AdapterLoad) -> Trend | None:
    """MB per hour over the second half: the first fills pools. None: too few samples.

    Of RSS: USS grows when another process that maps the same libraries ends.
    """
    half = load.samples[len(load.samples) // 2 :]
    if len(half) < 3:
        return None
    return trend([sample.at / 3600 for sample in half], [sample.rss_mb for sample in half])


def _alone(worker: AdapterProcess, plan: Plan) -> float:
    time.sleep(plan.warm_up)
    began, before = time.monotonic(), worker.footprint()
    time.sleep(plan.alone)
    after, took = worker.footprint(), time.monotonic() - began
    worker.ask("status")  # that it still does what it was told
    return _percent(before, after, took, plan.participants)


def _percent(before: Footprint, after: Footprint, seconds: float, participants: int) -> float:
    return 100 * (after.cpu_seconds - before.cpu_seconds) / seconds / participants


def _samples(
    worker: AdapterProcess, plan: Plan, progress: Callable[[str], None]
) -> tuple[list[Sample], float]:
    began, samples = time.monotonic(), list[Sample]()
    at, before = began, worker.footprint()
    while plan.every * (len(samples) + 1) <= plan.minutes * 60 + 1e-6:
        time.sleep(max(0.0, began + plan.every * (len(samples) + 1) - time.monotonic()))
        now, after = time.monotonic(), worker.footprint()
        percent = _percent(before, after, now - at, plan.participants)
        samples.append(
            Sample(at=now - began, percent=percent, uss_mb=after.uss_mb, rss_mb=after.rss_mb)
        )
        at, before = now, after
        if len(samples) % 6 == 0:
            progress(
                f"{(now - began) / 60:5.1f} min: {percent:.1f} % with the feeding, "
                f"USS {after.uss_mb:.1f}, RSS {after.rss_mb:.1f} MB"
            )
    return samples, time.monotonic() - began


def _totals(worker: AdapterProcess) -> Totals:
    states = worker.ask("status")
    sent = [state["sent"] for state in states]
    return Totals(
        fed=sum(state["fed_pictures"] for state in states),
        pictures=sum(each["pictures"] for each in sent),
        superseded=sum(each["superseded"] for each in sent),
        failed=sum(each["failed"] for each in sent),
        spoken=sum(state["fed_seconds"] for state in states),
        sound_seconds=sum(each["sound_seconds"] for each in sent),
        lost_seconds=sum(each["lost_seconds"] for each in sent),
        alerts=sum(len(state["events"]) for state in states),
    )


def _since(last: Totals, first: Totals) -> Totals:
    return Totals(
        fed=last.fed - first.fed,
        pictures=last.pictures - first.pictures,
        superseded=last.superseded - first.superseded,
        failed=last.failed - first.failed,
        spoken=last.spoken - first.spoken,
        sound_seconds=last.sound_seconds - first.sound_seconds,
        lost_seconds=last.lost_seconds - first.lost_seconds,
        alerts=last.alerts + first.alerts,
    )


def _broken(totals: Totals) -> list[str]:
    """Nothing is in the way, so that nothing may be lost."""
    found = []
    if totals.failed:
        found.append(f"{totals.failed} pictures failed")
    if totals.lost_seconds:
        found.append(f"{totals.lost_seconds:.1f} s of sound were lost")
    if not totals.pictures or not totals.sound_seconds:
        found.append("the service got no pictures or no sound")
    return found
