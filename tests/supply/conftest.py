"""A supply that waits for nothing."""

import pytest

from app.supply import fetching, supply


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supply, "LOOKS", 0.01)
    monkeypatch.setattr(fetching, "FIRST_RETRY", 0.01)
