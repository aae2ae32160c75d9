"""Why sockets are closed: a code and a sentence for each."""

import asyncio
from contextlib import ExitStack
from typing import Any, cast

import pytest
from fastapi import WebSocket

from app.api.sockets import _read
from app.session.clock import SourceClock
from app.session.publisher import Eviction
from tests.api.client import Client, closing, read_events, says_nothing, somebody, wait_until
from tests.api.pictures import MiB

TRACKS = ("video", "audio", "events")


@pytest.mark.parametrize("track", TRACKS)
@pytest.mark.parametrize(
    ("session_id", "reason"),
    [
        pytest.param("", "1 to 256 characters", id="empty"),
        pytest.param("x" * 257, "1 to 256 characters", id="257 characters"),
        pytest.param("%F0%9F%98%80" * 257, "1 to 256 characters", id="257 emojis"),
        pytest.param("a%00b", "printable", id="NUL"),
        pytest.param("a%0Ab", "printable", id="line feed"),
        pytest.param("a%7F", "printable", id="DEL"),
        pytest.param("a%E2%80%AEb", "printable", id="right-to-left override"),
        pytest.param("a%EF%BB%BFb", "printable", id="byte order mark"),
        pytest.param("a%E2%80%A8b", "printable", id="line separator"),
        pytest.param("%FF%FE", "UTF-8", id="no UTF-8"),
        pytest.param("%ED%A0%80", "UTF-8", id="a surrogate"),
        pytest.param("100%", "percent-encoded", id="a percent sign at the end"),
        pytest.param("%zz", "percent-encoded", id="no hexadecimal digits"),
        pytest.param("a/b", "percent-encoded", id="a slash"),
    ],
)
def test_an_id_that_cannot_be_is_refused(
    client: Client, session_id: str, reason: str, track: str
) -> None:
    with client.raw_socket(f"{session_id}/{track}") as socket:
        code, sentence = closing(socket)
    assert code == 4400
    assert reason in sentence


@pytest.mark.parametrize(
    ("track", "query", "sentence"),
    [
        ("events", "after=-1", "after is a number"),
        ("events", "after=x", "after is a number"),
        ("events", "after=", "after is a number"),
        ("events", "after=1.5", "after is a number"),
        ("events", "after=%D9%A3", "after is a number"),
        ("events", "after=2147483648", "after is a number"),
        ("events", "after=" + "9" * 5000, "after is a number"),
        ("events", "detail=", "detail is analysis"),
        ("events", "detail=all", "detail is analysis"),
        ("events", "detail=Analysis", "detail is analysis"),
        ("video", "clock=sun", "clock is arrival or source"),
        ("video", "clock=", "clock is arrival or source"),
        ("audio", "clock=SOURCE", "clock is arrival or source"),
    ],
)
def test_a_query_that_means_nothing_is_refused(
    client: Client, track: str, query: str, sentence: str
) -> None:
    with client.socket("query", track, query) as socket:
        code, reason = closing(socket)
    assert code == 4400
    assert sentence in reason
    assert client.get("query").status_code == 404


@pytest.mark.parametrize("track", ["video", "audio"])
def test_a_media_socket_takes_no_text(client: Client, track: str) -> None:
    with client.socket("text", track) as socket:
        socket.send("hello")
        assert closing(socket) == (1003, f"{track} takes binary messages only")
    wait_until(lambda: client.live("text")["publishing"] == [])
    with client.socket("text", "video") as camera:
        camera.send(somebody())
        wait_until(lambda: client.live("text")["frames"]["analysed"] >= 1)


def test_a_session_deleted_meanwhile_parts_with_everybody(client: Client) -> None:
    with (
        client.camera("gone") as camera,
        client.socket("gone", "audio") as microphone,
        client.viewer("gone") as viewer,
        client.viewer("gone") as other_viewer,
    ):
        camera.leave_and_return(0.0)
        assert client.delete("gone").status_code == 204
        for socket in (camera.socket, microphone, viewer, other_viewer):
            code, reason = closing(socket)
            assert code == 4404
            assert "deleted" in reason
    for track in TRACKS:
        with client.socket("gone", track) as socket:
            assert closing(socket)[0] == 4404


