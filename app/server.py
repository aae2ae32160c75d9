"""Serves an application on a port until it is asked to stop."""

import asyncio
import contextlib
import logging
import os
import socket
import sys
from contextlib import AsyncExitStack

import uvicorn
from fastapi import FastAPI

from app.api.connection import Connection
from app.api.deps import Services
from app.errors import ConfigurationError
from app.settings import Settings

logger = logging.getLogger(__name__)

GOODBYE_SECONDS = 2
"""What the sockets have to say goodbye, and then requests to come to an end."""
SAFE_SECRET = 32
"""Characters: RFC 7518, 3.2, asks for as many bytes as HS256's hash has."""


def run(app: FastAPI, settings: Settings) -> None:
    """Return once it was asked to stop. Raises ConfigurationError and StorageError."""
    listening = _listen(settings.host, settings.port)
    if settings.guarded:
        logger.info("whoever comes has to show a token; one is made by: uv run run.py token")
        if not settings.loopback and len(settings.api_secret.get_secret_value()) < SAFE_SECRET:
            logger.warning(
                "the secret has less than %d characters: whoever holds a token can guess it",
                SAFE_SECRET,
            )
    elif not settings.loopback:
        logger.warning(
            "anybody who reaches %s:%s may send, see and delete everything",
            settings.host,
            settings.port,
        )
    config = uvicorn.Config(
        app,
        lifespan="off",
        loop="auto",
        ws=Connection,
        ws_max_size=2 * settings.max_frame_bytes,
        ws_per_message_deflate=False,
        timeout_graceful_shutdown=GOODBYE_SECONDS,  # one client that hangs must not hold up the end
        log_config=None,
        access_log=False,
    )
    with contextlib.suppress(KeyboardInterrupt):
        _Server(config, app).run(listening)


def _listen(host: str, port: int) -> list[socket.socket]:
    """Before anything is loaded, so that a port in use is told at once."""
    try:
        found = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE | socket.AI_NUMERICSERV
        )
        return [socket.create_server(where, family=family) for family, _, _, _, where in found]
    except OSError as error:
        reason = str(error.strerror).partition(" (")[0]
        raise ConfigurationError(
            f"cannot listen on PROCTOR_HOST={host}, PROCTOR_PORT={port}: {reason}"
        ) from error


class _Server(uvicorn.Server):
    """Runs the lifespan itself: what goes wrong there is raised, not printed."""

    def __init__(self, config: uvicorn.Config, app: FastAPI) -> None:
        super().__init__(config)
        self._app = app
        self._lifespan = AsyncExitStack()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await self._lifespan.enter_async_context(self._app.router.lifespan_context(self._app))
        await super().startup(sockets)
        services: Services = self._app.state.services
        for server in self.servers:
            for listener in server.sockets:
                host, port = listener.getsockname()[:2]
                logger.info("open http://%s:%s in a browser", host, port)
                if services.camera is not None:
                    services.camera.opened_at(f"http://{host}:{port}")

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for server in self.servers:
            server.close()
        services: Services = self._app.state.services
        if services.camera is not None:
            await services.camera.close()  # else it would open its session anew
        await services.registry.close()
        services.closing.set()
        if tasks := self.server_state.tasks:  # uvicorn would cut their sockets without a word
            await asyncio.wait(tasks, timeout=GOODBYE_SECONDS)
        await super().shutdown(sockets)
        await self._lifespan.aclose()


def log_to_own_stderr(level: str) -> None:
    """On a descriptor of its own, because the models' native code is muted while they load."""
    stream = os.fdopen(os.dup(sys.stderr.fileno()), "w", buffering=1)
    logging.basicConfig(
        stream=stream, level=level, format="%(asctime)s %(levelname)-7s %(name)s: %(message)s"
    )
    for noisy in ("aiosqlite", "alembic", "uvicorn.error"):  # the first logs all that is stored
        logging.getLogger(noisy).setLevel(max(logging.WARNING, logging.getLevelName(level)))
