"""For operators: alive, able, and how much."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response, status
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from app.api.deps import Services, get_services
from app.session.troubles import troubles

router = APIRouter(tags=["operation"])

TheServices = Annotated[Services, Depends(get_services)]


@router.get("/healthz")
async def healthz() -> dict[str, bool]:
    """Alive: the event loop turns."""
    return {"ok": True}


@router.get("/readyz")
async def readyz(services: TheServices, response: Response) -> dict[str, Any]:
    """Able: 200 once the models are loaded and the database answers, 503 before."""
    health = services.health
    database = await services.database.answers()
    ready = health.ready and database
    if not ready:
        response.status_code = status.HTTP_503_SERVICE_UNAVAILABLE
    trouble = troubles(services.registry.running)
    return {
        "ready": ready,
        "models": health.models,
        "objects": health.objects,
        "liveness": health.liveness,
        "speakers": health.speakers,
        "database": "ready" if database else "does not answer",
        "sessions": len(services.registry),
        "sessions_not_stored": trouble.not_stored,
        "sessions_not_analysed": trouble.not_analysed,
        "sessions_not_heard": trouble.not_heard,
        "degraded": [{"what": d.what, "why": d.why, "mend": d.mend} for d in health.degraded],
    }


@router.get("/metrics")
async def metrics(services: TheServices) -> Response:
    """For Prometheus."""
    return Response(generate_latest(services.metrics.registry), media_type=CONTENT_TYPE_LATEST)
