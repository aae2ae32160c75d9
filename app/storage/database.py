"""An open database and transactions in it."""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable
from typing import Any, Self, TypeVar

from sqlalchemy import false, select, update
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, SQLAlchemyError, StatementError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from app.errors import StorageError, UnstorableError
from app.storage.migrate import load_migrations, upgrade
from app.storage.pools import Pool, Pools, make_pools
from app.storage.tables import SessionRow

Result = TypeVar("Result")
Work = Callable[[AsyncSession], Awaitable[Result]]

LOCKED_PAUSES = (0.01, 0.05, 0.25)
"""Seconds before a transaction is tried again that found another process writing; SQLite itself
waits for five seconds each time."""


class Database:
    """Sessions and alerts on SQLite or PostgreSQL."""

    def __init__(self, pools: Pools) -> None:
        self._pools = pools
        self._running: set[asyncio.Task[Any]] = set()
        self._closed = False

    @classmethod
    async def open(cls, url: str) -> Self:
        """Opens `sqlite:///file`, `sqlite:///:memory:` or `postgresql://…` and migrates it.

        The folder of a file is made. Raises StorageError when the database cannot be reached,
        read or written, or is newer than this code.
        """
        database = cls(await asyncio.to_thread(make_pools, url))
        try:
            await database._migrate()
        except BaseException:
            await database.close()
            raise
        return database

    @property
    def name(self) -> str:
        """What people call it: the file or the server; no password."""
        return self._pools.name

    async def close(self) -> None:
        """Waits for what runs; closing twice is harmless."""
        self._closed = True
        while self._running:
            await asyncio.wait(self._running)
        await self._pools.reader.engine.dispose()
        await self._pools.writer.engine.dispose()

    async def read(self, work: Work[Result]) -> Result:
        """What `work` returns, which sees one transaction. Raises StorageError."""
        return await self._finish(self._pools.reader, work)

    async def write(self, work: Work[Result]) -> Result:
        """What `work` returns, once its transaction is on disk. Raises StorageError.

        `work` may run several times, each time from the start. When the caller is cancelled, the
        transaction is finished all the same.
        """
        return await self._finish(self._pools.writer, work)

    async def answers(self, seconds: float = 2.0) -> bool:
        """Whether a read succeeds within so many seconds."""

        async def work(session: AsyncSession) -> None:
            await session.execute(select(SessionRow.id).limit(1))

        try:
            await asyncio.wait_for(self.read(work), seconds)
        except (StorageError, TimeoutError):
            return False
        return True

    async def _finish(self, pool: Pool, work: Work[Result]) -> Result:
        if self._closed:
            raise StorageError(f"{self.name} is closed")
        task = asyncio.create_task(self._in_turn(pool, work))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return await asyncio.shield(task)

    async def _in_turn(self, pool: Pool, work: Work[Result]) -> Result:
        async with pool.turns:
            try:
                return await _patiently(pool.engine, work)
            except StatementError as error:
                kind = UnstorableError if _is_about_values(error) else StorageError
                raise kind(f"{self.name} cannot be used: {_reason(error)}") from error
            except (SQLAlchemyError, OSError) as error:
                raise StorageError(f"{self.name} cannot be used: {_reason(error)}") from error

    async def _migrate(self) -> None:
        migrations = await asyncio.to_thread(load_migrations)

        async def work(session: AsyncSession) -> None:
            connection = await session.connection()
            try:
                await connection.run_sync(upgrade, migrations)
            except StorageError as error:
                raise StorageError(f"{self.name} cannot be used: {error}") from error
            # Changes nothing, but fails where nothing may be changed.
            await session.execute(update(SessionRow).where(false()).values(last_seq=0))

        await self.write(work)


async def _patiently(engine: AsyncEngine, work: Work[Result]) -> Result:
    for pause in LOCKED_PAUSES:
        try:
            return await _transaction(engine, work)
        except DBAPIError as error:
            if not _is_locked(error):
                raise
        await asyncio.sleep(pause)
    return await _transaction(engine, work)


async def _transaction(engine: AsyncEngine, work: Work[Result]) -> Result:
    async with AsyncSession(engine) as session, session.begin():
        return await work(session)


def _is_locked(error: DBAPIError) -> bool:
    """Whether another process held SQLite's write lock."""
    return getattr(error.orig, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY


def _is_about_values(error: StatementError) -> bool:
    """Whether the values were refused: by the database, or before they reached it."""
    return isinstance(error, DataError | IntegrityError) or not isinstance(error, DBAPIError)


def _reason(error: Exception) -> str:
    """The driver's own sentence: no SQL, no parameters."""
    driver_error = error.orig if isinstance(error, DBAPIError) else error
    return str(driver_error) or type(driver_error).__name__
