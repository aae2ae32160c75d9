"""The one file that knows every part."""

import sys

if __name__ == "__main__":  # run as a file: its folder would hide the standard library's `types`
    sys.path[0] += "/.."

import asyncio
import contextlib
import json
import logging
import os
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import uvicorn
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import FileResponse, JSONResponse
from fastapi.staticfiles import StaticFiles
from starlette.responses import Response

from app.api import ops, sessions, sockets
from app.api.deps import Services
from app.api.health import Degradation, Health
from app.api.origins import OwnOrigins
from app.api.paths import EncodedPaths
from app.errors import (
    CapacityError,
    ConfigurationError,
    DeletedSessionError,
    ProctorError,
    PurposeError,
    RuleError,
    SessionIdError,
    StoppedSessionError,
    StorageError,
    UnknownSessionError,
)
from app.metrics import Metrics
from app.session.bus import LocalBus
from app.session.inference import Inference, LocalInference
from app.session.registry import Registry
from app.session.session import Cadences
from app.settings import REPOSITORY, Settings, load_settings
from app.storage.database import Database
from app.storage.event_log import EventLog
from app.storage.repository import SessionRepository
from app.vision.decode import FrameLimits

logger = logging.getLogger(__name__)

PAGE = REPOSITORY / "debug_ui"
CONTENT_SECURITY = "default-src 'self'; img-src 'self' blob: data:; frame-ancestors 'none'"
GOODBYE_SECONDS = 2
"""What the sockets have to say goodbye, and then requests to come to an end."""
HTTP_STATUS: dict[type[ProctorError], int] = {
    SessionIdError: 400,
    RuleError: 400,
    PurposeError: 403,
    UnknownSessionError: 404,
    DeletedSessionError: 410,
    StoppedSessionError: 409,
    CapacityError: 503,
    StorageError: 503,
}
NOT_BUILT_YET = (
    Degradation(
        what="phone",
        why="not assessable: this version has no object detector; persons are counted by faces",
        mend="none yet",
    ),
    Degradation(
        what="spoof",
        why="not assessed: this version has no liveness measurements",
        mend="none yet",
    ),
    Degradation(
        what="sound",
        why="not assessable: this version buffers sound but does not analyse it",
        mend="none yet",
    ),
)


def create_app(settings: Settings | None = None, inference: Inference | None = None) -> FastAPI:
    """The whole service. Raises ConfigurationError.

    `inference` replaces the local one, for other machines and for measurements.
    """
    settings = settings or load_settings()
    if not settings.loopback and not settings.insecure:
        raise ConfigurationError(
            f"PROCTOR_HOST={settings.host} can be reached by others and nobody must log in; "
            "use 127.0.0.1, or set PROCTOR_INSECURE=1 if something in front checks who comes"
        )
    metrics = Metrics()
    chosen = inference or LocalInference(settings.vision_threads, metrics.stage)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            app.state.services = await _build(settings, metrics, chosen, stack)
            yield

    app = FastAPI(
        title="Proctoring engine",
        description="Watches a live exam or interview and reports at once, with evidence.",
        lifespan=lifespan,
    )
    app.add_middleware(EncodedPaths)
    if settings.loopback:
        app.add_middleware(OwnOrigins)
    app.add_exception_handler(ProctorError, _answer_error)
    app.add_exception_handler(RequestValidationError, _answer_invalid)
    for part in (sockets, sessions, ops):
        app.include_router(part.router)
    app.mount("/ui", _PageFiles(directory=PAGE), name="ui")
    app.add_api_route("/", _page, include_in_schema=False)
    return app


