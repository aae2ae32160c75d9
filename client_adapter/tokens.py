"""Tokens of LiveKit's form that open one session of the service and no room."""

import asyncio
import inspect
import os
import time
import warnings
from collections.abc import Awaitable, Callable
from enum import StrEnum

import jwt
from jwt.warnings import InsecureKeyLengthWarning

LIFETIME = 600.0
"""Seconds for which a token is good; a socket that is open stays open."""
PROVIDING_SECONDS = 10.0
"""What a provider may take."""
SKEW = 10
"""Seconds by which the service's clock may be behind."""


class Scope(StrEnum):
    """What a token is good for."""

    INGEST = "ingest"
    """Sending pictures and sound."""
    EVENTS = "events"
    """Reading alerts."""
    CONTROL = "control"
    """Creating and changing the session."""


TokenProvider = Callable[[str, Scope], str | Awaitable[str]]
"""Makes a token for a session and a scope, each time when one is needed."""


def mint(
    key: str,
    secret: str,
    *,
    session: str,
    scope: Scope,
    room: str | None = None,
    lifetime: float = LIFETIME,
) -> str:
    """A token for the service. It lets nobody into a LiveKit room: it grants no join."""
    now = int(time.time())
    claims = {
        "iss": key,
        "sub": "procturing",
        "kind": "agent",
        "nbf": now - SKEW,
        "exp": now + int(lifetime),
        "scope": scope.value,
        "session": session,
    }
    if room is not None:
        claims["video"] = {"room": room}
    with warnings.catch_warnings():  # the secret of LiveKit's `--dev` is short, and known to all
        warnings.simplefilter("ignore", InsecureKeyLengthWarning)
        return jwt.encode(claims, secret, algorithm="HS256")


def minting(key: str, secret: str, room: str | None = None) -> TokenProvider:
    """Mints with LiveKit's key and secret."""

    def provide(session: str, scope: Scope) -> str:
        return mint(key, secret, session=session, scope=scope, room=room)

    return provide


def from_environment(room: str | None = None) -> TokenProvider | None:
    """Mints with the key and secret that the environment names; None: it names none."""
    for prefix in ("PROCTOR", "LIVEKIT"):
        key, secret = (os.environ.get(f"{prefix}_API_{what}") for what in ("KEY", "SECRET"))
        if key and secret:
            return minting(key, secret, room)
    return None


async def token_for(provider: TokenProvider | None, session: str, scope: Scope) -> str | None:
    """A fresh one; None: nobody makes any. Raises ConnectionError where that fails."""
    if provider is None:
        return None
    try:
        async with asyncio.timeout(PROVIDING_SECONDS):
            token = provider(session, scope)
            return await token if inspect.isawaitable(token) else token
    except Exception as error:  # somebody else's code: what it raises must not end the session
        raise ConnectionError(f"no token for {scope}: {error!r}") from error
