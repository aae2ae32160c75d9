"""What the lifespan built, for routes and sockets."""

import asyncio
from dataclasses import dataclass, field
from typing import Annotated, cast

from fastapi import Depends
from starlette.requests import HTTPConnection

from app.api.health import Health
from app.api.paths import decoded
from app.metrics import Metrics
from app.session.bus import EventBus
from app.session.live_words import LiveWords
from app.session.plan import check_id
from app.session.registry import Registry
from app.session.rooms import Rooms
from app.settings import Settings
from app.storage.database import Database
from app.storage.event_log import EventLog
from app.storage.transcripts import TranscriptLog


@dataclass(slots=True, kw_only=True)
class Services:
    """One application's parts."""

    settings: Settings
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


def get_services(connection: HTTPConnection) -> Services:
    """Of the application that serves this connection."""
    return cast(Services, connection.app.state.services)


def get_registry(connection: HTTPConnection) -> Registry:
    """Of the application that serves this connection."""
    return get_services(connection).registry


def get_log(connection: HTTPConnection) -> EventLog:
    """Of the application that serves this connection."""
    return get_services(connection).log


def path_session_id(session_id: str) -> str:
    """The id in the path. Raises SessionIdError."""
    return check_id(decoded(session_id))


SessionId = Annotated[str, Depends(path_session_id)]
