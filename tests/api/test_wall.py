"""The wall: all sessions that are not over, in one answer."""

from typing import Any

import pytest

from benchmarks.service import Service
from tests.api.client import PATIENCE, Client, nobody, somebody, wait_for, wait_until
from tests.api.tokens import token


def on_wall(client: Client, session_id: str) -> dict[str, Any] | None:
    answer = client.http.get("/v1/wall")
    assert answer.status_code == 200
    found = (each for each in answer.json()["sessions"] if each["id"] == session_id)
    return next(found, None)


def shown(client: Client, session_id: str) -> dict[str, Any]:
    found = on_wall(client, session_id)
    assert found is not None
    return found


def test_a_session_that_nobody_feeds_is_shown(client: Client) -> None:
    hostile = "on the wall: <img src=x onerror=alert(1)>"
    client.create(hostile, purpose="interview", room="exam 7", participant=hostile)
    tile = shown(client, hostile)
    assert tile["created_at"] == client.get(hostile).json()["created_at"]
    assert 0 <= tile["at"] < PATIENCE
    assert {name: tile[name] for name in tile if name not in ("created_at", "at")} == {
        "id": hostile,
        "purpose": "interview",
        "state": "running",
        "room": "exam 7",
        "participant": hostile,
        "last_seq": 0,
        "open": [],
        "episodes": {"info": 0, "warning": 0, "critical": 0},
        "newest": None,
        "told_seconds": None,
        "judged": None,
        "live": None,
    }
    client.order(hostile, "pause")
    assert shown(client, hostile)["state"] == "paused"
    client.order(hostile, "stop")
    assert on_wall(client, hostile) is None


def test_it_shows_what_is_open_and_what_was(client: Client) -> None:
    with client.camera("walled") as camera:
        camera.show(somebody(), 1.0)
        camera.show(somebody(1), 1.2)
        live = shown(client, "walled")["live"]
        assert live["publishing"] == ["video"]
        assert 0 <= live["picture_seconds"] < PATIENCE
        assert (live["faces"], live["persons"], live["sound_seconds"]) == (1, 1, None)
        assert live["head"].keys() == {"yaw", "pitch", "roll"}
        assert live["states"] == {}

        camera.show(nobody(), 2.0)
        camera.show(nobody(), 2.4)
        tile = wait_for(lambda: _if_counted(client, "walled", 1))
        (open_episode,) = tile["open"]
        (event,) = client.events("walled")
        assert {name: open_episode[name] for name in open_episode if name != "seconds"} == {
            name: event[name]
            for name in ("id", "kind", "label", "severity", "started_at", "confidence")
        }
        assert open_episode["seconds"] >= 0.4
        assert tile["newest"]["id"] == event["id"]
        assert tile["live"]["states"] == {"nobody": "firing"}
        assert tile["told_seconds"] is not None
        assert tile["episodes"] == {"info": 0, "warning": 0, "critical": 1}
        assert tile["last_seq"] == 1
        assert 0 <= tile["judged"] <= 1

        camera.show(somebody(2), 2.8)
        camera.show(somebody(3), 3.2)
        wait_until(lambda: shown(client, "walled")["last_seq"] == 2)
        over = shown(client, "walled")
        assert (over["open"], over["episodes"]) == ([], tile["episodes"])
        assert over["newest"]["id"] == event["id"]


def _if_counted(client: Client, session_id: str, count: int) -> dict[str, Any] | None:
    tile = shown(client, session_id)
    return tile if sum(tile["episodes"].values()) == count else None


@pytest.mark.parametrize("limit", ["0", "501", "x"])
def test_a_bad_limit_is_refused(client: Client, limit: str) -> None:
    assert client.http.get("/v1/wall", params={"limit": limit}).status_code == 422


def test_the_newest_come_first_and_all_are_counted(client: Client) -> None:
    for number in range(3):
        client.create(f"counted {number}")
    page = client.http.get("/v1/wall", params={"limit": 2}).json()
    assert [each["id"] for each in page["sessions"]] == ["counted 2", "counted 1"]
    assert page["total"] >= 3


@pytest.mark.parametrize(
    ("claims", "status"),
    [
        ({"session": "*"}, 200),
        ({"session": "*", "scope": "events"}, 200),
        ({"session": "*", "scope": "ingest"}, 403),
        ({"session": "mine"}, 403),
        ({"session": "mine", "video": {"room": "exam"}}, 403),
        ({"session": "*", "video": {"room": "exam"}}, 403),
    ],
)
def test_only_who_may_see_all_sees_it(
    guarded: Service, claims: dict[str, Any], status: int
) -> None:
    with Client(guarded, token(**claims)) as client:
        assert client.http.get("/v1/wall").status_code == status
    with Client(guarded) as stranger:
        assert stranger.http.get("/v1/wall").status_code == 401


def test_its_page_needs_no_token(guarded: Service) -> None:
    with Client(guarded) as stranger:
        page = stranger.http.get("/wall")
        assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
        assert "default-src 'self'" in page.headers["content-security-policy"]
