"""What programs are told at the service's address, where people are given the page."""

from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from fastapi import FastAPI, Request

from app.api.deps import get_services
from app.api.health import Health

SOCKETS = (
    "/ws/proctor/{session_id}/video",
    "/ws/proctor/{session_id}/audio",
    "/ws/proctor/{session_id}/events",
)


def front(request: Request) -> dict[str, Any]:
    """The keys of three older systems at once."""
    health = get_services(request).health
    return {
        "message": "Proctoring engine",
        "name": "procturing",
        "version": own_version(),
        "status": _status(health),
        "docs": "/docs",
        "endpoints": _endpoints(request.app),
    }


def _status(health: Health) -> str:
    if health.ready:
        return "running"
    return "loading" if health.models == "loading" else "degraded"


@cache
def own_version() -> str:
    """Of this package; "unknown" where its files lie without it."""
    try:
        return version("procturing")
    except PackageNotFoundError:
        return "unknown"


def _endpoints(app: FastAPI) -> list[str]:
    return sorted({*app.openapi()["paths"], *SOCKETS})
