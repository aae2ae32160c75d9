"""What a token says, without a service."""

import time
import warnings
from base64 import urlsafe_b64encode

import jwt
import pytest

from app.api.tokens import Grant, Scope, Tokens
from app.errors import ConfigurationError, ForbiddenError, UnauthorizedError
from client_adapter import tokens as mints
from tests.api.tokens import KEY, SECRET, room_token, token

TOKENS = Tokens(KEY, SECRET)
PEM = "-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----\n"


@pytest.mark.parametrize("room", [None, "exam/ä"])
@pytest.mark.parametrize("scopes", [frozenset(Scope), frozenset({Scope.EVENTS})])
def test_reads_what_it_makes(scopes: frozenset[Scope], room: str | None) -> None:
    grant = Grant(scopes=scopes, session="a/b", room=room, seconds=60)
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # of a short secret, at each token
        assert TOKENS.read(TOKENS.make(grant)) == grant


def test_makes_livekit_s_form() -> None:
    made = TOKENS.make(
        Grant(scopes=frozenset({Scope.INGEST}), session="s", room="exam", seconds=90)
    )
    assert jwt.get_unverified_header(made)["alg"] == "HS256"
    claims = jwt.decode(made, options={"verify_signature": False})
    assert claims.pop("exp") - claims.pop("nbf") == 90
    assert claims == {
        "iss": KEY,
        "kind": "agent",
        "scope": "ingest",
        "session": "s",
        "video": {"room": "exam"},
    }


@pytest.mark.parametrize(
    ("video", "room"),
    [
        (None, None),
        ({}, None),
        ({"room": "exam", "roomJoin": False}, "exam"),
        ({"room": 7}, None),
        ({"room": ""}, None),
    ],
)
def test_a_room_is_a_name(video: object, room: str | None) -> None:
    assert TOKENS.read(token(video=video)).room == room


def test_a_token_for_all_sessions_names_no_room() -> None:
    with pytest.raises(ForbiddenError, match="all sessions names no room"):
        TOKENS.read(token(session="*", video={"room": "exam"}))
    with pytest.raises(ForbiddenError, match="all sessions names no room"):
        TOKENS.make(Grant(scopes=frozenset(Scope), session="*", room="exam", seconds=60))
    assert TOKENS.read(token(session="*", video={})).session == "*"


def test_words_of_others_are_no_scope() -> None:
    assert TOKENS.read(token("openid ingest profile")).scopes == {Scope.INGEST}


@pytest.mark.parametrize("kind", ["standard", "agent"])
def test_a_room_token_is_refused(kind: str) -> None:
    with pytest.raises(ForbiddenError, match="room token"):
        TOKENS.read(room_token(kind))  # type: ignore[arg-type]


@pytest.mark.parametrize("scope", mints.Scope)
def test_takes_what_the_adapter_mints(scope: mints.Scope) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the secret is short
        minted = mints.mint(KEY, SECRET, session="exam_a", scope=scope, room="exam")
    grant = TOKENS.read(minted)
    assert grant.scopes == {Scope(scope)}
    assert (grant.session, grant.room) == ("exam_a", "exam")


@pytest.mark.parametrize(("begins", "ends"), [(5, 60), (-60, -5)])
def test_clocks_may_differ_a_little(begins: int, ends: int) -> None:
    now = int(time.time())
    assert TOKENS.read(token(nbf=now + begins, exp=now + ends)).seconds == ends - begins


@pytest.mark.parametrize(
    "text",
    ["", ".", "a.b.c", "é.é.é", "x" * 60_000, f"{urlsafe_b64encode(b'[' * 30_000).decode()}.e30.e"],
)
def test_what_is_no_token_is_refused(text: str) -> None:
    with pytest.raises(UnauthorizedError, match="no JSON Web Token"):
        TOKENS.read(text)


@pytest.mark.parametrize("secret", ["ssh-rsa AAAA", PEM])
def test_a_public_key_is_no_secret(secret: str) -> None:
    with pytest.raises(ConfigurationError, match="PROCTOR_API_SECRET") as caught:
        Tokens(KEY, secret)
    assert secret not in str(caught.value)
