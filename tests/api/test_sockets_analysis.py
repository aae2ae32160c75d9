"""`?detail=analysis` on the events socket: the newest look, ten times a second at most."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from websockets.sync.client import ClientConnection

from benchmarks.service import Service
from tests.api.client import (
    PATIENCE,
    Client,
    closing,
    nobody,
    read_events,
    says_nothing,
    somebody,
    stamped,
    wait_until,
)
from tests.api.tokens import token

WATCHED = "watched closely"
FLOOD = 300
"""Pictures."""
SPACING = 0.1
"""Seconds between two analyses on average, at least; one may be half of that early."""


def analyses(viewer: ClientConnection, until: int) -> list[dict[str, Any]]:
    """Those that come, up to the one of this picture; alerts between them are left out."""
    found: list[dict[str, Any]] = []
    while not found or found[-1]["picture"] != until:
        message = json.loads(viewer.recv(timeout=PATIENCE))
        if "analysis" in message:
            assert list(message) == ["alerts", "events", "analysis"]
            assert message["alerts"] == message["events"] == []
            found.append(message["analysis"])
    return found


def pictures(found: list[dict[str, Any]]) -> list[int]:
    return [analysis["picture"] for analysis in found]


@contextmanager
def steady(client: Client, session_id: str) -> Iterator[Any]:
    """Shows so many pictures, one after the other, and each is looked at."""
    with client.camera(session_id) as camera:
        sent = 0

        def show(count: int, picture: bytes | None = None) -> None:
            nonlocal sent
            for _ in range(count):
                sent += 1
                camera.show(picture or somebody(sent % 5), sent * 0.1)

        yield show


def test_a_real_face_is_described_as_it_is_seen(client: Client) -> None:
    with client.camera("described") as camera, client.viewer("described", detailed=True) as viewer:
        camera.show(somebody(), 1.5)
        [seen] = analyses(viewer, until=1)
        live = client.live("described")
    assert (seen["at"], seen["width"], seen["height"], seen["mirrored"]) == (1.5, 512, 512, False)
    assert seen["objects"] is None
    assert (seen["now"], seen["states"]) == (live["now"], live["states"])
    assert seen["stages_ms"] == live["now"]["stages_ms"]
    assert {"waiting", "decode", "mesh", "measure"} <= seen["stages_ms"].keys()
    assert sum(seen["stages_ms"].values()) <= seen["latency_ms"] + 1  # each is rounded
    [face] = seen["faces"]
    left, right = face["eyes"]["left"], face["eyes"]["right"]
    assert min(x for x, _ in left["outline"]) > max(x for x, _ in right["outline"])
    for eye in (left, right):
        assert len(eye["iris"]) == 4
    box = face["box"]
    for x, y in face["outline"]:
        assert box["left"] - 1e-3 <= x <= box["left"] + box["width"] + 1e-3
        assert box["top"] - 1e-3 <= y <= box["top"] + box["height"] + 1e-3
    assert abs(face["head"]["yaw"]) < 12


def test_in_a_mirrored_picture_left_is_the_candidates_own(client: Client) -> None:
    found = {}
    for mirrored in (False, True):
        name = f"seen mirrored {mirrored}"
        with (
            client.camera(name, mirrored=mirrored) as camera,
            client.viewer(name, detailed=True) as viewer,
        ):
            camera.show(somebody(), 0.0)
            [[found[mirrored]]] = [each["faces"] for each in analyses(viewer, until=1)]
    plain, swapped = found[False], found[True]
    assert swapped["eyes"]["left"] == plain["eyes"]["right"]
    assert swapped["head"]["yaw"] == -plain["head"]["yaw"] != 0


def test_without_the_wish_nothing_of_it_comes(client: Client) -> None:
    with (
        steady(client, "plain") as show,
        client.viewer("plain") as plain,
        client.viewer("plain", detailed=True) as detailed,
    ):
        show(3)
        show(5, nobody())
        assert analyses(detailed, until=8)[-1]["faces"] == []
        [event] = read_events(plain, 1)  # fails should anything else have come before
        assert event["kind"] == "nobody"
        assert says_nothing(plain)


def test_at_most_ten_a_second_and_the_newest_wins(client: Client) -> None:
    """Pictures come as fast as they are taken, and each look is followed by the next one."""
    with (
        client.camera("quick to look") as camera,
        client.viewer("quick to look", detailed=True) as viewer,
    ):
        began = time.monotonic()
        for number in range(FLOOD):
            camera.socket.send(stamped(number * 0.1, somebody(number % 5)))
            time.sleep(0.005)
        found = analyses(viewer, until=FLOOD)
        took = time.monotonic() - began
        assert says_nothing(viewer)
    assert pictures(found) == sorted({*pictures(found)})
    assert took >= 0.99 * SPACING * (len(found) - 1.5)
    assert client.live("quick to look")["frames"]["analysed"] >= len(found)


def test_several_viewers_see_it_and_alerts_come_to_all_of_them(client: Client) -> None:
    with (
        steady(client, "shared") as show,
        client.viewer("shared", detailed=True) as one,
        client.viewer("shared", detailed=True) as other,
    ):
        show(1)
        assert analyses(one, until=1) == analyses(other, until=1)
        show(5, nobody())
        kinds = {id(viewer): set[str]() for viewer in (one, other)}
        for viewer in (one, other):
            while "nobody" not in kinds[id(viewer)]:
                message = json.loads(viewer.recv(timeout=PATIENCE))
                kinds[id(viewer)] |= {event["kind"] for event in message["events"]}
        one.close()
        show(1)
        assert analyses(other, until=7)[-1]["picture"] == 7


def test_a_viewer_may_come_first_and_outlives_the_camera(client: Client) -> None:
    with client.viewer("awaited", detailed=True) as viewer:
        assert client.get("awaited").json()["live"] is None
        for at in (0.0, 10.0):
            with client.socket("awaited", "video", "clock=source") as socket:
                for number in range(2):
                    socket.send(round((at + number) * 1e6).to_bytes(8, "big") + somebody(number))
                    seen = analyses(viewer, until=number + 1)
                assert seen[-1]["at"] == at + 1  # the second picture of this connection
            wait_until(lambda: client.live("awaited")["publishing"] == [])


def test_it_goes_on_after_a_stop_and_a_new_start(client: Client) -> None:
    with client.viewer("again", detailed=True) as viewer:
        with client.camera("again") as camera:
            camera.show(somebody(), 0.0)
            analyses(viewer, until=1)
            client.order("again", "stop").raise_for_status()
            assert closing(camera.socket)[0] == 4410
        client.order("again", "start").raise_for_status()
        with client.camera("again") as camera:
            camera.show(somebody(), 50.0)
            assert [each["at"] for each in analyses(viewer, until=1)] == [50.0]


def test_a_pause_tells_nothing_new(client: Client) -> None:
    with client.camera("resting") as camera, client.viewer("resting", detailed=True) as viewer:
        camera.show(somebody(), 0.0)
        analyses(viewer, until=1)
        client.order("resting", "pause").raise_for_status()
        for number in range(1, 6):
            camera.socket.send((number * 1_000_000).to_bytes(8, "big") + somebody())
        wait_until(lambda: client.live("resting")["frames"]["not_due"] == 5)
        assert says_nothing(viewer)
        client.order("resting", "start").raise_for_status()
        camera.show(somebody(), 10.0)
        assert pictures(analyses(viewer, until=7)) == [7]


def test_deleting_the_session_ends_it(client: Client) -> None:
    with (
        client.camera("gone from sight") as camera,
        client.viewer("gone from sight", detailed=True) as viewer,
    ):
        camera.show(somebody(), 0.0)
        analyses(viewer, until=1)
        assert client.delete("gone from sight").status_code == 204
        assert closing(viewer)[0] == 4404


def test_one_that_never_reads_harms_nobody(client: Client) -> None:
    with (
        steady(client, "ignored") as show,
        client.viewer("ignored", detailed=True) as deaf,
        client.viewer("ignored", detailed=True) as viewer,
    ):
        show(20)
        assert analyses(viewer, until=20)[-1]["picture"] == 20
        assert client.live("ignored")["frames"]["analysed"] == 20
        assert pictures(analyses(deaf, until=20))[0] == 1  # it was there all the time


@pytest.mark.parametrize("detail", ["", "all", "analysis,words", "ANALYSIS", "1"])
def test_another_detail_is_refused(client: Client, detail: str) -> None:
    with client.socket("refused detail", "events", f"detail={detail}") as socket:
        assert closing(socket) == (4400, "detail is analysis, or not given")
    assert client.get("refused detail").status_code == 404


def test_who_may_see_events_may_see_it_and_nobody_else(guarded: Service) -> None:
    with Client(guarded, token(session="*")) as operator:
        viewers = operator.metric("proctor_viewers")
        with (
            operator.camera(WATCHED) as camera,
            Client(guarded, token("events", WATCHED)) as invigilator,
            invigilator.socket(WATCHED, "events", "detail=analysis") as viewer,
        ):
            wait_until(lambda: operator.metric("proctor_viewers") == viewers + 1)
            camera.show(somebody(), 0.0)
            assert pictures(analyses(viewer, until=1)) == [1]
        for refused, code in (
            (token("ingest", WATCHED), 4403),
            (token("events", "other"), 4403),
            (None, 4401),
        ):
            with (
                Client(guarded, refused) as stranger,
                stranger.socket(WATCHED, "events", "detail=analysis") as socket,
            ):
                assert closing(socket)[0] == code


def test_open_episodes_are_told_while_they_last(client: Client) -> None:
    with client.camera("lasting") as camera, client.viewer("lasting") as viewer:
        camera.show(somebody(), 0.0)
        assert client.live("lasting")["open"] == []
        for number in range(1, 8):
            camera.show(nobody(), number * 0.1)
        [start] = read_events(viewer, 1)
        told = ("id", "kind", "label", "severity", "started_at", "confidence")
        assert client.live("lasting")["open"] == [{name: start[name] for name in told}]
        for number in range(8, 16):
            camera.show(somebody(number), number * 0.1)
        read_events(viewer, 1)
        assert client.live("lasting")["open"] == []
