"""The three sockets of a session: video in, audio in, events out."""

import asyncio
import contextlib
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from enum import IntEnum
from functools import partial
from typing import Any

from fastapi import APIRouter, WebSocket, WebSocketDisconnect

from app.api.access import accept
from app.api.analysis_views import analysis_message
from app.api.deps import Services, check_room, get_services
from app.api.pace import Pace
from app.api.paths import decoded
from app.api.queries import by_source, is_reference, lost, number, sound_form, wants_analysis
from app.api.schemas import alert_message, encoded
from app.api.tokens import Scope
from app.api.transcripts import transcript_message
from app.audio.form import SoundForm
from app.errors import (
    CapacityError,
    DeletedSessionError,
    ForbiddenError,
    ProctorError,
    PurposeError,
    StoppedSessionError,
    StorageError,
    UnauthorizedError,
)
from app.session.bus import Bell
from app.session.clock import SourceClock
from app.session.plan import SessionPlan
from app.session.publisher import Eviction, Publisher
from app.types import RecordedAlert, Track

logger = logging.getLogger(__name__)
router = APIRouter(prefix="/ws/proctor", tags=["sockets"])

PAGE = 200
"""Alerts in one message, at most."""
ANALYSIS_SECONDS = 0.1
"""Between two analyses that a viewer is sent, on average, at least."""


class CloseCode(IntEnum):
    """Why the service closed a socket; the README explains each."""

    GOING_AWAY = 1001
    WRONG_MESSAGE = 1003
    TRY_LATER = 1013
    BAD_REQUEST = 4400
    UNAUTHORIZED = 4401
    FORBIDDEN = 4403
    DELETED = 4404
    IDLE = 4408
    DISPLACED = 4409
    STOPPED = 4410


class _ShutdownError(ProctorError):
    """The service is about to end."""


EVICTED = {
    Eviction.DISPLACED: CloseCode.DISPLACED,
    Eviction.STOPPED: CloseCode.STOPPED,
    Eviction.IDLE: CloseCode.IDLE,
    Eviction.ROOM: CloseCode.IDLE,
    Eviction.DELETED: CloseCode.DELETED,
    Eviction.SHUTDOWN: CloseCode.GOING_AWAY,
}
REFUSED: dict[type[ProctorError], CloseCode] = {
    DeletedSessionError: CloseCode.DELETED,
    StoppedSessionError: CloseCode.STOPPED,
    UnauthorizedError: CloseCode.UNAUTHORIZED,
    ForbiddenError: CloseCode.FORBIDDEN,
    PurposeError: CloseCode.FORBIDDEN,
    CapacityError: CloseCode.TRY_LATER,
    StorageError: CloseCode.TRY_LATER,
    _ShutdownError: CloseCode.GOING_AWAY,
}

TakeMessage = Callable[[bytes, float, SourceClock | None], Awaitable[None]]


@router.websocket("/{session_id:path}/video")
async def video(websocket: WebSocket, session_id: str) -> None:
    """Binary messages, one JPEG each; nothing is sent back."""
    await _ingest(websocket, session_id, Track.VIDEO)


@router.websocket("/{session_id:path}/audio")
async def audio(websocket: WebSocket, session_id: str) -> None:
    """Binary messages of s16le PCM, cut anyhow; nothing is sent back.

    Mono at 16 kHz, or as `?rate=48000&channels=2` says. `?track=reference` is what the candidate
    hears, such as the interviewer's voice. `?lost=2.5`: so many seconds were lost on the sender's
    side before the first sample of this connection.
    """
    await _ingest(websocket, session_id, Track.AUDIO)


@router.websocket("/{session_id:path}/events")
async def events(websocket: WebSocket, session_id: str) -> None:
    """Alerts as they are stored; `?after=seq` begins with the older ones. Text is ignored.

    Where the session asked for transcripts, they come as they are heard, and never again. With
    `?detail=analysis` the newest look at the face comes, at most ten times a second.
    """
    await accept(websocket)
    services = get_services(websocket)
    try:
        session_id = decoded(session_id)
        grant = services.access.check(websocket, Scope.EVENTS, session_id)
        after, detailed = number(websocket, "after"), wants_analysis(websocket)
        info, _ = await services.registry.create(session_id, SessionPlan())
        if grant is not None:
            grant.check_room(info.room)
    except ProctorError as error:
        await _refuse(websocket, error)
        return
    services.metrics.viewers.inc()
    ignoring = asyncio.create_task(_ignore_messages(websocket))
    sending = asyncio.create_task(
        _send_alerts(websocket, services, session_id, _first(after, info.last_seq))
    )
    tasks = [ignoring, sending, asyncio.create_task(_send_words(websocket, services, session_id))]
    if detailed:
        tasks.append(asyncio.create_task(_send_analyses(websocket, services, session_id)))
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        services.metrics.viewers.dec()
        for task in tasks:
            task.cancel()
        outcomes = await asyncio.gather(*tasks, return_exceptions=True)
    for outcome in outcomes:
        if isinstance(outcome, ProctorError):
            await _refuse(websocket, outcome)
        elif isinstance(outcome, Exception) and not isinstance(outcome, WebSocketDisconnect):
            logger.error("an events socket failed", exc_info=outcome, extra={"session": session_id})
            await _close(websocket, CloseCode.TRY_LATER, "the service failed; connect again")


