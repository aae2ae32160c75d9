"""Requests whose body is larger than anything this service takes are refused before it is held."""

from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

TOO_LARGE = 413


class LimitedBodies:
    """Answers 413, by the length that the request names, or once so much has come."""

    def __init__(self, app: ASGIApp, most: int) -> None:
        """`most`: bytes."""
        self._app = app
        self._most = most
        self._words = f"a request's body has at most {most} bytes"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        named = dict(scope["headers"]).get(b"content-length", b"0")
        if named.isdigit() and int(named[:20]) > self._most:
            await PlainTextResponse(self._words, TOO_LARGE)(scope, receive, send)
            return
        received = 0

        async def counted() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > self._most:
                raise HTTPException(TOO_LARGE, self._words)
            return message

        await self._app(scope, counted, send)
