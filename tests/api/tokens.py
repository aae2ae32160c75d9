"""Tokens as others make them: with PyJWT and with LiveKit's own package."""

import time
import warnings
from datetime import timedelta
from typing import Any

import jwt
from livekit import api

KEY, SECRET = "devkey", "secret"
"""Of `livekit-server --dev`."""
GUARDED = {"PROCTOR_API_KEY": KEY, "PROCTOR_API_SECRET": SECRET}
"""Settings of a service that asks for tokens."""
MINE = "mine"
"""A session's id."""
HOURS_12 = 12 * 3600
"""Seconds: longer than any run of the tests that made the token before they began."""
EVERYTHING = "ingest events control"


def signed(claims: dict[str, Any], secret: str = SECRET, algorithm: str | None = "HS256") -> str:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the secret is short
        return jwt.encode(claims, secret if algorithm else "", algorithm=algorithm)


def claims(scope: object = EVERYTHING, session: object = MINE, **others: object) -> dict[str, Any]:
    """Of a token that holds for half a day, but for `others`; None leaves a claim out."""
    now = int(time.time())
    usual = {"iss": KEY, "nbf": now, "exp": now + HOURS_12, "kind": "agent"}
    given = {**usual, "scope": scope, "session": session, **others}
    return {name: value for name, value in given.items() if value is not None}


def token(scope: object = EVERYTHING, session: object = MINE, **others: object) -> str:
    return signed(claims(scope, session, **others))


def room_token(kind: api.AccessToken.ParticipantKind = "standard") -> str:
    """With which a participant enters a room."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return (
            api.AccessToken(KEY, SECRET)
            .with_identity("candidate")
            .with_kind(kind)
            .with_ttl(timedelta(seconds=HOURS_12))
            .with_grants(api.VideoGrants(room_join=True, room="exam"))
            .to_jwt()
        )
