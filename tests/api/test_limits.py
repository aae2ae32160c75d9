"""A service that takes few sessions and no silence."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from benchmarks.service import running_service
from tests.api.client import Client, closing, nobody, read_events, says_nothing, wait_until


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    limits = {
        "PROCTOR_MAX_SESSIONS": "2",
        "PROCTOR_IDLE_AFTER": "3",
        "PROCTOR_PURPOSES": "research,exam",
        "PROCTOR_STALE_AFTER": "60",
    }
    with running_service(**limits) as service, Client(service) as client:
        yield client
        assert "Traceback" not in service.log.read_text()


def test_the_first_purpose_is_the_default(client: Client) -> None:
    assert client.create("anything").json()["purpose"] == "research"
    refused = client.create("interview", purpose="interview")
    assert refused.status_code == 403
    assert refused.json() == {
        "error": "PurposeError",
        "message": "this service does not accept the purpose interview; it accepts research, exam",
    }


def test_a_session_too_many_is_asked_to_come_later(client: Client) -> None:
    with ExitStack() as connections:
        first, second = (
            connections.enter_context(client.socket(name, "audio")) for name in ("one", "two")
        )
        wait_until(lambda: client.metric("proctor_sessions") == 2)
        for track in ("video", "audio"):
            for microphone in (first, second):
                microphone.send(bytes(640))
            with client.socket("three", track) as late:
                assert closing(late) == (1013, "2 sessions run already")
        with client.socket("three", "events") as viewer, client.socket("two", "video") as camera:
            assert says_nothing(viewer)
            assert says_nothing(camera)
        assert client.order("one", "stop").status_code == 200
        assert closing(first)[0] == 4410
        with client.socket("three", "audio") as in_time:
            in_time.send(bytes(640))
            wait_until(lambda: client.live("three")["samples"]["received"] == 320)
        client.order("two", "stop")
        client.order("three", "stop")
        wait_until(lambda: client.metric("proctor_sessions") == 0)


def test_silence_ends_a_session_until_it_speaks_again(client: Client) -> None:
    with client.camera("silent") as camera, client.viewer("silent") as viewer:
        camera.show(nobody(), 0.0)
        camera.show(nobody(), 0.4)
        assert closing(camera.socket) == (4408, "the session was silent for too long")
        start, end = read_events(viewer, 2)
        assert end["evidence"]["closed_by"] == "idle"
        assert start["id"] == end["id"]
        session = client.get("silent").json()
        assert (session["state"], session["ended_by"], session["live"]) == ("stopped", "idle", None)
        assert client.metric("proctor_sessions") == 0
        with client.camera("silent") as again:
            again.leave_and_return(100.0)
            session = client.get("silent").json()
            assert (session["state"], session["ended_at"]) == ("running", None)
        assert [event["seq"] for event in read_events(viewer, 2)] == [3, 4]
        client.order("silent", "stop")
