"""The page: static files that run nothing but themselves."""

from typing import Any

from fastapi.responses import FileResponse
from fastapi.staticfiles import StaticFiles
from starlette.responses import Response

from app.settings import REPOSITORY

PAGE = REPOSITORY / "debug_ui"
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


async def page() -> FileResponse:
    """The page itself."""
    return FileResponse(PAGE / "index.html", headers=PAGE_HEADERS)
