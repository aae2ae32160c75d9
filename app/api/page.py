"""The pages: static files that run nothing but themselves."""

from functools import partial
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, JSONResponse, RedirectResponse
from fastapi.staticfiles import StaticFiles
from starlette.responses import Response

from app.api.accept import prefers_page
from app.api.front import front
from app.settings import REPOSITORY

PAGE = REPOSITORY / "debug_ui"
router = APIRouter(include_in_schema=False)
asked = partial(router.api_route, methods=["GET", "HEAD"])

PAGE_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' blob: data:; frame-ancestors 'none'"
    ),
    "Cache-Control": "no-cache",  # asked again each time, so that an update shows at once
}


class PageFiles(StaticFiles):
    """Its parts."""

    def file_response(self, *args: Any, **named: Any) -> Response:
        """With the headers, for whole files and for "not modified" alike."""
        response = super().file_response(*args, **named)
        response.headers.update(PAGE_HEADERS)
        return response


def page_file(name: str) -> FileResponse:
    """One of the pages."""
    return FileResponse(PAGE / name, headers=PAGE_HEADERS)


@asked("/")
async def camera_page(request: Request) -> Response:
    """A camera, or somebody else's session; programs are told what this is."""
    answer = page_file("index.html") if prefers_page(request) else JSONResponse(front(request))
    answer.headers["Vary"] = "Accept"
    return answer


@asked("/ui")
@asked("/ui/")
async def console(request: Request) -> RedirectResponse:
    """Where the page was in an older system."""
    query = f"?{request.url.query}" if request.url.query else ""
    return RedirectResponse(f"/{query}")


@asked("/wall")
async def wall_page() -> FileResponse:
    """Many sessions at once."""
    return page_file("wall.html")
