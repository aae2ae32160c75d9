"""Opening a database, and what happens when it cannot be used."""

import asyncio
import os
import shutil
import sqlite3
import tempfile
import traceback
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.errors import StorageError
from app.storage import pools
from app.storage.database import Database
from tests.storage.builders import Store, alert, in_loop, opened, session


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("postgresql://u:p%40s/w#rd@db.example:6000/x", "PostgreSQL at db.example:6000"),
        ("postgres://db.example/x?sslmode=require", "PostgreSQL at db.example:5432"),
        ("postgresql:///x", "PostgreSQL at the local socket"),
        ("sqlite:////dev/shm/proctor.db", "/dev/shm/proctor.db"),
        ("sqlite:///:memory:", "the database in memory"),
    ],
)
def test_a_database_has_a_name_without_a_password(url: str, name: str) -> None:
    assert pools.make_pools(url).name == name


@pytest.mark.parametrize(
    ("url", "complaint"),
    [
        ("sqlite://", "names no file"),
        ("sqlite:///", "names no file"),
        ("mysql://u:s3cret@host/x", "must begin with"),
        ("proctor.db", "cannot be read"),
        ("postgresql://u:s3cret@host:s3cret/x", "cannot be read"),
        ("postgresql://u:s3cret@127.0.0.1:1/x", r"PostgreSQL at 127\.0\.0\.1:1 cannot be used: "),
        ("postgresql://u:s3cret@127.0.0.1:1/x?sslmode=s3", "sslmode"),
        ("sqlite:////proc/nothing/proctor.db", "the folder of /proc/nothing/proctor.db"),
        ("sqlite:////proc/proctor.db", "/proc/proctor.db cannot be used: unable to open"),
    ],
)
@in_loop
async def test_what_cannot_be_opened_is_told_without_the_password(url: str, complaint: str) -> None:
    with pytest.raises(StorageError, match=complaint) as caught:
        await Database.open(url)
    assert "s3cret" not in "".join(traceback.format_exception(caught.value))


@in_loop
async def test_a_file_that_is_no_database_is_refused(sqlite_url: str, tmp_path: Path) -> None:
    (tmp_path / "proctor.db").write_bytes(b"not a database at all " * 100)
    with pytest.raises(StorageError, match=r"proctor\.db cannot be used: file is not a database"):
        await Database.open(sqlite_url)