def _first(after: int | None, last: int) -> int:
    """The number to go on from; one that was not reached is of a database that was renewed."""
    return last if after is None else min(after, last)


async def _send_alerts(
    websocket: WebSocket, services: Services, session_id: str, after: int
) -> None:
    async with services.bus.subscribe(session_id) as bell:
        while True:
            while page := await services.log.after(session_id, after, PAGE):
                await websocket.send_text(encoded(alert_message(page)))
                after = page[-1].seq
                _measure_delay(services, session_id, page)
            await services.registry.get(session_id)  # raises once the session is deleted
            if services.closing.is_set():
                raise _ShutdownError(Eviction.SHUTDOWN)
            await _news(bell, services.closing)


async def _send_words(websocket: WebSocket, services: Services, session_id: str) -> None:
    async with services.words.listen(session_id) as listener:
        while True:
            await websocket.send_text(encoded(transcript_message(await listener.next())))


async def _send_analyses(websocket: WebSocket, services: Services, session_id: str) -> None:
    clock, pace = asyncio.get_running_loop().time, Pace(ANALYSIS_SECONDS)
    async with services.registry.spectators.watch(session_id) as spectator:
        while True:
            analysis = await spectator.next()
            pause = pace.wait(clock())
            session = services.registry.find(session_id)
            if session is not None and session.analysis is analysis:
                await websocket.send_text(encoded(analysis_message(session, analysis)))
            await asyncio.sleep(pause)


async def _news(bell: Bell, closing: asyncio.Event) -> None:
    """Return once the session had news or the service is about to end."""
    rung, ending = asyncio.create_task(bell.wait()), asyncio.create_task(closing.wait())
    try:
        await asyncio.wait({rung, ending}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        ending.cancel()
        if not rung.cancel():
            rung.result()


async def _ingest(websocket: WebSocket, path_id: str, track: Track) -> None:
    await accept(websocket)
    services = get_services(websocket)
    try:
        session_id = decoded(path_id)
        grant = services.access.check(websocket, Scope.INGEST, session_id)
        source = by_source(websocket)
        form = SoundForm() if track is Track.VIDEO else sound_form(websocket)
        missing = 0.0 if track is Track.VIDEO else lost(websocket)
        if track is Track.AUDIO and is_reference(websocket):
            track = Track.REFERENCE
        await check_room(services, grant, session_id)  # before it opens or reopens the session
        session = await services.registry.open(session_id)
        if grant is not None:
            grant.check_room(session.info.room)  # it may have joined one meanwhile
        session.tracks.agree_on_clock(track, source=source)
    except ProctorError as error:
        await _refuse(websocket, error)
        return
    evicted: asyncio.Future[Eviction] = asyncio.get_running_loop().create_future()
    clock = session.tracks.source_clock(track) if source else None
    publisher = Publisher(clock, evicted.set_result, missing)
    take = partial(session.take, track)
    reading: asyncio.Task[None] = asyncio.create_task(_read(websocket, take, clock, evicted))
    session.publish(track, publisher, form)
    try:
        ends: set[asyncio.Future[Any]] = {reading, evicted}
        await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
    finally:
        session.unpublish(track, publisher)
        reading.cancel()
        outcome = (await asyncio.gather(reading, return_exceptions=True))[0]
    if evicted.done():
        why = evicted.result()
        await _close(websocket, EVICTED[why], why)
    elif isinstance(outcome, _WrongMessageError):
        await _close(websocket, CloseCode.WRONG_MESSAGE, f"{track} takes binary messages only")
    elif isinstance(outcome, Exception):
        logger.error("a media socket failed", exc_info=outcome, extra={"session": session_id})
        await _close(websocket, CloseCode.TRY_LATER, "the service failed; connect again")


class _WrongMessageError(Exception):
    """A text message where a binary one belongs."""


async def _read(
    websocket: WebSocket,
    take: TakeMessage,
    clock: SourceClock | None,
    evicted: asyncio.Future[Eviction],
) -> None:
    while (message := await websocket.receive())["type"] == "websocket.receive":
        if evicted.done():
            return  # it would be taken for what the newer connection sends
        payload = message.get("bytes")
        if payload is None:
            raise _WrongMessageError
        await take(payload, time.monotonic(), clock)


async def _ignore_messages(websocket: WebSocket) -> None:
    while (await websocket.receive())["type"] == "websocket.receive":
        pass


def _measure_delay(services: Services, session_id: str, page: Sequence[RecordedAlert]) -> None:
    session = services.registry.find(session_id)
    if session is None:
        return
    for recorded in page:
        received_at = session.raised.take(recorded.alert)
        if received_at is not None:
            services.metrics.event_sent(time.monotonic() - received_at)


async def _refuse(websocket: WebSocket, error: ProctorError) -> None:
    code = REFUSED.get(type(error), CloseCode.BAD_REQUEST)
    await _close(websocket, code, str(error))


async def _close(websocket: WebSocket, code: CloseCode, reason: str) -> None:
    """A reason has at most 123 bytes on the wire. The other side may be gone already."""
    shortened = reason.encode()[:120].decode(errors="ignore")
    with contextlib.suppress(RuntimeError, WebSocketDisconnect):
        await websocket.close(code, shortened)
        get_services(websocket).metrics.sockets_closed.labels(code).inc()
