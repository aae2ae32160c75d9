"""Alerts as server-sent events, for pages that only listen: `new EventSource("/events")`."""

from collections.abc import AsyncGenerator, AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent

from app.api.closing import until_closing
from app.api.deps import Services, Shown, check_room, get_services
from app.api.schemas import alert_message, encoded
from app.api.tokens import Scope
from app.errors import DeletedSessionError
from app.session.plan import SessionPlan

router = APIRouter(tags=["events"])

PAGE = 200
"""Alerts in one message, at most."""


async def _begin(request: Request, _: Shown) -> int | None:
    """The number after which the camera's session is told; None: all sessions are, from now on.

    A number that the session has not reached is of a database that was renewed.
    Raises before the answer begins: AccessError, DeletedSessionError and StorageError.
    """
    services = get_services(request)
    if services.camera is None:
        services.access.check(request, Scope.EVENTS, None)
        return None
    session_id = services.camera.session_id
    grant = services.access.check(request, Scope.EVENTS, session_id)
    await check_room(services, grant, session_id)
    info, _new = await services.registry.create(session_id, SessionPlan())
    known = request.headers.get("Last-Event-ID", "")
    if known.isascii() and known.isdigit() and len(known) <= 10:
        return min(int(known), info.last_seq)
    return info.last_seq


@router.get("/events", response_class=EventSourceResponse)
async def events(
    request: Request, after: Annotated[int | None, Depends(_begin)]
) -> AsyncIterator[ServerSentEvent]:
    """`data: {"alerts": ["Looking Right"], "events": [...]}` for each message that announces.

    Of the service's own camera, where it has one: each message has an `id`, and whoever comes back
    with it as Last-Event-ID missed nothing. Else of all sessions, from now on. What announces
    nothing, such as an episode's end, comes with the alerts it happened with, or not at all: for
    all of it there is the events socket.
    """
    services = get_services(request)
    told = _of_all(services) if after is None else _of_camera(services, after)
    services.metrics.viewers.inc()
    try:
        async for message in until_closing(told, services.closing):
            yield message
    finally:
        services.metrics.viewers.dec()


async def _of_camera(services: Services, after: int) -> AsyncGenerator[ServerSentEvent]:
    assert services.camera is not None
    session_id = services.camera.session_id
    async with services.bus.subscribe(session_id) as bell:
        while True:
            while page := await services.log.after(session_id, after, PAGE):
                after = page[-1].seq
                message = alert_message(page)
                if message["alerts"]:
                    yield ServerSentEvent(raw_data=encoded(message), id=str(after))
            try:
                await services.registry.get(session_id)
            except DeletedSessionError:
                return  # who comes back is told so
            await bell.wait()


async def _of_all(services: Services) -> AsyncGenerator[ServerSentEvent]:
    async with services.bus.subscribe_all() as bell:
        while True:
            for session_id, seqs in (await bell.wait()).items():
                for first in seqs[::PAGE]:
                    most = min(PAGE, seqs.stop - first)
                    message = alert_message(await services.log.after(session_id, first - 1, most))
                    if message["alerts"]:
                        yield ServerSentEvent(raw_data=encoded(message))
