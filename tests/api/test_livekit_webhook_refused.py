"""Webhooks that nobody believes."""

from collections.abc import Iterator

import pytest

from app.api.livekit_webhook import received
from app.errors import WebhookError, WebhookKeyError, WebhookSignatureError
from app.main import HTTP_STATUS
from app.settings import Settings, load_settings
from tests.api.client import (
    Client,
)
from tests.api.tokens import KEY, SECRET, room_token, token
from tests.api.webhooks import (
    RUNS,
    event,
    keyed_service,
    post,
    signature,
    state,
)

BODY = event("room_finished", "trusted")
LONG = "a secret of as many characters as there should be"


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    with keyed_service() as client:
        yield client


@pytest.mark.parametrize(
    ("authorization", "why"),
    [
        ("", "no Authorization header"),
        ("x", "signature does not hold"),
        ("Bearer x", "signature does not hold"),
        (signature(BODY, secret="another"), "Signature verification failed"),
        (signature(BODY, key="another"), "Invalid issuer"),
        (signature(BODY, of=BODY + " "), "hash mismatch"),
        (signature(BODY, ends_in=-100.0), "expired"),
        (room_token(), "sha256 was not found"),
        (token(session="*"), "sha256 was not found"),
        (token(session="*", sha256="?"), "signature does not hold"),
        (token(session="*", sha256=7), "signature does not hold"),
    ],
)
def test_what_is_not_signed_is_refused(client: Client, authorization: str, why: str) -> None:
    client.create("trusted", room="trusted").raise_for_status()
    answer = post(client, BODY, authorization)
    assert answer.status_code == 401
    assert answer.json()["error"] == "WebhookSignatureError"
    assert why in answer.json()["message"]
    assert SECRET not in answer.text.replace("PROCTOR_API_SECRET", "")
    assert state(client, "trusted") == RUNS


def test_a_bearer_may_be_named(client: Client) -> None:
    body = event("room_started")
    assert post(client, body, f"Bearer {signature(body)}").status_code == 200


@pytest.mark.parametrize("body", ["", "x", "[1]", '{"event": 7}', "null"])
def test_what_is_signed_and_no_event_is_refused(client: Client, body: str) -> None:
    answer = post(client, body)
    assert (answer.status_code, answer.json()["error"]) == (400, "WebhookError")


def test_a_body_has_its_limit(client: Client) -> None:
    assert post(client, "x" * 5_000_000).status_code == 413


def keyed(key: str, secret: str) -> Settings:
    return load_settings(api_key=key, api_secret=secret)


def test_without_a_key_nothing_is_taken() -> None:
    with pytest.raises(WebhookKeyError, match="PROCTOR_API_KEY and PROCTOR_API_SECRET"):
        received(BODY.encode(), signature(BODY, secret=LONG), keyed("", ""))
    assert HTTP_STATUS[WebhookKeyError] == 503


def test_bytes_that_are_no_text_are_refused() -> None:
    settings = keyed(KEY, LONG)
    with pytest.raises(WebhookSignatureError, match="utf-8"):
        received(b"\xff", signature(BODY, secret=LONG), settings)
    with pytest.raises(WebhookError):
        received(b"{", signature("{", secret=LONG), settings)
    found = received(BODY.encode(), signature(BODY, secret=LONG), settings)
    assert found.room.name == "trusted"
