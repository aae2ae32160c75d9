"""`/v1/sessions`: the service's own API."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response, status

from app.api.asks import Asks
from app.api.deps import SessionId, Shown, all_sessions, get_log, get_registry, get_services
from app.api.schemas import LARGEST_SEQ, NewSession, SessionPage, SessionView, alert_message
from app.api.tokens import Scope
from app.session.registry import Registry
from app.storage.event_log import EventLog
from app.types import SessionInfo, SessionState

router = APIRouter(prefix="/v1/sessions", tags=["sessions"])

TheRegistry = Annotated[Registry, Depends(get_registry)]
TheLog = Annotated[EventLog, Depends(get_log)]


@router.post("", status_code=status.HTTP_201_CREATED)
async def create(
    body: NewSession, registry: TheRegistry, request: Request, response: Response, _: Shown
) -> SessionView:
    """Create a session; one that exists is returned as it is, with status 200.

    One that has no room yet takes the room and the participant that are named here.
    """
    if (grant := get_services(request).access.check(request, Scope.CONTROL, body.id)) is not None:
        grant.check_room(body.room)
    info, new = await registry.create(body.id, body.plan())
    if grant is not None:
        grant.check_room(info.room)
    if not new:
        response.status_code = status.HTTP_200_OK
    return _view(info, registry)


@router.get("", dependencies=[Depends(all_sessions)])
async def list_sessions(
    registry: TheRegistry,
    state: Annotated[list[SessionState] | None, Query(description="Default: all.")] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
    offset: Annotated[int, Query(ge=0, le=LARGEST_SEQ)] = 0,
) -> SessionPage:
    """Sessions, the newest first."""
    infos, total = await registry.list(limit, offset, state)
    return SessionPage(sessions=[_view(info, registry) for info in infos], total=total)


@router.get("/{session_id}")
async def get(session_id: SessionId, registry: TheRegistry) -> SessionView:
    """One session, with its counters and its newest numbers while it runs."""
    return _view(await registry.get(session_id), registry)


@router.post("/{session_id}/start")
async def start(session_id: SessionId, registry: TheRegistry) -> SessionView:
    """Judge again, after a pause or a stop."""
    return _view(await registry.start_judging(session_id), registry)


@router.post("/{session_id}/pause")
async def pause(session_id: SessionId, registry: TheRegistry) -> SessionView:
    """Take media but judge nothing; open episodes end."""
    return _view(await registry.pause(session_id), registry)


@router.post("/{session_id}/stop")
async def stop(session_id: SessionId, registry: TheRegistry) -> SessionView:
    """End the session; its alerts stay."""
    return _view(await registry.stop(session_id), registry)


@router.delete("/{session_id}", status_code=status.HTTP_204_NO_CONTENT)
async def delete(session_id: SessionId, registry: TheRegistry) -> None:
    """Erase the session and all that it said; its id is not used again."""
    await registry.erase(session_id)


@router.get("/{session_id}/events")
async def events(
    session_id: SessionId,
    registry: TheRegistry,
    log: TheLog,
    after: Annotated[
        int, Query(ge=0, le=LARGEST_SEQ, description="The last number that is known.")
    ] = 0,
    limit: Annotated[int, Query(ge=1, le=1000)] = 500,
) -> dict[str, Any]:
    """Alerts with numbers above `after`, in order, in the sockets' shape."""
    await registry.get(session_id)
    return alert_message(await log.after(session_id, after, limit))


def _view(info: SessionInfo, registry: Registry) -> SessionView:
    return SessionView.of(info, Asks.of(registry.cadences), registry.find(info.id))
