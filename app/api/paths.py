"""Session ids in paths: any printable text, percent-encoded, slashes too."""

import re
from urllib.parse import unquote_to_bytes

from starlette.types import ASGIApp, Receive, Scope, Send

from app.errors import SessionIdError

ENCODED = ("/ws/proctor/", "/v1/sessions/")
"""Below these, paths are matched as they were sent, so that %2F does not divide them."""
WELL_ENCODED = re.compile(r"(?:[^%/]|%[0-9A-Fa-f]{2})*")


class EncodedPaths:
    """Keeps the percent-encoding of paths that hold session ids."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        if scope["type"] in ("http", "websocket") and scope["path"].startswith(ENCODED):
            raw = scope.get("raw_path") or scope["path"].encode()
            scope = {**scope, "path": raw.partition(b"?")[0].decode("ascii", "replace")}
        await self._app(scope, receive, send)


def decoded(session_id: str) -> str:
    """The id that stands percent-encoded in a path. Raises SessionIdError."""
    if not WELL_ENCODED.fullmatch(session_id):
        raise SessionIdError("a session id is percent-encoded in a path, its % and / too")
    try:
        return unquote_to_bytes(session_id).decode()
    except UnicodeDecodeError:
        raise SessionIdError("a session id is UTF-8, percent-encoded") from None
