"""Sessions and alerts to store."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import wraps
from itertools import count

from blockbuster import blockbuster_ctx

from app.storage.database import Database
from app.storage.event_log import EventLog
from app.storage.repository import SessionRepository
from app.types import Alert, AlertKind, Edge, Label, Purpose, SessionInfo, SessionState, Severity

_numbers = count(1)


def session(session_id: str = "s", **changes: object) -> SessionInfo:
    given = {
        "id": session_id,
        "purpose": Purpose.EXAM,
        "state": SessionState.RUNNING,
        "mirrored": False,
        "rules": {},
        "created_at": 1_700_000_000.25,
        "ended_at": None,
        "ended_by": None,
        "last_seq": 0,
    }
    return SessionInfo(**{**given, **changes})  # type: ignore[arg-type]


def alert(episode: str | None = None, edge: Edge = Edge.STARTED, **changes: object) -> Alert:
    """A new episode's start, unless told otherwise."""
    given = {
        "id": episode or f"episode-{next(_numbers)}",
        "kind": AlertKind.GAZE_AWAY,
        "edge": edge,
        "label": Label.LOOKING_LEFT,
        "severity": Severity.WARNING,
        "at": 12.4,
        "started_at": 10.4,
        "ended_at": None if edge is Edge.STARTED else 12.4,
        "confidence": 0.93,
        "evidence": {"yaw_degrees": 31.0},
        "rule": "gaze_away/1",
        "announced": edge is Edge.STARTED,
    }
    return Alert(**{**given, **changes})  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Store:
    """A database and the two that work on it."""

    database: Database
    sessions: SessionRepository
    log: EventLog


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Store]:
    database = await Database.open(url)
    try:
        yield Store(database, SessionRepository(database), EventLog(database))
    finally:
        await database.close()


def in_loop(test: Callable[..., Awaitable[None]]) -> Callable[..., None]:
    """Runs an async test; a call in `app` that blocks the loop fails it."""

    @wraps(test)
    def run(**fixtures: object) -> None:
        async def watched() -> None:
            with blockbuster_ctx("app") as blockbuster:
                for function in blockbuster.functions.values():
                    # asyncpg looks for a password file and certificates.
                    function.can_block_in("asyncpg/connect_utils.py", "_parse_connect_arguments")
                    # Deepgram's SDK looks up its own version for each connection.
                    function.can_block_in("deepgram/core/client_wrapper.py", "get_headers")
                await test(**fixtures)

        asyncio.run(watched())

    return run