def test_the_newest_publisher_of_a_track_wins(client: Client) -> None:
    with client.socket("two", "video") as older, client.socket("two", "audio") as microphone:
        older.send(somebody())
        wait_until(lambda: client.live("two")["frames"]["received"] == 1)
        with client.socket("two", "video") as newer:
            assert closing(older) == (4409, "a newer connection sends this track")
            newer.send(somebody())
            wait_until(lambda: client.live("two")["frames"]["received"] == 2)
            assert says_nothing(newer)
            assert says_nothing(microphone)
            assert sorted(client.live("two")["publishing"]) == ["audio", "video"]


class OneMessage:
    """A socket on which one message has come."""

    async def receive(self) -> dict[str, Any]:
        return {"type": "websocket.receive", "bytes": b"late"}


def test_what_an_older_publisher_still_sends_is_not_taken_for_the_newers() -> None:
    async def read() -> list[bytes]:
        evicted: asyncio.Future[Eviction] = asyncio.get_running_loop().create_future()
        taken = []

        async def take(message: bytes, received_at: float, clock: SourceClock | None) -> None:
            taken.append(message)
            evicted.set_result(Eviction.DISPLACED)

        await _read(cast(WebSocket, OneMessage()), take, None, evicted)
        return taken

    assert asyncio.run(read()) == [b"late"]


def test_of_many_publishers_one_is_left(client: Client) -> None:
    with ExitStack() as connections:
        cameras = [connections.enter_context(client.socket("crowd", "video")) for _ in range(10)]
        assert [closing(camera)[0] for camera in cameras[:-1]] == [4409] * 9
        cameras[-1].send(somebody())
        wait_until(lambda: client.live("crowd")["frames"]["received"] == 1)
        assert client.live("crowd")["publishing"] == ["video"]


def test_a_stopped_session_takes_no_media_until_it_is_started(client: Client) -> None:
    with (
        client.camera("stopped") as camera,
        client.socket("stopped", "audio") as microphone,
        client.viewer("stopped") as viewer,
    ):
        camera.leave_and_return(0.0)
        assert client.order("stopped", "stop").json()["state"] == "stopped"
        for socket in (camera.socket, microphone):
            assert closing(socket) == (4410, "the session was stopped")
        assert len(read_events(viewer, 2)) == 2
        assert says_nothing(viewer)
        for track in ("video", "audio"):
            with client.socket("stopped", track) as socket:
                code, reason = closing(socket)
                assert code == 4410
                assert "was stopped" in reason
        with client.viewer("stopped", after=0) as late:
            assert len(read_events(late, 2)) == 2
        assert client.order("stopped", "start").json()["state"] == "running"
        with client.camera("stopped") as again:
            again.leave_and_return(100.0)
        assert [event["seq"] for event in read_events(viewer, 2)] == [3, 4]


def test_closings_are_counted(client: Client) -> None:
    before = client.metric("proctor_sockets_closed_total", code="1003")
    with client.socket("counted closing", "video") as camera:
        camera.send("hello")
        closing(camera)
    wait_until(lambda: client.metric("proctor_sockets_closed_total", code="1003") == before + 1)


def test_a_connection_that_breaks_leaves_nothing_behind(client: Client) -> None:
    viewers = client.metric("proctor_viewers")
    with client.socket("broken", "video") as camera, client.socket("broken", "events") as viewer:
        camera.send(somebody())
        wait_until(lambda: client.live("broken")["publishing"] == ["video"])
        for connection in (camera, viewer):
            connection.socket.close()
        wait_until(lambda: client.live("broken")["publishing"] == [])
        wait_until(lambda: client.metric("proctor_viewers") == viewers)
    with client.socket("broken", "video") as camera:
        camera.send(bytes(MiB))
        wait_until(lambda: client.live("broken")["frames"]["received"] == 2)