async def _build(
    settings: Settings, metrics: Metrics, inference: Inference, stack: AsyncExitStack
) -> Services:
    """Everything that lives as long as the application, closed in the opposite order."""
    database = await Database.open(settings.database_url)
    stack.push_async_callback(database.close)
    bus, log = LocalBus(), EventLog(database)
    stack.push_async_callback(inference.close)
    registry = Registry(
        store=SessionRepository(database),
        log=log,
        bus=bus,
        inference=inference,
        metrics=metrics,
        limits=FrameLimits(
            most_bytes=settings.max_frame_bytes,
            shortest_side=settings.min_frame_side,
            longest_side=settings.max_frame_side,
        ),
        cadences=Cadences(
            face_every=settings.face_every,
            count_every=settings.count_every,
            stale_after=settings.stale_after,
        ),
        purposes=settings.purposes,
        idle_after=settings.idle_after,
        most=settings.max_sessions,
    )
    await registry.start()
    stack.push_async_callback(registry.close)
    health = Health(degraded=list(NOT_BUILT_YET))
    loading = asyncio.create_task(_load(inference, health))
    stack.callback(loading.cancel)
    return Services(
        settings=settings,
        metrics=metrics,
        bus=bus,
        database=database,
        log=log,
        registry=registry,
        health=health,
    )


async def _load(inference: Inference, health: Health) -> None:
    try:
        await inference.start()
    except Exception as error:
        logger.exception("the models could not be loaded")
        health.models = f"could not be loaded: {error}"
        return
    health.models, health.ready = "ready", True
    logger.info("ready: the models are loaded")
    for part in health.degraded:
        logger.warning("%s: %s (mend: %s)", part.what, part.why, part.mend)


class _PageFiles(StaticFiles):
    def file_response(self, *args: Any, **named: Any) -> Response:
        response = super().file_response(*args, **named)
        response.headers["Content-Security-Policy"] = CONTENT_SECURITY
        return response


async def _page() -> FileResponse:
    return FileResponse(PAGE / "index.html", headers={"Content-Security-Policy": CONTENT_SECURITY})


class _AsciiJSON(JSONResponse):
    """A complaint may quote what no UTF-8 can hold."""

    def render(self, content: Any) -> bytes:
        return json.dumps(content, separators=(",", ":")).encode()


async def _answer_error(_request: Request, error: Exception) -> JSONResponse:
    return _AsciiJSON(
        {"error": type(error).__name__, "message": str(error)},
        HTTP_STATUS.get(type(error), 500),  # type: ignore[arg-type]
    )


async def _answer_invalid(_request: Request, error: Exception) -> JSONResponse:
    """Where it is wrong and why; not what was sent: it may be large, private, or no JSON (NaN)."""
    assert isinstance(error, RequestValidationError)
    wrong = [{"loc": e["loc"], "msg": e["msg"], "type": e["type"]} for e in error.errors()]
    return _AsciiJSON({"detail": wrong}, 422)


def serve(settings: Settings) -> None:
    """Run the service until it is asked to stop. Raises ConfigurationError and StorageError."""
    _log_to_own_stderr(settings.log_level)
    app = create_app(settings)
    listening = _listen(settings.host, settings.port)
    if not settings.loopback:
        logger.warning(
            "anybody who reaches %s:%s may send, see and delete everything",
            settings.host,
            settings.port,
        )
    config = uvicorn.Config(
        app,
        lifespan="off",
        loop="auto",
        ws="websockets-sansio",
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
        for server in self.servers:
            for listener in server.sockets:
                host, port = listener.getsockname()[:2]
                logger.info("open http://%s:%s in a browser", host, port)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for server in self.servers:
            server.close()
        services: Services = self._app.state.services
        await services.registry.close()
        services.closing.set()
        if tasks := self.server_state.tasks:  # uvicorn would cut their sockets without a word
            await asyncio.wait(tasks, timeout=GOODBYE_SECONDS)
        await super().shutdown(sockets)
        await self._lifespan.aclose()


def _log_to_own_stderr(level: str) -> None:
    """On a descriptor of its own, because the models' native code is muted while they load."""
    stream = os.fdopen(os.dup(sys.stderr.fileno()), "w", buffering=1)
    logging.basicConfig(
        stream=stream, level=level, format="%(asctime)s %(levelname)-7s %(name)s: %(message)s"
    )
    for noisy in ("alembic", "uvicorn.error"):
        logging.getLogger(noisy).setLevel(max(logging.WARNING, logging.getLevelName(level)))


if __name__ == "__main__":
    try:
        serve(load_settings())
    except ProctorError as error:
        sys.exit(f"error: {error}")
