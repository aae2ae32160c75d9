"""One service for all; each test has sessions of its own."""

import re
from collections.abc import Iterator

import pytest

from benchmarks.service import Service, running_service
from tests.api.client import Client
from tests.api.tokens import GUARDED


@pytest.fixture(scope="session")
def service() -> Iterator[Service]:
    # Nothing is stale: what a picture shows must not depend on how busy the machine is.
    with running_service(PROCTOR_STALE_AFTER="60") as running:
        yield running


@pytest.fixture(scope="module")
def client(service: Service) -> Iterator[Client]:
    """What a module did may have been refused, but nothing went wrong."""
    with Client(service) as client:
        yield client
    assert not re.search("Traceback| ERROR ", service.log.read_text())


@pytest.fixture(scope="session")
def guarded() -> Iterator[Service]:
    """Asks for tokens, and never says one, however much it logs."""
    with running_service(**GUARDED, PROCTOR_STALE_AFTER="60", PROCTOR_LOG_LEVEL="DEBUG") as running:
        yield running
        said = running.log.read_text()
        assert "Traceback" not in said
        assert "eyJ" not in said  # how every token begins
        assert said.count("uv run run.py token") == 1
