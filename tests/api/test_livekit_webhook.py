"""`/v1/livekit/webhook`: signed as a LiveKit server signs, with LiveKit's own package."""

import time
from collections.abc import Iterator

import pytest
from livekit.protocol.models import TrackSource

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
from tests.api.webhooks import (
    ENDED,
    RUNS,
    SECOND,
    event,
    keyed_service,
    post,
    state,
    tell,
    track,
)


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    with keyed_service() as client:
        yield client


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
