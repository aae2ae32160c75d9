"""What the lifespan built, for routes and sockets."""

import asyncio
from dataclasses import dataclass, field
from typing import Annotated, cast

from fastapi import Depends
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.requests import HTTPConnection, Request

from app.api.access import Access
from app.api.health import Health
from app.api.paths import decoded
from app.api.tokens import Grant, Scope
from app.metrics import Metrics
from app.session.bus import EventBus
from app.session.live_words import LiveWords
from app.session.names import check_id
from app.session.registry import Registry
from app.session.rooms import Rooms
from app.settings import Settings
from app.storage.database import Database
from app.storage.event_log import EventLog
from app.storage.tallies import Tallies
from app.storage.transcripts import TranscriptLog


@dataclass(slots=True, kw_only=True)
class Services:
    """One application's parts."""

    settings: Settings
    access: Access
    metrics: Metrics
    bus: EventBus
    database: Database
    log: EventLog
    words: LiveWords
    transcripts: TranscriptLog
    registry: Registry
    rooms: Rooms
    health: Health
    closing: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when the service shuts down and viewers have to go."""
    tallies: Tallies = field(init=False)

    def __post_init__(self) -> None:
        self.tallies = Tallies(self.database)


def get_services(connection: HTTPConnection) -> Services:
    """Of the application that serves this connection."""
    return cast(Services, connection.app.state.services)


def get_registry(connection: HTTPConnection) -> Registry:
    """Of the application that serves this connection."""
    return get_services(connection).registry


def get_log(connection: HTTPConnection) -> EventLog:
    """Of the application that serves this connection."""
    return get_services(connection).log


Shown = Annotated[
    HTTPAuthorizationCredentials | None,
    Depends(HTTPBearer(auto_error=False, description="`uv run run.py token` prints one.")),
]
"""For /docs alone, which lets whoever reads it log in; `Access` reads the header itself."""


async def check_room(services: Services, grant: Grant | None, session_id: str) -> None:
    """Raises ForbiddenError where the token names another room than the stored session's."""
    if grant is not None and grant.room is not None:
        grant.check_room(await services.rooms.of(session_id))


async def path_session_id(session_id: str, request: Request, _: Shown) -> str:
    """The id in the path, for those who may see the session or, unless they GET, change it.

    Whatever route asks for its id here is guarded. Raises SessionIdError and AccessError.
    """
    found = check_id(decoded(session_id))
    scope = Scope.EVENTS if request.method == "GET" else Scope.CONTROL
    services = get_services(request)
    await check_room(services, services.access.check(request, scope, found), found)
    return found


async def all_sessions(request: Request, _: Shown) -> None:
    """Passes those who may see every session. Raises AccessError."""
    get_services(request).access.check(request, Scope.EVENTS, None)


SessionId = Annotated[str, Depends(path_session_id)]
