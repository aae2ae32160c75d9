"""The tokens that the adapter mints, as LiveKit's own verifier and the service see them."""

import asyncio
from collections.abc import Iterator

import httpx
import jwt
import pytest
from livekit.api import TokenVerifier

from benchmarks.service import sockets_url
from client_adapter import ProctorClient, ProctorClosed, Retry
from client_adapter.tokens import Scope, TokenProvider, mint, minting
from tests.client_adapter.seen import in_loop, until
from tests.media import jpeg, room
from tests.service import Service, running_service

KEY, SECRET = "devkey", "a secret of thirty-two characters, or more"
NOBODY = jpeg(room(160, 120))


@pytest.fixture(scope="module")
def guarded() -> Iterator[Service]:
    with running_service(PROCTOR_API_KEY=KEY, PROCTOR_API_SECRET=SECRET) as running:
        yield running


def test_it_names_session_scope_and_room_and_lets_nobody_join() -> None:
    token = mint(KEY, SECRET, session="r_anna", scope=Scope.INGEST, room="r")
    claims = TokenVerifier(KEY, SECRET).verify(token)
    assert claims.kind == "agent"
    assert claims.video is not None
    assert (claims.video.room, claims.video.room_join) == ("r", None)
    raw = jwt.decode(token, SECRET, algorithms=["HS256"], issuer=KEY)
    assert (raw["scope"], raw["session"]) == ("ingest", "r_anna")
    assert raw["exp"] - raw["nbf"] < 3600


def sessions(service: Service) -> list[str]:
    """All ids, asked for as an operator."""
    token = mint(KEY, SECRET, session="*", scope=Scope.CONTROL)
    headers = {"Authorization": f"Bearer {token}"}
    answer = httpx.get(f"{service.url}/v1/sessions", headers=headers).raise_for_status().json()
    return [session["id"] for session in answer["sessions"]]


def client(service: Service, session: str, tokens: TokenProvider | None) -> ProctorClient:
    retry = Retry(first=0.05, most=0.1)
    url = sockets_url(service.url)
    return ProctorClient(url, session_id=session, token_provider=tokens, retry=retry)


def expired(session: str, scope: Scope) -> str:
    return mint(KEY, SECRET, session=session, scope=scope, lifetime=-60)


@in_loop
async def test_with_it_all_sockets_open(guarded: Service) -> None:
    async with client(guarded, "exam 7_anna/ü", minting(KEY, SECRET)) as anna:
        waiting = asyncio.ensure_future(anext(anna.events(after=0)))
        await anna.send_frame(NOBODY)
        await anna.send_pcm(bytes(3200))
        await anna.send_pcm(bytes(3200), track="reference")
        await until(lambda: anna.sent.sound_seconds > 0.19, "all sound there")
        await until(lambda: anna.sent.pictures == 1, "the picture there")
        await until(lambda: anna.sent.connections == 4, "the events open")
        waiting.cancel()
    assert "exam 7_anna/ü" in sessions(guarded)


@pytest.mark.parametrize(
    ("wrong", "given_up"),
    [
        (None, False),
        (minting(KEY, "another secret of thirty-two characters"), False),
        (minting("otherkey", SECRET), False),
        (lambda session, scope: mint(KEY, SECRET, session="another", scope=scope), True),
        (lambda session, scope: mint(KEY, SECRET, session=session, scope=Scope.EVENTS), True),
        (expired, False),
    ],
    ids=["none", "other secret", "other key", "other session", "other scope", "expired"],
)
@in_loop
async def test_without_it_nothing_is_taken(
    guarded: Service, wrong: TokenProvider | None, given_up: bool
) -> None:
    async with client(guarded, "intruder", wrong) as intruder:
        refused = False
        for _ in range(20):
            try:
                await intruder.send_frame(NOBODY)
            except ProctorClosed as closed:
                refused = closed.code == 4403
            await asyncio.sleep(0.05)
        assert refused is given_up
        assert intruder.sent.pictures == 0
    assert "intruder" not in sessions(guarded)


@in_loop
async def test_a_new_one_is_asked_for_each_time(guarded: Service) -> None:
    asked: list[Scope] = []

    async def provide(session: str, scope: Scope) -> str:
        asked.append(scope)
        lifetime = -60.0 if len(asked) < 3 else 60.0
        return mint(KEY, SECRET, session=session, scope=scope, lifetime=lifetime)

    async with client(guarded, "patient", provide) as patient:
        await patient.send_frame(NOBODY)
        await until(lambda: patient.sent.pictures == 1, "the picture there")
    assert asked == [Scope.CONTROL, Scope.CONTROL, Scope.CONTROL, Scope.INGEST]


@in_loop
async def test_what_a_provider_raises_ends_nothing(guarded: Service) -> None:
    errors: list[Exception] = [RuntimeError("no vault"), TimeoutError(), KeyError("secret")]

    def provide(session: str, scope: Scope) -> str:
        if errors:
            raise errors.pop()
        return mint(KEY, SECRET, session=session, scope=scope)

    async with client(guarded, "vault", provide) as patient:
        waiting = asyncio.ensure_future(anext(patient.events(after=0)))
        await patient.send_frame(NOBODY)
        await patient.send_pcm(bytes(3200))
        await until(lambda: patient.sent.pictures == 1, "the picture there")
        await until(lambda: patient.sent.connections == 3, "all sockets open")
        waiting.cancel()
