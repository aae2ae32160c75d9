"""What looking costs while pyannote listens: the delay of pictures with and without its process.

python -m benchmarks.beside_pyannote [--sessions N] [--seconds S] [--rounds N] [--pipeline FOLDER]

Rounds without and with it alternate. Its process has a window to look at all the time, which is
more than one session gives it. Without a folder it has random weights, which cost the same.
"""

import argparse
import asyncio
import subprocess
import sys
import threading
import wave
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console
from rich.table import Table

from app.session.pyannote import Pyannote
from benchmarks.load import Load, Plan, measure, written_clip
from benchmarks.service import REPOSITORY, ServiceError, running_service

WINDOW, HOP = 10, 5
"""Seconds."""
RATE = 16_000
BYTES_PER_SAMPLE = 2
SHARES = (0.50, 0.95, 0.99)


class Listening:
    """pyannote at work without a pause, on a thread with an event loop of its own."""

    def __init__(self, pipeline: Path) -> None:
        self.windows = 0
        """Looked at so far."""
        self._pipeline = pipeline
        self._ready = threading.Event()
        self._failed: str | None = None
        self._loop = asyncio.new_event_loop()
        self._done = asyncio.Event()
        self._thread = threading.Thread(target=self._loop.run_until_complete, args=(self._work(),))

    def start(self) -> None:
        """Return once it is at work. Raises ServiceError."""
        self._thread.start()
        self._ready.wait()
        if self._failed is not None:
            raise ServiceError(self._failed)

    def close(self) -> None:
        """End its process."""
        self._loop.call_soon_threadsafe(self._done.set)
        self._thread.join()
        self._loop.close()

    async def _work(self) -> None:
        pyannote = Pyannote(str(self._pipeline))
        pyannote.start()
        try:
            while pyannote.state == "loading":
                await asyncio.sleep(0.05)
            if pyannote.trouble is not None:
                self._failed = pyannote.trouble.why
                return
            asking = asyncio.gather(*(self._ask(pyannote, who) for who in ("one", "two")))
            self._ready.set()
            await self._done.wait()
            asking.cancel()
            await asyncio.gather(asking, return_exceptions=True)
        finally:
            self._ready.set()
            await pyannote.close()

    async def _ask(self, pyannote: Pyannote, who: str) -> None:
        windows = _windows()
        number = 0
        while True:
            pcm = windows[number % len(windows)]
            await pyannote.diarize(who, lambda pcm=pcm: pcm)  # type: ignore[misc]
            self.windows += 1
            number += 1


def _windows() -> list[bytes]:
    """Of the conversation that rides in pyannote's package."""
    spec = find_spec("pyannote")
    if spec is None or spec.submodule_search_locations is None:
        raise ServiceError("pyannote.audio is not installed (the extra `train`)")
    (folder,) = spec.submodule_search_locations
    with wave.open(str(Path(folder, "audio", "sample", "sample.wav"))) as sound:
        pcm = sound.readframes(sound.getnframes())
    whole = len(pcm) // (RATE * BYTES_PER_SAMPLE)
    step = RATE * BYTES_PER_SAMPLE
    return [pcm[n * step : (n + WINDOW) * step] for n in range(0, whole - WINDOW + 1, HOP)]


@contextmanager
def _pipeline(folder: Path | None) -> Iterator[Path]:
    if folder is not None:
        yield folder
        return
    with TemporaryDirectory(prefix="pyannote-") as made:
        folder = Path(made, "pipeline")
        command = [sys.executable, "-m", "benchmarks.random_pipeline", str(folder)]
        subprocess.run(command, cwd=REPOSITORY, check=True, capture_output=True)
        yield folder


def compare(sessions: int, plan: Plan, rounds: int, folder: Path | None) -> Table:
    """Raises ServiceError."""
    table = Table(title=f"{sessions} sessions, {plan.seconds:.0f} s a round", box=None)
    table.add_column("pyannote")
    for column in ("p50 ms", "p95 ms", "p99 ms", "looks", "full cadence", "others' CPU", "windows"):
        table.add_column(column, justify="right")
    with _pipeline(folder) as pipeline, written_clip(plan) as clip, running_service() as service:
        for _ in range(rounds):
            for beside in (False, True):
                chosen = pipeline if beside else None
                found, windows = _round(service.url, service.pid, clip, plan, sessions, chosen)
                table.add_row("at work" if beside else "away", *_row(found), str(windows))
    return table


def _round(
    url: str, pid: int, clip: Path, plan: Plan, sessions: int, pipeline: Path | None
) -> tuple[Load, int]:
    """And how many windows it looked at meanwhile, warming up included."""
    if pipeline is None:
        return measure(url, pid, clip, plan, sessions), 0
    listening = Listening(pipeline)
    listening.start()
    try:
        found = measure(url, pid, clip, plan, sessions)
        return found, listening.windows
    finally:
        listening.close()


def _row(load: Load) -> list[str]:
    delays = [load.analysis.quantile(share) for share in SHARES]
    return [
        *("–" if delay is None else f"{1000 * delay:.1f}" for delay in delays),
        str(load.frames["analysed"]),
        f"{load.rate / load.plan.cadence:.1%}",
        f"{load.others:.0%}",
    ]


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sessions", type=int, default=4)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--pipeline", type=Path)
    chosen = parser.parse_args()
    plan = Plan(seconds=chosen.seconds)
    Console(width=100).print(compare(chosen.sessions, plan, chosen.rounds, chosen.pipeline))


if __name__ == "__main__":
    main()
