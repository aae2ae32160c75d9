"""`GET /v1/wall`: all sessions that are not over, in one answer that is cheap to ask for."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from app.api.deps import all_sessions, get_services
from app.api.wall_views import WallSession, WallView

MOST = 500

router = APIRouter(prefix="/v1/wall", tags=["sessions"])


@router.get("", dependencies=[Depends(all_sessions)], response_model=WallView)
async def wall(
    request: Request,
    limit: Annotated[int, Query(ge=1, le=MOST, description="Sessions, the newest.")] = MOST,
) -> Response:
    """Sessions that run or pause: what is open, how many episodes, and the newest numbers."""
    services = get_services(request)
    stored, total = await services.tallies.newest(limit)
    find = services.registry.find
    view = WallView(sessions=[WallSession.of(each, find(each.id)) for each in stored], total=total)
    # Encoded here: FastAPI would check every number once more.
    return Response(view.model_dump_json(), media_type="application/json")
