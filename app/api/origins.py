"""Keeps pages of other sites away from a service that trusts whoever reaches its loopback address.

A browser lets any page open WebSockets and send simple requests to 127.0.0.1; it says in `Origin`
which page that is. Clients that are no browsers send none.
"""

from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send


class OwnOrigins:
    """Refuses connections of pages that neither this service nor this machine served."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer 403."""
        if scope["type"] in ("http", "websocket"):
            headers = dict(scope["headers"])
            origin = headers.get(b"origin", b"").decode("latin-1")
            if origin and not _is_own(origin, headers.get(b"host", b"").decode("latin-1")):
                if scope["type"] == "websocket":
                    await send({"type": "websocket.close", "code": 4403})
                else:
                    refusal = PlainTextResponse(f"pages of {origin} may not use this service", 403)
                    await refusal(scope, receive, send)
                return
        await self._app(scope, receive, send)


def _is_own(origin: str, host: str) -> bool:
    try:
        page = urlsplit(origin)
        if page.netloc == host or page.hostname == "localhost":
            return True
        return ip_address(page.hostname or "").is_loopback
    except ValueError:  # such as "null", the origin of a file or of a sandboxed frame
        return False
