"""What it costs that somebody watches a session's looks: `uv run python -m benchmarks.watching`.

A real session looks at pictures of the generated clip; then its newest look is told over and over.
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from statistics import median

from app.api.analysis_views import analysis_message
from app.api.now_views import now_view
from app.api.schemas import encoded
from app.session.clock import STAMP_BYTES, SourceClock
from app.session.inference import LocalInference
from app.session.publisher import Eviction
from app.session.session import Session
from app.session.spectators import Spectators
from app.types import FrameAnalysis
from app.vision.stage_clock import Stage, StageClock
from benchmarks.accuracy.replay import Setting, quiet_session
from benchmarks.clip import ACTS, fitted
from benchmarks.portrait import Portrait, jpegs
from benchmarks.stages import machine

PICTURES_PER_SECOND = 10.0
PICTURES = 30
VIEWERS = 10
NAP = 0.001
"""Seconds between two looks whether the session has finished with a picture."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """Of one part of watching."""

    what: str
    microseconds: float
    """Median of a call."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Watching:
    """What was measured."""

    costs: Sequence[Cost]
    message_bytes: int
    """Of one message."""


async def measure(rounds: int) -> Watching:
    """Every part so many times."""
    inference = LocalInference(1)
    await inference.start()
    session = quiet_session("watched", Setting(rules={}), inference, [])
    session.start()
    try:
        analysis = await _look(session)
        message = analysis_message(session, analysis)
        clock = StageClock(lambda stage, seconds: None)
        clock.start()
        costs = [
            await _shown("a look, nobody watches", analysis, 0, rounds),
            await _shown(f"a look, {VIEWERS} watch: waking them", analysis, VIEWERS, rounds),
            _timed("a message, composed", lambda: analysis_message(session, analysis), rounds),
            _timed("  of it the numbers of now", lambda: now_view(session), rounds),
            _timed("a message, as text", lambda: encoded(message), rounds),
            _timed("a stage's lap", lambda: clock.lap(Stage.MESH), rounds),
        ]
        return Watching(costs=costs, message_bytes=len(encoded(message).encode()))
    finally:
        await session.close(Eviction.SHUTDOWN)
        await inference.close()


async def _look(session: Session) -> FrameAnalysis:
    """The newest of some looks."""
    clock, pictures = SourceClock(), Portrait().frames(ACTS, PICTURES_PER_SECOND)
    for number, jpeg in zip(
        range(PICTURES), jpegs(fitted(each, 640, 480) for each in pictures), strict=False
    ):
        stamp = round(number / PICTURES_PER_SECOND * 1e6).to_bytes(STAMP_BYTES, "big")
        session.take_frame(stamp + jpeg, time.monotonic(), clock)
        while session.faces.waiting or session.faces.in_work:
            await asyncio.sleep(NAP)
    assert session.analysis is not None
    assert session.analysis.faces, "the face was not found"
    return session.analysis


async def _shown(what: str, analysis: FrameAnalysis, viewers: int, rounds: int) -> Cost:
    spectators = Spectators()
    async with AsyncExitStack() as watching:
        for _ in range(viewers):
            await watching.enter_async_context(spectators.watch("watched"))
        return _timed(what, lambda: spectators.show("watched", analysis), rounds)


def _timed(what: str, run: Callable[[], object], rounds: int) -> Cost:
    times = []
    for _ in range(rounds):
        began = time.perf_counter()
        run()
        times.append(time.perf_counter() - began)
    return Cost(what=what, microseconds=1e6 * median(times))


if __name__ == "__main__":
    print(machine())
    watching = asyncio.run(measure(rounds=2000))
    for cost in watching.costs:
        print(f"{cost.what:40}{cost.microseconds:8.1f} us")
    print(f"{'a message':40}{watching.message_bytes:8} bytes")