@pytest.fixture
def folder_of_nobody() -> Iterator[Path]:
    """A folder whose files the test cannot write: root becomes nobody where it would matter."""
    folder = Path(tempfile.mkdtemp(dir="/tmp"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
@in_loop
async def test_a_database_that_cannot_be_written_is_refused(folder_of_nobody: Path) -> None:
    url = f"sqlite:///{folder_of_nobody}/proctor.db"
    async with opened(url) as store:
        await store.sessions.create(session())
    os.seteuid(65534)
    try:
        with pytest.raises(StorageError, match=r"proctor\.db cannot be used: .*readonly database"):
            await Database.open(url)
    finally:
        os.seteuid(0)


@in_loop
async def test_a_read_only_postgresql_is_refused(postgres_url: str) -> None:
    await (await Database.open(postgres_url)).close()
    with pytest.raises(StorageError, match="read-only transaction"):
        await Database.open(f"{postgres_url}&default_transaction_read_only=on")


@in_loop
async def test_a_relative_path_is_relative_to_the_current_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with opened("sqlite:///new/folder/proctor.db") as store:
        monkeypatch.chdir("/")
        await store.sessions.create(session())
        assert await store.sessions.get("s") == session()
    assert (tmp_path / "new/folder/proctor.db").is_file()


@in_loop
async def test_every_sqlite_connection_is_durable(sqlite_url: str) -> None:
    async def pragmas(session: AsyncSession) -> list[object]:
        names = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout", "secure_delete")
        return [await session.scalar(text(f"PRAGMA {name}")) for name in names]

    async with opened(sqlite_url) as store:
        expected = ["wal", 2, 1, 5000, 1]
        assert await store.database.write(pragmas) == expected
        assert (
            await asyncio.gather(*(store.database.read(pragmas) for _ in range(6)))
            == [expected] * 6
        )


@in_loop
async def test_readers_do_not_wait_for_the_writer(sqlite_url: str) -> None:
    async with opened(sqlite_url) as store:
        await store.sessions.create(session())

        async def read_meanwhile(session: AsyncSession) -> int:
            return len(await store.log.after("s", 0))

        assert await store.database.write(read_meanwhile) == 0


@in_loop
async def test_a_database_in_memory_serves_many_at_once() -> None:
    async with opened("sqlite:///:memory:") as store:
        await store.sessions.create(session())
        work = [store.log.append("s", [alert()]) for _ in range(9)]
        await asyncio.gather(*work, *(store.sessions.list(9) for _ in range(9)))
        assert len(await store.log.after("s", 0)) == 9


async def append_and_cancel(store: Store) -> None:
    """Twelve appends, each cancelled a little later than the one before."""
    await store.sessions.create(session())
    for turns in range(12):
        task = asyncio.create_task(store.log.append("s", [alert()]))
        for _ in range(turns + 2):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        assert task.cancelled()


@in_loop
async def test_a_cancelled_append_is_finished_all_the_same(url: str) -> None:
    async with opened(url) as store:
        await append_and_cancel(store)
    async with opened(url) as store:
        assert [r.seq for r in await store.log.after("s", 0)] == list(range(1, 13))


@in_loop
async def test_a_cancelled_append_does_not_lose_the_database_in_memory() -> None:
    async with opened("sqlite:///:memory:") as store:
        await append_and_cancel(store)
        assert [r.seq for r in await store.log.after("s", 0)] == list(range(1, 13))


@in_loop
async def test_closing_waits_for_what_runs_and_refuses_what_comes(url: str) -> None:
    async with opened(url) as store:
        await store.sessions.create(session())
        running = asyncio.create_task(store.log.append("s", [alert()]))
        await asyncio.sleep(0)
        await store.database.close()
        assert len(await running) == 1
        with pytest.raises(StorageError, match="is closed"):
            await store.log.append("s", [alert()])


@in_loop
async def test_a_database_answers_until_it_is_closed(url: str) -> None:
    async with opened(url) as store:
        assert await store.database.answers()
        assert not await store.database.answers(0.0)
        await store.database.close()
        assert not await store.database.answers()


@pytest.mark.parametrize("held_for", [0.1, None])
@in_loop
async def test_another_process_that_writes_is_waited_for_but_not_for_ever(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, held_for: float | None
) -> None:
    impatient = ("busy_timeout = 10", *pools.SQLITE_PRAGMAS[1:])
    monkeypatch.setattr(pools, "SQLITE_PRAGMAS", impatient)
    async with opened(sqlite_url) as store:
        await store.sessions.create(session())
        other = sqlite3.connect(tmp_path / "proctor.db", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        append = asyncio.create_task(store.log.append("s", [alert()]))
        if held_for is None:
            with pytest.raises(StorageError, match="database is locked"):
                await append
            other.execute("COMMIT")
        else:
            await asyncio.sleep(held_for)
            other.execute("COMMIT")
            assert [r.seq for r in await append] == [1]
        other.close()


@in_loop
async def test_a_full_disk_loses_no_number(sqlite_url: str) -> None:
    async def limit(session: AsyncSession, pages: int) -> None:
        await session.execute(text(f"PRAGMA max_page_count = {pages}"))

    big = alert(evidence={"reason": "x" * 100_000})
    async with opened(sqlite_url) as store:
        await store.sessions.create(session())
        await store.database.write(lambda session: limit(session, 20))
        with pytest.raises(StorageError, match="disk is full"):
            await store.log.append("s", [big])
        await store.database.write(lambda session: limit(session, 10_000))
        assert [r.seq for r in await store.log.append("s", [big])] == [1]


@in_loop
async def test_an_erased_session_is_not_in_the_closed_file(sqlite_url: str, tmp_path: Path) -> None:
    async with opened(sqlite_url) as store:
        await store.sessions.create(session())
        await store.log.append("s", [alert(evidence={"reason": "unmistakable"})])
    assert b"unmistakable" in (tmp_path / "proctor.db").read_bytes()
    async with opened(sqlite_url) as store:
        await store.sessions.erase("s")
    assert [file.name for file in tmp_path.iterdir()] == ["proctor.db"]
    assert b"unmistakable" not in (tmp_path / "proctor.db").read_bytes()


@in_loop
async def test_postgresql_may_end_our_connections(postgres_url: str) -> None:
    async with opened(postgres_url) as store, opened(postgres_url) as other:
        await store.sessions.create(session())
        pid = await store.database.read(lambda s: s.scalar(text("SELECT pg_backend_pid()")))
        await other.database.read(lambda s: s.scalar(text(f"SELECT pg_terminate_backend({pid})")))
        assert [r.seq for r in await store.log.append("s", [alert()])] == [1]
