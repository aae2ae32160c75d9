"""From a URL to connections."""

import json
import sqlite3
from asyncio import Semaphore
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from sqlalchemy import URL, Connection, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool, ConnectionPoolEntry

from app.errors import StorageError

SQLITE_PRAGMAS = (
    "busy_timeout = 5000",
    "journal_mode = WAL",
    "synchronous = FULL",
    "foreign_keys = ON",
    "secure_delete = ON",
)
POSTGRESQL_CONNECTIONS = 10
POSTGRESQL_TIMEOUTS = {"timeout": 10, "command_timeout": 30}
"""Seconds: to connect, and for one statement."""
STRICT_JSON = partial(json.dumps, allow_nan=False)
"""PostgreSQL's JSON has no NaN; SQLite shall not differ."""


@dataclass(frozen=True, slots=True)
class Pool:
    """Connections, and the queue for them."""

    engine: AsyncEngine
    turns: Semaphore
    """One for each connection: first come, first served, which SQLAlchemy's own queue is not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pools:
    """The ways into one database."""

    name: str
    """What people call it: the file or the server; no password."""
    reader: Pool
    writer: Pool
    """With SQLite a single connection, so that this process never waits for its own lock."""


def make_pools(url: str) -> Pools:
    """For `sqlite:///file` (its folder is made), `sqlite:///:memory:` or `postgresql://…`.

    Nothing is connected yet. Raises StorageError when the URL names no database.
    """
    try:
        parts = make_url(url)
    except (ArgumentError, ValueError):
        # Not chained: the parser's complaint may quote a piece of the password.
        raise StorageError("the database's URL cannot be read") from None
    match parts.get_backend_name():
        case "sqlite":
            return _sqlite(parts)
        case "postgresql" | "postgres":
            return _postgresql(parts)
    raise StorageError("the database's URL must begin with sqlite:/// or postgresql://")


def _sqlite(url: URL) -> Pools:
    if not url.database:
        raise StorageError("the database's URL names no file: sqlite:///file")
    if url.database == ":memory:":
        only = _sqlite_pool(url.database, begin="BEGIN", connections=1)
        return Pools(name="the database in memory", reader=only, writer=only)
    file = Path(url.database).absolute()
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(f"the folder of {file} cannot be made: {error.strerror}") from error
    _try(file)
    return Pools(
        name=str(file),
        reader=_sqlite_pool(str(file), begin="BEGIN", connections=4),
        writer=_sqlite_pool(str(file), begin="BEGIN IMMEDIATE", connections=1),
    )


def _try(file: Path) -> None:
    """aiosqlite's thread may still speak of a file that it could not open once the loop is gone."""
    try:
        sqlite3.connect(file).close()
    except sqlite3.Error as error:
        raise StorageError(f"{file} cannot be used: {error}") from error


def _sqlite_pool(database: str, *, begin: str, connections: int) -> Pool:
    engine = create_async_engine(
        URL.create("sqlite+aiosqlite", database=database),
        poolclass=AsyncAdaptedQueuePool,
        pool_size=connections,
        max_overflow=0,
        hide_parameters=True,
        json_serializer=STRICT_JSON,
    )

    @event.listens_for(engine.sync_engine, "connect")
    def set_up(connection: DBAPIConnection, entry: ConnectionPoolEntry) -> None:
        connection.isolation_level = None  # sqlite3 shall begin no transaction of its own
        cursor = connection.cursor()
        for pragma in SQLITE_PRAGMAS:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def begin_transaction(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return Pool(engine, Semaphore(connections))


def _postgresql(url: URL) -> Pools:
    server = f"{url.host}:{url.port or 5432}" if url.host else "the local socket"
    # As a DSN, because asyncpg then reads the query as libpq does (sslmode and the like).
    dsn = url.set(drivername="postgresql").render_as_string(hide_password=False)
    engine = create_async_engine(
        "postgresql+asyncpg://",
        connect_args={"dsn": dsn, **POSTGRESQL_TIMEOUTS},
        pool_size=POSTGRESQL_CONNECTIONS,
        max_overflow=0,
        pool_pre_ping=True,
        hide_parameters=True,
        json_serializer=STRICT_JSON,
    )
    only = Pool(engine, Semaphore(POSTGRESQL_CONNECTIONS))
    return Pools(name=f"PostgreSQL at {server}", reader=only, writer=only)
