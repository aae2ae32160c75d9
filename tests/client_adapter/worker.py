"""The worker as an integrator starts it, in a process of its own."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

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

    async def ended(self) -> int:
        """Its exit code, once it has ended. Raises TimeoutError."""
        async with asyncio.timeout(ENDING_SECONDS):
            while (code := self._process.poll()) is None:
                await asyncio.sleep(0.05)
        return code

    def asked_to_stop(self) -> None:
        """As systemd or Kubernetes do it."""
        self._process.send_signal(signal.SIGTERM)


@asynccontextmanager
async def running_worker(**environment: str) -> AsyncIterator[Worker]:
    """A worker on a port of its own; it and its processes are gone afterwards."""
    with TemporaryDirectory(prefix="proctor-worker-") as folder, socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        probe.close()
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
            worker = Worker(process, port, log)
            await worker.until_up()
            yield worker
        finally:
            _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
    process.wait()
