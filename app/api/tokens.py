"""Tokens in LiveKit's form: what their bearer may do with which session."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import jwt
from jwt.algorithms import HMACAlgorithm
from jwt.types import Options

from app.errors import ConfigurationError, ForbiddenError, UnauthorizedError

ALGORITHM = "HS256"
KIND = "agent"
"""LiveKit's kind of a participant that is no person; a candidate's token has another, or none."""
ALL_SESSIONS = "*"
"""In place of a session's id."""
LEEWAY = 10.0
"""Seconds by which clocks may differ."""
LONGEST_INGEST = 24 * 3600.0
"""Seconds."""
CLAIMS: Options = {
    "verify_signature": False,  # it was, before
    "verify_exp": True,
    "verify_nbf": True,
    "verify_iat": True,
    "verify_iss": True,
    "verify_aud": True,
    "require": ["exp", "iss"],
}
WRONG: dict[type[jwt.InvalidTokenError], str] = {
    jwt.InvalidAlgorithmError: "the token is not signed with HS256",
    jwt.InvalidSignatureError: "the token was signed with another secret than this service's",
    jwt.ExpiredSignatureError: "the token has expired: get a new one",
    jwt.ImmatureSignatureError: "the token begins in the future: do the clocks differ?",
    jwt.InvalidIssuerError: "the token's iss is not this service's key",
    jwt.InvalidAudienceError: "the token's aud is for somebody else",
}


class Scope(StrEnum):
    """What a token lets do."""

    INGEST = "ingest"
    """Send pictures and sound."""
    EVENTS = "events"
    """See the session and its alerts."""
    CONTROL = "control"
    """Create, change and delete the session; and see it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """What a token that holds lets do."""

    scopes: frozenset[Scope]
    """Not empty; words of others are left out."""
    session: str
    """The one session's id, or ALL_SESSIONS."""
    room: str | None = None
    """LiveKit's room that the token names; None: it names none, as one for all sessions must."""
    seconds: float
    """From its beginning to its end; above 0."""

    def __post_init__(self) -> None:
        """Raises ForbiddenError."""
        if self.session == ALL_SESSIONS and self.room is not None:
            raise ForbiddenError("a token for all sessions names no room: name one session")

    def check_room(self, room: str | None) -> None:
        """Raises ForbiddenError where the token names another room than the session's."""
        if self.room is not None and room is not None and self.room != room:
            raise ForbiddenError("the token is for a session of another room")


class Tokens:
    """Makes and reads them, for one key and secret."""

    def __init__(self, key: str, secret: str) -> None:
        """Raises ConfigurationError where the secret is a public key, which everybody may know."""
        self._key = key
        self._secret = secret
        self._signatures = jwt.PyJWS([])
        self._signatures.register_algorithm(ALGORITHM, _AnyLength(HMACAlgorithm.SHA256))
        self._claims = jwt.PyJWT()
        try:
            self._signatures.encode(b"", secret, ALGORITHM)
        except jwt.InvalidKeyError as error:
            raise ConfigurationError(f"PROCTOR_API_SECRET cannot be a secret: {error}") from None

    def make(self, grant: Grant) -> str:
        """A token that begins now."""
        now = int(time.time())
        claims: dict[str, Any] = {
            "iss": self._key,
            "nbf": now,
            "exp": now + round(grant.seconds),
            "kind": KIND,
            "scope": " ".join(scope for scope in Scope if scope in grant.scopes),
            "session": grant.session,
        }
        if grant.room is not None:
            claims["video"] = {"room": grant.room}
        said = json.dumps(claims, separators=(",", ":")).encode()
        return self._signatures.encode(said, self._secret, ALGORITHM)

    def read(self, token: str) -> Grant:
        """What it lets do now.

        A participant's room token lets nothing be done here, however well it is signed. Raises
        UnauthorizedError and ForbiddenError.
        """
        try:
            self._signatures.decode_complete(token, self._secret, [ALGORITHM])
            claims = self._claims.decode(token, options=CLAIMS, issuer=self._key, leeway=LEEWAY)
        except jwt.MissingRequiredClaimError as error:
            raise UnauthorizedError(f"the token has no {error.claim}") from None
        except jwt.InvalidTokenError as error:
            known = (words for kind, words in WRONG.items() if isinstance(error, kind))
            raise UnauthorizedError(next(known, "what came is no JSON Web Token")) from None
        return _granted(claims)


class _AnyLength(HMACAlgorithm):
    """Takes short secrets without a warning at each token, such as LiveKit's dev server has."""

    def check_key_length(self, key: bytes) -> str | None:
        return None


def _granted(claims: Mapping[str, Any]) -> Grant:
    video = claims.get("video") or {}
    words, session = claims.get("scope"), claims.get("session")
    if not isinstance(video, Mapping) or video.get("roomJoin") or claims.get("kind") != KIND:
        raise ForbiddenError("a participant's room token is for rooms: this service takes others")
    named = words.split() if isinstance(words, str) else []
    scopes = frozenset(scope for scope in Scope if scope in named)
    if not scopes:
        raise ForbiddenError("the token has no scope: ingest, events or control")
    if not isinstance(session, str) or not session:
        raise ForbiddenError("the token names no session")
    began, room = claims.get("nbf", claims.get("iat", time.time())), video.get("room")
    return Grant(
        scopes=scopes,
        session=session,
        room=room if isinstance(room, str) and room else None,
        seconds=int(claims["exp"]) - int(began),
    )
