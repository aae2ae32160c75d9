"""The pages: static files that run nothing but themselves."""

from typing import Any

from fastapi import APIRouter
from fastapi.responses import FileResponse
from fastapi.staticfiles import StaticFiles
from starlette.responses import Response

from app.settings import REPOSITORY

PAGE = REPOSITORY / "debug_ui"
router = APIRouter(include_in_schema=False)

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


@router.get("/")
async def camera_page() -> FileResponse:
    """A camera, or somebody else's session."""
    return page_file("index.html")


@router.get("/wall")
async def wall_page() -> FileResponse:
    """Many sessions at once."""
    return page_file("wall.html")
