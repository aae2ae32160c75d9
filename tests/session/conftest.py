"""A database and a film for the service's own camera."""

from pathlib import Path

import pytest

from tests.films import film, greys


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/proctor.db"


@pytest.fixture(scope="module")
def short(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Half a second."""
    return film(tmp_path_factory.mktemp("films") / "short.avi", greys(10), fps=20.0)
