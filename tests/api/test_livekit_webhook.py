"""`/v1/livekit/webhook`: signed as a LiveKit server signs, with LiveKit's own package."""

import base64
import hashlib
import time
import warnings
from collections.abc import Iterator
from datetime import timedelta
from typing import Any, cast

import httpx
import pytest
from google.protobuf.json_format import MessageToJson
from livekit.api import AccessToken
from livekit.protocol.models import ParticipantInfo, Room, TrackInfo, TrackSource
from livekit.protocol.webhook import WebhookEvent

from app.api.livekit_webhook import received
from app.errors import WebhookError, WebhookKeyError, WebhookSignatureError
from app.main import HTTP_STATUS
from app.settings import Settings, load_settings
from benchmarks.service import running_service
from tests.api.client import (
    Client,
    closing,
    nobody,
    read_events,
    says_nothing,
    somebody,
    stamped,
    wait_until,
)
from tests.api.tokens import GUARDED, KEY, SECRET, room_token, token

LATER = 60
"""Seconds after which news of a room comes here: after all that a test did before."""
SECOND = bytes(2 * 16_000)


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


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    with (
        running_service(**GUARDED, PROCTOR_STALE_AFTER="60") as service,
        Client(service, token(session="*")) as client,
    ):
        yield client
        log = service.log.read_text()
        assert "Traceback" not in log
        assert SECRET not in log.replace("api_secret", "")


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


RUNS, ENDED = ("running", None), ("stopped", "room")

# Whom it concerns


def test_who_leaves_ends_the_session_and_who_comes_back_goes_on(client: Client) -> None:
    with (
        client.camera("left", room="left", participant="anna") as camera,
        client.viewer("left") as viewer,
        client.socket("left", "audio") as microphone,
    ):
        camera.show(nobody(), 0.0)
        camera.show(nobody(), 0.4)
        assert tell(client, "participant_left", "left", "bert") == []
        assert tell(client, "participant_left", "left", "anna") == ["left"]
        for socket in (camera.socket, microphone):
            assert closing(socket) == (4408, "the candidate left the room, or the room was closed")
        start, end = read_events(viewer, 2)
        assert (start["id"], end["evidence"]["closed_by"]) == (end["id"], "room")
        assert (state(client, "left"), client.get("left").json()["live"]) == (ENDED, None)
        assert tell(client, "participant_left", "left", "anna") == []  # LiveKit tries again
        with client.camera("left") as again:
            again.leave_and_return(100.0)
            assert state(client, "left") == RUNS
        assert [event["seq"] for event in read_events(viewer, 2)] == [3, 4]


def test_a_session_that_names_no_room_is_found_by_the_adapters_id(client: Client) -> None:
    with client.socket("room_anna", "audio") as microphone:
        microphone.send(SECOND)
        wait_until(lambda: client.live("room_anna")["publishing"] == ["audio"])
        assert tell(client, "participant_left", "room", "ann") == []
        assert tell(client, "participant_left", "room", "anna") == ["room_anna"]
        assert closing(microphone)[0] == 4408


def test_a_room_that_is_over_ends_all_but_what_was_stopped(client: Client) -> None:
    for name in ("one", "two", "three", "four"):
        client.create(name, room="over", participant=name).raise_for_status()
    client.create("else", room="over ").raise_for_status()
    client.order("two", "pause")
    client.order("three", "stop")
    client.delete("four")
    assert tell(client, "room_finished", "over") == ["one", "two"]
    assert state(client, "one") == state(client, "two") == ENDED
    assert state(client, "three") == ("stopped", "rest")
    assert state(client, "else") == RUNS
    with client.socket("three", "audio") as refused:
        assert closing(refused)[0] == 4410
    with client.socket("four", "audio") as refused:
        assert closing(refused)[0] == 4404
    with client.socket("two", "audio") as paused_before:
        paused_before.send(SECOND)
        wait_until(lambda: client.live("two")["samples"]["received"] == 16_000)
        assert state(client, "two") == RUNS


