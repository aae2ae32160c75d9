"""A worker of `benchmarks.adapter_worker` in a process of its own, and what it is told."""

import json
import select
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psutil

from benchmarks.adapter_media import Media
from benchmarks.service import REPOSITORY, ServiceError

ANSWER_SECONDS = 60.0
"""It loads LiveKit and holds its frames before it hears its first word."""
MB = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Footprint:
    """What its process takes."""

    cpu_seconds: float
    """User's and system's time of all threads, since it began."""
    uss_mb: float
    """Memory that is nobody else's."""
    rss_mb: float


class AdapterProcess:
    """Ask it one thing after the other."""

    def __init__(self, process: subprocess.Popen[str], log: Path) -> None:
        self._process = process
        self._watched = psutil.Process(process.pid)
        self._log = log

    @property
    def pid(self) -> int:
        """Its process."""
        return self._process.pid

    @property
    def said(self) -> str:
        """All that it logged."""
        return self._log.read_text(errors="replace")

    def ask(self, word: str) -> list[dict[str, Any]]:
        """The state of each participant, after `word` was done.

        Raises ServiceError where it does not answer.
        """
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            print(word, file=self._process.stdin, flush=True)
        except BrokenPipeError:
            raise ServiceError(f"the worker is gone: {self.said[-2000:]}") from None
        ready, _, _ = select.select([self._process.stdout], [], [], ANSWER_SECONDS)
        if not ready or not (line := self._process.stdout.readline()):
            raise ServiceError(f"the worker does not answer {word!r}: {self.said[-2000:]}")
        state: list[dict[str, Any]] = json.loads(line)
        return state

    def footprint(self) -> Footprint:
        """As it is now."""
        times, memory = self._watched.cpu_times(), self._watched.memory_full_info()
        return Footprint(
            cpu_seconds=times.user + times.system,
            uss_mb=memory.uss / MB,
            rss_mb=memory.rss / MB,
        )


@contextmanager
def running_worker(
    media: Media,
    url: str,
    *,
    participants: int = 1,
    fps: float = 30.0,
    send_fps: float = 30.0,
    rules: dict[str, Any] | None = None,
) -> Iterator[AdapterProcess]:
    """It feeds its tracks from the beginning and watches them when it is told to."""
    with TemporaryDirectory(prefix="proctor-adapter-") as folder:
        media.save(Path(folder))
        command = ["-m", "benchmarks.adapter_worker", folder, "--url", url, "--fps", str(fps)]
        command += ["--participants", str(participants), "--send-fps", str(send_fps)]
        log = Path(folder, "log")
        with log.open("wb") as errors:
            process = subprocess.Popen(
                [sys.executable, *command, "--rules", json.dumps(rules or {})],
                cwd=REPOSITORY,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            )
        try:
            yield AdapterProcess(process, log)
        finally:
            process.communicate()  # the end of its input is its last word


def errors(said: str) -> list[str]:
    """Lines of a log that tell of a crash."""
    lines = said.splitlines()
    found = [n for n, line in enumerate(lines) if "Traceback" in line or " ERROR " in line]
    return ["\n".join(lines[n : n + 12]) for n in found]
