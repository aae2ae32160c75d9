"""Brings a database's tables to the newest revision.

Revisions take alembic's `op` as an argument: its global one would tie two databases together that
are opened at the same time.
"""

from collections.abc import Callable, Iterable
from pathlib import Path

from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext, RevisionStep
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, func, select

from app.errors import StorageError

FOLDER = Path(__file__).with_name("migrations")
POSTGRESQL_LOCK = 0x70726F63746F72
"""The number under which processes that migrate wait for each other: "proctor" in ASCII."""


def load_migrations() -> ScriptDirectory:
    """Reads every revision, so that using them touches no file."""
    migrations = ScriptDirectory(str(FOLDER))
    for _ in migrations.walk_revisions():
        pass
    return migrations


def upgrade(connection: Connection, migrations: ScriptDirectory) -> None:
    """To the newest revision, in the connection's transaction.

    Raises StorageError when the database is newer than this code.
    """
    _run(connection, lambda current: migrations._upgrade_revs("head", current))


def downgrade(connection: Connection, migrations: ScriptDirectory, revision: str) -> None:
    """To an older revision, or "base": no tables; in the connection's transaction."""
    _run(connection, lambda current: migrations._downgrade_revs(revision, current))


def _run(connection: Connection, steps: Callable[[str], Iterable[RevisionStep]]) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(POSTGRESQL_LOCK)))
    context = MigrationContext.configure(
        connection, opts={"fn": lambda current, context: steps(current)}
    )
    try:
        context.run_migrations(op=Operations(context))
    except CommandError as error:
        revision = ", ".join(context.get_current_heads())
        raise StorageError(
            f"its tables are of revision {revision}, which this version of the service does not"
            " know; use the version that made them, or a newer one"
        ) from error
