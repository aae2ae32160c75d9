"""Who may use the service: whoever shows a token, where the operator has set a secret."""

from typing import Self

from fastapi import WebSocket
from starlette.requests import HTTPConnection

from app.api.tokens import ALL_SESSIONS, LONGEST_INGEST, Grant, Scope, Tokens
from app.errors import ForbiddenError, MisplacedTokenError, UnauthorizedError
from app.settings import Settings

PROTOCOL = "proctor"
"""The WebSocket subprotocol that the service answers with."""
TOKEN_PROTOCOL = "token."
"""What a browser puts before its token: it cannot send a header with a WebSocket."""
NOT_IN_ADDRESSES = ("token", "access_token")
SUFFICE = {
    Scope.INGEST: frozenset({Scope.INGEST}),
    Scope.EVENTS: frozenset({Scope.EVENTS, Scope.CONTROL}),
    Scope.CONTROL: frozenset({Scope.CONTROL}),
}
"""Of what is asked for, the scopes that allow it."""


class Access:
    """Says who may do what."""

    def __init__(self, tokens: Tokens | None) -> None:
        """`tokens`: None lets everybody do everything."""
        self._tokens = tokens

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """Raises ConfigurationError."""
        if not settings.guarded:
            return cls(None)
        return cls(Tokens(settings.api_key, settings.api_secret.get_secret_value()))

    def check(
        self, connection: HTTPConnection, scope: Scope, session_id: str | None
    ) -> Grant | None:
        """What the connection's token allows; None: the service asks for none.

        `session_id`: None asks for all sessions. A socket is asked once, when it connects: it is
        not cut when its token expires later. Raises AccessError.
        """
        if self._tokens is None:
            return None
        if any(name in connection.query_params for name in NOT_IN_ADDRESSES):
            raise MisplacedTokenError(
                "a token in an address ends in logs: send it as header or subprotocol, not as query"
            )
        token = _shown(connection)
        if not token:
            raise UnauthorizedError(
                "no token came: send Authorization: Bearer TOKEN, or subprotocols proctor, token.…"
            )
        grant = self._tokens.read(token)
        if not grant.scopes & SUFFICE[scope]:
            raise ForbiddenError(f"the token's scope is not {' or '.join(sorted(SUFFICE[scope]))}")
        if scope is Scope.INGEST and grant.seconds > LONGEST_INGEST:
            raise ForbiddenError("a token for ingest may last 24 hours at most")
        if grant.session not in (ALL_SESSIONS, session_id):
            asked = "another session" if session_id else "one session, and this asks for all"
            raise ForbiddenError(f"the token is for {asked}")
        return grant


async def accept(websocket: WebSocket) -> None:
    """With the service's own subprotocol where the client knows it; never with its token."""
    offered = websocket.scope["subprotocols"]
    await websocket.accept(subprotocol=PROTOCOL if PROTOCOL in offered else None)


def _shown(connection: HTTPConnection) -> str | None:
    """The token in the header, else in a subprotocol; None: there is none."""
    scheme, _, token = connection.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return token.strip()
    offered: list[str] = connection.scope.get("subprotocols", [])
    tokens = (p.removeprefix(TOKEN_PROTOCOL) for p in offered if p.startswith(TOKEN_PROTOCOL))
    return next(tokens, None)
