"""Webhooks as a LiveKit server sends them, signed with its own package."""

import base64
import hashlib
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, cast

import httpx
from google.protobuf.json_format import MessageToJson
from livekit.api import AccessToken
from livekit.protocol.models import ParticipantInfo, Room, TrackInfo
from livekit.protocol.webhook import WebhookEvent

from benchmarks.service import running_service
from tests.api.client import (
    Client,
)
from tests.api.tokens import GUARDED, KEY, SECRET, token

LATER = 60
"""Seconds after which news of a room comes here: after all that a test did before."""
SECOND = bytes(2 * 16_000)
RUNS, ENDED = ("running", None), ("stopped", "room")


def event(
    name: str, room: str = "exam", identity: str = "", at: float | None = None, **more: Any
) -> str:
    """A webhook's body; `at`: UNIX seconds, of which LiveKit tells whole ones."""
    told = WebhookEvent(
        event=name,
        room=Room(name=room),
        participant=ParticipantInfo(identity=identity),
        id="EV_1",
        created_at=int(time.time() + LATER if at is None else at),
        **more,
    )
    return MessageToJson(told)


def track(source: int) -> TrackInfo:
    return TrackInfo(sid="TR_1", source=cast(Any, source))


def signature(
    body: str,
    *,
    key: str = KEY,
    secret: str = SECRET,
    ends_in: float = 300.0,
    of: str | None = None,
) -> str:
    """Of the body, or `of` another one."""
    digest = hashlib.sha256((body if of is None else of).encode()).digest()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the secret is short
        return (
            AccessToken(key, secret)
            .with_ttl(timedelta(seconds=ends_in))
            .with_sha256(base64.b64encode(digest).decode())
            .to_jwt()
        )


def post(client: Client, body: str, authorization: str | None = None) -> httpx.Response:
    """Signed, unless told otherwise; "" sends no header."""
    shown = signature(body) if authorization is None else authorization
    headers = {"content-type": "application/webhook+json"}
    return httpx.post(
        f"{client.service.url}/v1/livekit/webhook",
        content=body.encode(),
        headers=headers | ({"authorization": shown} if shown else {}),
        trust_env=False,
        timeout=20,
    )


def tell(client: Client, *about: Any, **more: Any) -> list[str]:
    """The sessions that it concerned."""
    answer = post(client, event(*about, **more))
    assert answer.status_code == 200, answer.text
    assert answer.json().keys() == {"sessions"}
    concerned: list[str] = answer.json()["sessions"]
    return concerned


def state(client: Client, session_id: str) -> tuple[str, str | None]:
    session = client.get(session_id).json()
    return session["state"], session["ended_by"]


@contextmanager
def keyed_service() -> Iterator[Client]:
    """With LiveKit's key and secret; nothing goes wrong in it, and it never says the secret."""
    with (
        running_service(**GUARDED, PROCTOR_STALE_AFTER="60") as service,
        Client(service, token(session="*")) as client,
    ):
        yield client
        log = service.log.read_text()
        assert "Traceback" not in log
        assert SECRET not in log.replace("api_secret", "")
