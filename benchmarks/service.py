"""A service of one's own: for the demo, the measurements and the tests."""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx

from app.errors import ProctorError

REPOSITORY = Path(__file__).resolve().parent.parent
LOADING_SECONDS = 120.0
"""For the models, on a machine that does much else."""
STOPPING_SECONDS = 20.0
PR_SET_PDEATHSIG = 1


class ServiceError(ProctorError):
    """A service did not start, or cannot be used."""


@dataclass(frozen=True, slots=True)
class Service:
    """A service that runs."""

    url: str
    """Such as http://127.0.0.1:8000."""
    pid: int
    log: Path
    """What it says; gone once it has ended."""


def sockets_url(url: str) -> str:
    """Where the service at `url` has its sockets."""
    scheme, _, rest = url.rstrip("/").partition("://")
    return f"{'wss' if scheme == 'https' else 'ws'}://{rest}/ws/proctor"


def is_ready(url: str) -> bool | None:
    """Whether the service at `url` is able; None: nobody answers."""
    try:
        return httpx.get(f"{url.rstrip('/')}/readyz", timeout=5).is_success
    except (httpx.TransportError, httpx.InvalidURL):
        return None


def wait_until_ready(url: str, process: subprocess.Popen[bytes] | None = None) -> None:
    """Raises ServiceError after LOADING_SECONDS, or at once when the process has ended."""
    deadline = time.monotonic() + LOADING_SECONDS
    while not is_ready(url):
        if process is not None and process.poll() is not None:
            raise ServiceError(f"the service ended with exit code {process.returncode}")
        if time.monotonic() > deadline:
            raise ServiceError(f"{url}/readyz says for {LOADING_SECONDS:.0f} s: not ready")
        time.sleep(0.1)


def wait_for_objects(url: str) -> str:
    """Until a detector that is on its way serves; returns what /readyz says of it then."""
    deadline = time.monotonic() + LOADING_SECONDS
    while True:
        state: str = httpx.get(f"{url}/readyz", timeout=5).json()["objects"]
        if state not in ("loading", "converting", "fetching"):
            return state
        if time.monotonic() > deadline:
            raise ServiceError(f"the detector is {state} for {LOADING_SECONDS:.0f} s")
        time.sleep(0.1)


@contextmanager
def running_service(
    command: Sequence[str] = ("run.py", "serve"), **environment: str
) -> Iterator[Service]:
    """A service on loopback, with a database of its own that is thrown away.

    `command` is what Python runs; `environment` are settings, such as PROCTOR_FACE_EVERY="6";
    without PROCTOR_PORT the port is one that is free. Raises ServiceError.
    """
    with TemporaryDirectory(prefix="proctor-") as folder:
        port = int(environment.get("PROCTOR_PORT", 0)) or free_port()
        settings = {
            "PROCTOR_HOST": "127.0.0.1",
            "PROCTOR_PORT": str(port),
            "PROCTOR_DATABASE_URL": f"sqlite:///{folder}/proctor.db",
            "PROCTOR_FETCH": "never",
            "PROCTOR_API_KEY": "",  # whatever LIVEKIT_API_KEY says, it asks for no token
            "PROCTOR_API_SECRET": "",
        }
        service_log = Path(folder, "log")
        with service_log.open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, *command],
                cwd=REPOSITORY,
                env=os.environ | settings | environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C reaches who started it, who then ends it
                preexec_fn=_end_with_parent if sys.platform == "linux" else None,
            )
        try:
            url = f"http://127.0.0.1:{port}"
            try:
                wait_until_ready(url, process)
            except ServiceError as error:
                said = "".join(service_log.read_text(errors="replace").splitlines(True)[-20:])
                raise ServiceError(f"{error}\n{said}") from None
            yield Service(url, process.pid, service_log)
        finally:
            _end(process)


def _end_with_parent() -> None:
    """The kernel ends the service with whoever started it, if that is killed (prctl(2))."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(STOPPING_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def free_port() -> int:
    """Nobody listens there at present."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