def test_a_leave_that_comes_after_the_return_ends_nothing(client: Client) -> None:
    client.create("back", room="back", participant="anna").raise_for_status()
    left = time.time()
    with client.socket("back", "video") as camera:
        camera.send(somebody())
        wait_until(lambda: client.live("back")["publishing"] == ["video"])
        assert tell(client, "participant_left", "back", "anna", at=left) == []
        assert tell(client, "room_finished", "back", at=left - 3600) == []
        assert says_nothing(camera)
        assert state(client, "back") == RUNS
        assert tell(client, "participant_left", "back", "anna") == ["back"]


def test_a_leave_that_is_older_than_the_pictures_ends_nothing(client: Client) -> None:
    """Who returns within moments has an adapter that never closed its connection."""
    client.create("quick", room="quick", participant="\u202e a\nb").raise_for_status()
    with client.socket("quick", "video", "clock=source") as camera:
        wait_until(lambda: client.live("quick")["publishing"] == ["video"])
        left = int(time.time()) + 1  # whole seconds, after the connection came
        time.sleep(max(0.0, left + 2.2 - time.time()))
        camera.send(stamped(1.0, somebody()))
        wait_until(lambda: client.live("quick")["frames"]["received"] == 1)
        assert tell(client, "participant_left", "quick", "\u202e a\nb", at=left) == []
        assert tell(client, "room_finished", "quick", at=left) == []
        assert says_nothing(camera)
        assert state(client, "quick") == RUNS
        last = time.time()
        assert tell(client, "participant_left", "quick", "\u202e a\nb", at=last) == ["quick"]
        assert closing(camera)[0] == 4408


def test_an_unpublished_track_is_an_event_until_its_media_come_again(client: Client) -> None:
    client.create("gone", room="gone", participant="anna").raise_for_status()
    camera, microphone = TrackSource.CAMERA, TrackSource.MICROPHONE
    with client.socket("gone", "audio", "clock=source") as sound, client.viewer("gone") as viewer:
        sound.send(stamped(10.0, SECOND))
        wait_until(lambda: client.live("gone")["samples"]["received"] == 16_000)
        for name, identity, source in (
            ("track_unpublished", "anna", TrackSource.SCREEN_SHARE),
            ("track_unpublished", "anna", TrackSource.UNKNOWN),
            ("track_unpublished", "anna", 77),  # of a newer LiveKit
            ("track_unpublished", "anna", camera),  # of which nothing came
            ("track_unpublished", "interviewer", microphone),
            ("track_published", "anna", microphone),
        ):
            assert tell(client, name, "gone", identity, track=track(source)) == []
        for sessions in (["gone"], []):
            found = tell(client, "track_unpublished", "gone", "anna", track=track(microphone))
            assert found == sessions
        (started,) = read_events(viewer, 1)
        assert (started["kind"], started["state"]) == ("unpublished", "started")
        assert (started["label"], started["severity"]) == ("Microphone unpublished", "info")
        assert client.live("gone")["states"]["unpublished"] == "firing"
        sound.send(stamped(20.0, SECOND))
        wait_until(lambda: client.live("gone")["states"]["unpublished"] == "inactive")
        (ended,) = [e for e in client.events("gone", after=1) if e["kind"] == "unpublished"]
        assert (ended["id"], ended["ended_at"]) == (started["id"], 20.0)


@pytest.mark.parametrize(
    ("name", "room", "identity"),
    [
        ("participant_joined", "exam", "anna"),
        ("room_started", "exam", ""),
        ("egress_ended", "exam", ""),
        ("of a newer LiveKit", "exam", "anna"),
        ("", "exam", "anna"),
        ("participant_left", "exam", ""),
        ("participant_left", "", "anna"),
        ("room_finished", "", ""),
        ("participant_left", "a\0b", "c\0d"),
    ],
)
def test_all_else_is_taken_and_changes_nothing(
    client: Client, name: str, room: str, identity: str
) -> None:
    client.create("calm", room="exam", participant="anna").raise_for_status()
    assert tell(client, name, room, identity) == []
    assert state(client, "calm") == RUNS


def test_fields_of_a_newer_livekit_are_passed_over(client: Client) -> None:
    client.create("newer", room="newer", participant="anna").raise_for_status()
    body = event("participant_left", "newer", "anna").replace("{", '{"mood": {"good": 1},', 1)
    assert post(client, body).json() == {"sessions": ["newer"]}


# Whom it believes

BODY = event("room_finished", "trusted")


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


LONG = "a secret of as many characters as there should be"


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
