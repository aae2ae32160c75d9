"""The tables that migrations make."""

import asyncio
import shutil
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, inspect, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.errors import StorageError
from app.storage import migrate
from app.storage.database import Database
from app.storage.tables import Base
from tests.storage.builders import alert, in_loop, opened, session


def differences(connection: Connection) -> list[object]:
    context = MigrationContext.configure(connection, opts={"compare_server_default": True})
    return list(compare_metadata(context, Base.metadata))


def tables(connection: Connection) -> set[str]:
    return set(inspect(connection).get_table_names())


async def differences_of(session: AsyncSession) -> list[object]:
    return await (await session.connection()).run_sync(differences)


@in_loop
async def test_migrated_tables_are_those_of_the_code(url: str) -> None:
    async with opened(url) as store:
        assert await store.database.write(differences_of) == []


@in_loop
async def test_there_and_back_again(url: str) -> None:
    migrations = await asyncio.to_thread(migrate.load_migrations)

    async def back_and_there(session: AsyncSession) -> None:
        connection = await session.connection()
        await connection.run_sync(migrate.downgrade, migrations, "base")
        assert await connection.run_sync(tables) == {"alembic_version"}
        await connection.run_sync(migrate.upgrade, migrations)
        assert await connection.run_sync(differences) == []

    async with opened(url) as store:
        await store.sessions.create(session())
        await store.database.write(back_and_there)
        assert await store.sessions.get("s") is None
        await store.sessions.create(session())
        assert [r.seq for r in await store.log.append("s", [alert()])] == [1]


@in_loop
async def test_a_database_of_the_first_revision_is_brought_up_with_what_it_holds(url: str) -> None:
    migrations = await asyncio.to_thread(migrate.load_migrations)
    added = {"calibration", "coverage", "transcription", "room", "participant"}

    def columns(connection: Connection) -> set[str]:
        return {column["name"] for column in inspect(connection).get_columns("sessions")}

    async def back(session: AsyncSession) -> None:
        connection = await session.connection()
        await connection.run_sync(migrate.downgrade, migrations, "0001")
        assert not await connection.run_sync(columns) & added
        await session.execute(
            text(
                "INSERT INTO sessions (id, purpose, state, mirrored, rules, created_at, last_seq)"
                " VALUES ('s', 'exam', 'running', false, '{}', 1700000000.25, 1)"
            )
        )

    async with opened(url) as store:
        await store.database.write(back)
    async with opened(url) as store:
        assert await store.database.write(differences_of) == []
        assert await store.sessions.get("s") == session(last_seq=1)
        await store.sessions.save_calibration("s", {"left": 12.5})
        found = await store.sessions.get("s")
        assert found == session(last_seq=1, calibration={"left": 12.5})
        assert [r.seq for r in await store.log.append("s", [alert()])] == [2]


@in_loop
async def test_opening_again_changes_nothing(url: str) -> None:
    async with opened(url) as store:
        await store.sessions.create(session())
    async with opened(url) as store:
        assert await store.sessions.get("s") == session()


@in_loop
async def test_many_may_open_a_new_database_at_once(url: str) -> None:
    databases = await asyncio.gather(*(Database.open(url) for _ in range(6)))
    for database in databases:
        await database.close()
    async with opened(url) as store:
        await store.sessions.create(session())


@in_loop
async def test_a_newer_database_is_refused_and_left_alone(url: str) -> None:
    async with opened(url) as store:
        await store.database.write(
            lambda session: session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        )
        with pytest.raises(StorageError, match="cannot be used: its tables are of revision 9999"):
            await Database.open(url)
        await store.sessions.create(session())


@in_loop
async def test_somebody_elses_tables_are_left_alone(url: str) -> None:
    async with opened(url) as store:
        await store.database.write(
            lambda session: session.execute(text("DELETE FROM alembic_version"))
        )
        with pytest.raises(StorageError, match=r'sessions"? already exists'):
            await Database.open(url)
        await store.sessions.create(session())


def test_alembics_command_line_writes_a_revision(tmp_path: Path) -> None:
    folder = tmp_path / "migrations"
    shutil.copytree(migrate.FOLDER, folder)
    config = Config(folder / "alembic.ini")
    command.check(config)
    command.revision(config, "words", autogenerate=True, rev_id="0005")
    written = (folder / "versions/0005_words.py").read_text()
    assert "def upgrade(op: Operations) -> None:\n    # ###" in written
    assert "down_revision = '0004'" in written
    compile(written, "0005_words.py", "exec")
