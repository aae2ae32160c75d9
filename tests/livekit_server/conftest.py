"""One service with tokens, one worker and one film for all tests; nothing without a server."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

import pytest

from benchmarks.service import sockets_url
from tests.client_adapter.worker import Worker, started_worker
from tests.livekit_server.film import write_film
from tests.livekit_server.server import KEY, SECRET
from tests.service import Service, running_service


@pytest.fixture(scope="package")
def film() -> Iterator[Path]:
    with TemporaryDirectory(prefix="proctor-film-") as folder:
        file = Path(folder, "candidate.mkv")
        write_film(file)
        yield file


@pytest.fixture(scope="package")
def service() -> Iterator[Service]:
    with running_service(PROCTOR_API_KEY=KEY, PROCTOR_API_SECRET=SECRET) as running:
        yield running


@pytest.fixture(scope="package")
def agent() -> str:
    """The name by which this run's worker is dispatched, and no other."""
    return f"procturing-test-{uuid4().hex[:8]}"


@pytest.fixture(scope="package")
def worker(service: Service, agent: str) -> Iterator[Worker]:
    environment = {
        "PROCTURING_AGENT_NAME": agent,
        "PROCTURING_API_URL": sockets_url(service.url),
        "PROCTURING_AGENT_ROOMS": "4",
    }
    with started_worker(**environment) as running:
        asyncio.run(running.until_up())
        asyncio.run(running.says("registered worker"))
        yield running
