"""A service under way for long: does memory grow, does it slow down, is anybody lost?"""

import asyncio
import re
import secrets
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import uvloop

from benchmarks.cameras import masked
from benchmarks.crowd import Crowd
from benchmarks.histogram import Histogram, histograms
from benchmarks.load import ANALYSIS, written_clip
from benchmarks.load import Plan as Clip
from benchmarks.process import local_pid, threads_and_files, usage
from benchmarks.service import ServiceError, running_service, wait_for_objects, wait_until_ready

SHARE_THAT_COMES_AND_GOES = 3
"""One session of so many."""
VIEWERS = 3
"""Who look in here and there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Who comes, and for how long."""

    minutes: float = 20.0
    sessions: int = 12
    """At once."""
    fps: float = 30.0
    every: float = 10.0
    """Seconds between two samples."""
    seed: int = 1

    @property
    def passing(self) -> int:
        """How many of the sessions come and go."""
        return max(1, self.sessions // SHARE_THAT_COMES_AND_GOES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One look at the service."""

    at: float
    """Seconds since the beginning."""
    pss_mb: float
    rss_mb: float
    threads: int
    files: int
    """Open ones, sockets too."""
    analysed: int
    """Since the last sample."""
    p50: float | None
    """Seconds from a frame's last byte to its analysis, since the last sample; None: none came."""
    p99: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Soaked:
    """What was seen."""

    plan: Plan
    samples: tuple[Sample, ...]
    counts: Counter[str]
    """Sessions and viewers who came and went, alerts told to them."""
    sent: int
    """Frames of the sessions that stayed."""
    skipped: int
    """Frames that their cameras could not send in time."""
    faults: tuple[str, ...]


def soak(
    plan: Plan, url: str | None = None, progress: Callable[[str], None] = lambda line: None
) -> Soaked:
    """Run it. Raises ServiceError."""
    progress("preparing the clip …")
    with written_clip(Clip(fps=plan.fps)) as clip, _service(url) as (address, pid, log):
        messages = [masked(file.read_bytes()) for file in sorted(clip.glob("*.jpg"))]
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            return runner.run(_soak(plan, address, pid, log, messages, progress))


@contextmanager
def _service(url: str | None) -> Iterator[tuple[str, int, Path | None]]:
    if url is None:
        with running_service() as service:
            wait_for_objects(service.url)
            yield service.url, service.pid, service.log
        return
    wait_until_ready(url)
    pid = local_pid(url)
    if pid is None:
        raise ServiceError(f"{url} is not on this machine: its memory cannot be measured")
    yield url, pid, None


async def _soak(
    plan: Plan,
    url: str,
    pid: int,
    log: Path | None,
    messages: list[bytes],
    progress: Callable[[str], None],
) -> Soaked:
    name = f"soak-{secrets.token_hex(4)}"
    crowd = Crowd(url, messages, plan.fps, plan.seed)
    guests = [await crowd.arrive(f"{name}-{n}") for n in range(plan.sessions - plan.passing)]
    for guest in guests:
        crowd.watch(guest)
    moving = [
        asyncio.create_task(crowd.come_and_go(f"{name}-passing-{n}")) for n in range(plan.passing)
    ]
    moving += [asyncio.create_task(crowd.look_in(guests)) for _ in range(VIEWERS)]
    try:
        samples = await _samples(plan, url, pid, progress)
    finally:
        for task in moving:
            task.cancel()
        ends = await asyncio.gather(*moving, return_exceptions=True)
    crowd.faults += [f"somebody was refused: {end!r}" for end in ends if isinstance(end, Exception)]
    for guest in guests:
        await crowd.leave(guest)
    await crowd.close()
    await _erase(url, name)
    if log is not None and (wrong := re.search("Traceback| ERROR ", said := log.read_text())):
        crowd.faults.append(f"the service logged: {said[wrong.start() :][:500]}")
    return Soaked(
        plan=plan,
        samples=tuple(samples),
        counts=crowd.counts,
        sent=sum(guest.camera.sent for guest in guests),
        skipped=sum(guest.camera.skipped for guest in guests),
        faults=tuple(crowd.faults),
    )


async def _samples(plan: Plan, url: str, pid: int, progress: Callable[[str], None]) -> list[Sample]:
    loop = asyncio.get_running_loop()
    began, samples = loop.time(), list[Sample]()
    async with httpx.AsyncClient(base_url=url, timeout=60, trust_env=False) as api:
        before = await _delays(api)
        while (at := plan.every * (len(samples) + 1)) <= plan.minutes * 60 + 1e-6:
            await asyncio.sleep(began + at - loop.time())
            delays = await _delays(api)
            samples.append(
                await asyncio.to_thread(_look, pid, loop.time() - began, delays - before)
            )
            before = delays
            progress(_line(samples[-1]))
    return samples


async def _delays(api: httpx.AsyncClient) -> Histogram:
    return histograms((await api.get("/metrics")).text, (ANALYSIS,))[ANALYSIS]


def _look(pid: int, at: float, delays: Histogram) -> Sample:
    memory, (threads, files) = usage(pid), threads_and_files(pid)
    return Sample(
        at=at,
        pss_mb=memory.pss_mb,
        rss_mb=memory.rss_mb,
        threads=threads,
        files=files,
        analysed=delays.count,
        p50=delays.quantile(0.5),
        p99=delays.quantile(0.99),
    )


def _line(sample: Sample) -> str:
    return (
        f"{sample.at / 60:5.1f} min: PSS {sample.pss_mb:.1f}, RSS {sample.rss_mb:.1f} MB, "
        f"p50 {milliseconds(sample.p50)} ms, p99 {milliseconds(sample.p99)} ms, "
        f"{sample.threads} threads, {sample.files} files"
    )


def milliseconds(seconds: float | None) -> str:
    """For people."""
    return "-" if seconds is None else f"{seconds * 1000:.1f}"


async def _erase(url: str, name: str) -> None:
    """Those who were coming or going at the end too."""
    async with httpx.AsyncClient(base_url=url, timeout=60, trust_env=False) as api:
        for state in ("running", "paused", "stopped"):
            query: dict[str, str | int] = {"state": state, "limit": 500}
            listed = (await api.get("/v1/sessions", params=query)).json()["sessions"]
            for session in listed:
                if session["id"].startswith(name):
                    await api.delete(f"/v1/sessions/{session['id']}")
