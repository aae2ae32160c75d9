"""`/v1/sessions/{id}/report`: what happened in a session, for programs and for people."""

import time
from importlib.metadata import PackageNotFoundError, version
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import FileResponse, Response

from app.alerts.history import History
from app.api.accept import prefers_page
from app.api.deps import Services, Shown, get_services, path_session_id
from app.api.page import page_file
from app.api.report_making import Known, report_of
from app.api.report_views import ReportView, ServiceView, model_name
from app.session.registry import LIVE, Registry
from app.session.session import Session
from app.storage.event_log import EventLog
from app.types import SessionInfo

router = APIRouter(prefix="/v1/sessions", tags=["sessions"])

MOST = 2000
"""Episodes that a report lists, the newest; of older ones it tells the sums."""
PAGE = 200
"""Alerts that are read at a time: other connections are served in between."""
NOT_KEPT = {"Vary": "Accept", "Cache-Control": "no-store"}
"""A browser that shows the page must not find the JSON in its place, nor the other way."""


def _version() -> str:
    try:
        return version("procturing")
    except PackageNotFoundError:  # started from a folder into which nobody installed it
        return "not installed"


VERSION = _version()


async def _asked(session_id: str, request: Request, shown: Shown) -> str | None:
    """The id, for those who may see the session; None: they ask for the page, which holds nothing.

    Raises SessionIdError and AccessError.
    """
    if prefers_page(request):
        return None
    return await path_session_id(session_id, request, shown)


@router.get(
    "/{session_id}/report",
    response_model=ReportView,
    responses={200: {"content": {"text/html": {}}}},
)
async def report(
    session_id: Annotated[str | None, Depends(_asked)],
    services: Annotated[Services, Depends(get_services)],
) -> Response:
    """What happened when, how long, how sure, and how much of it could be judged.

    Asked for `text/html`, the same address answers with a page for people, which fetches this.
    """
    if session_id is None:
        return _page()
    info, history = await read(services.registry, services.log, session_id)
    session = services.registry.find(session_id)
    health, now = services.health, time.time()
    view = report_of(
        info,
        history,
        known_of(info, session, now),
        made_at=now,
        service=ServiceView(
            version=VERSION,
            models={
                "objects": model_name(health.objects),
                "liveness": model_name(health.liveness),
                "speakers": model_name(health.speakers),
            },
        ),
    )
    body = view.model_dump_json(by_alias=True)
    return Response(body, media_type="application/json", headers=NOT_KEPT)


def _page() -> FileResponse:
    page = page_file("report.html")
    page.headers["Vary"] = "Accept"
    return page


async def read(registry: Registry, log: EventLog, session_id: str) -> tuple[SessionInfo, History]:
    """The session as it stands once its alerts are read, those that closing it told included.

    Of one that goes on, alerts that came while these were read are left out. Raises
    UnknownSessionError or DeletedSessionError.
    """
    history, seq = History(MOST), 0
    info = await registry.settled(session_id)
    while True:
        while seq < info.last_seq:
            alerts = await log.after(session_id, seq, min(PAGE, info.last_seq - seq))
            if not alerts:  # erased meanwhile
                break
            history.take(alerts)
            seq = alerts[-1].seq
        before, info = info, await registry.settled(session_id)
        if info.state in LIVE or info.last_seq == before.last_seq:
            return info, history


def known_of(info: SessionInfo, session: Session | None, now: float) -> Known:
    """What was watched, and how far the session's clock is known. `now`: UNIX seconds."""
    if session is None:
        until = now if info.ended_at is None else info.ended_at
        return Known(coverage=info.coverage, now=until - info.created_at)
    return Known(
        coverage=session.coverage(),
        now=session.tracks.clock.now(time.monotonic()),
        newest=dict(session.tracks.newest),
    )
