"""Each test has a database of its own, once SQLite and once PostgreSQL."""

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from app.storage.pools import make_pools

POSTGRES_URL = "TEST_POSTGRES_URL"


async def _execute(url: str, statement: str) -> None:
    engine = make_pools(url).writer.engine
    async with engine.begin() as connection:
        await connection.exec_driver_sql(statement)
    await engine.dispose()


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/proctor.db"


@pytest.fixture
def postgres_url() -> Iterator[str]:
    """With a fresh schema, which the URL makes the default one."""
    url = os.environ.get(POSTGRES_URL)
    if not url:
        pytest.skip(f"{POSTGRES_URL} names no PostgreSQL to test with")
    schema = f"test_{uuid4().hex}"
    asyncio.run(_execute(url, f"CREATE SCHEMA {schema}"))
    yield f"{url}{'&' if '?' in url else '?'}search_path={schema}"
    asyncio.run(_execute(url, f"DROP SCHEMA {schema} CASCADE"))


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest) -> str:
    given: str = request.getfixturevalue(f"{request.param}_url")
    return given
