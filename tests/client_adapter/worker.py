"""The worker as an integrator starts it, in a process of its own."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx

REPOSITORY = Path(__file__).resolve().parents[2]
COMMAND = ("-m", "livekit.agents", "start", "client_adapter/agent.py")
STARTING_SECONDS = 60.0
ENDING_SECONDS = 60.0


class Worker:
    """A worker that runs."""

    def __init__(self, process: subprocess.Popen[bytes], port: int, log: Path) -> None:
        self.pid = process.pid
        self._process = process
        self._url = f"http://127.0.0.1:{port}"
        self._log = log

    @property
    def said(self) -> str:
        """All of its messages up to now."""
        return self._log.read_text(errors="replace")

    async def get(self, path: str = "/") -> httpx.Response:
        """From its own small HTTP server."""
        async with httpx.AsyncClient() as client:
            return await client.get(f"{self._url}{path}", timeout=5)

    async def is_up(self) -> bool:
        """Whether it says that it is well."""
        try:
            return (await self.get()).text == "OK"
        except httpx.TransportError:
            return False

    async def until_up(self) -> None:
        """Raises TimeoutError, and AssertionError where it has ended."""
        async with asyncio.timeout(STARTING_SECONDS):
            while not await self.is_up():
                assert self._process.poll() is None, f"the worker ended:\n{self.said}"
                await asyncio.sleep(0.1)

    async def says(self, words: str) -> None:
        """Wait for this in its messages. Raises AssertionError."""
        try:
            async with asyncio.timeout(STARTING_SECONDS):
                while words not in self.said:
                    await asyncio.sleep(0.1)
        except TimeoutError:
            raise AssertionError(f"the worker never said {words!r}:\n{self.said}") from None

    async def active_jobs(self) -> int:
        """Rooms that it watches."""
        told: dict[str, Any] = (await self.get("/worker")).json()
        return int(told.get("active_jobs", 0))

    async def ended(self) -> int:
        """Its exit code, once it has ended. Raises TimeoutError."""
        async with asyncio.timeout(ENDING_SECONDS):
            while (code := self._process.poll()) is None:
                await asyncio.sleep(0.05)
        return code

    def asked_to_stop(self) -> None:
        """As systemd or Kubernetes do it."""
        self._process.send_signal(signal.SIGTERM)


@contextmanager
def started_worker(**environment: str) -> Iterator[Worker]:
    """A worker on a port of its own; it and its processes are gone afterwards."""
    with TemporaryDirectory(prefix="proctor-worker-") as folder:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port: int = probe.getsockname()[1]
        settings = {"PROCTURING_AGENT_PORT": str(port)}
        log = Path(folder, "log")
        with log.open("wb") as out:
            process = subprocess.Popen(
                [sys.executable, *COMMAND],
                cwd=REPOSITORY,
                env=os.environ | settings | environment,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                start_new_session=True,  # a group of its own: its job processes are in it
            )
        try:
            yield Worker(process, port, log)
        finally:
            _end(process)


@asynccontextmanager
async def running_worker(**environment: str) -> AsyncIterator[Worker]:
    """The same, once it is up."""
    with started_worker(**environment) as worker:
        await worker.until_up()
        yield worker


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
    process.wait()
