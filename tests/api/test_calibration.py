"""`/v1/sessions/{id}/calibration` on the real service."""

import json
import sqlite3
from itertools import pairwise
from typing import Any

import pytest

from tests.api.client import Client, in_path, nobody, somebody, wait_until

PATH = "/calibration"


def begin(client: Client, session_id: str, **body: Any) -> Any:
    return client.http.post(f"/v1/sessions/{in_path(session_id)}{PATH}", json=body or None)


def view(client: Client, session_id: str) -> dict[str, Any]:
    found: dict[str, Any] = client.get(session_id, PATH).raise_for_status().json()
    return found


def forget(client: Client, session_id: str, part: str = "") -> int:
    answer = client.http.delete(f"/v1/sessions/{in_path(session_id)}{PATH}{part}")
    return answer.status_code


def test_a_session_has_none_at_first(client: Client) -> None:
    client.create("calibration none")
    nothing: dict[str, Any] = {
        "now": None,
        "dots": [],
        "dot": None,
        "screen": None,
        "failure": None,
    }
    assert view(client, "calibration none") == {"state": "none", **nothing}
    assert (forget(client, "calibration none"), forget(client, "calibration none", "/run")) == (
        204,
        204,
    )


def test_what_an_earlier_process_calibrated_is_in_force(client: Client) -> None:
    session_id = "calibration stored"
    kept = {"left": 20.0, "right": -10.0, "up": 4.0, "down": -12.0, "at": 31.5}
    screen = {**kept, "yaw_limit": 19.0, "pitch_limit": 12.0}
    client.create(session_id)
    database = sqlite3.connect(client.service.log.with_name("proctor.db"))
    with database:
        change = "UPDATE sessions SET calibration = ? WHERE id = ?"
        database.execute(change, (json.dumps(kept), session_id))
    database.close()
    found = view(client, session_id)
    assert (found["state"], found["screen"], found["now"]) == ("done", screen, None)
    assert client.get(session_id).json()["calibration"] == screen
    with client.camera(session_id) as camera:
        camera.show(somebody(), 0.0)
        found = view(client, session_id)
        assert (found["state"], found["screen"], found["now"]) == ("done", screen, 0.0)
        assert client.live(session_id)["screen"] is True
    assert forget(client, session_id) == 204
    assert view(client, session_id)["state"] == "none"
    assert client.get(session_id).json()["calibration"] is None


def test_a_run_says_where_and_when_the_dots_are_shown(client: Client) -> None:
    with client.camera("calibration scheduled") as camera:
        camera.show(somebody(), 20.0)
        answer = begin(client, "calibration scheduled", lead_seconds=1.0, dot_seconds=3)
        assert answer.status_code == 202
        run = answer.json()
        assert (run["state"], run["now"], run["dot"]) == ("running", 20.0, None)
        dots = run["dots"]
        assert [(dot["x"], dot["y"]) for dot in dots] == [
            (0.5, 0.5),
            (0.05, 0.05),
            (0.95, 0.05),
            (0.95, 0.95),
            (0.05, 0.95),
        ]
        assert [dot["in_seconds"] for dot in dots] == [1, 4, 7, 10, 13]
        assert all(dot["for_seconds"] == 3 for dot in dots)
        assert all(dot["at"] == 20 + dot["in_seconds"] for dot in dots)

        camera.show(somebody(), 25.0)
        run = view(client, "calibration scheduled")
        assert (run["state"], run["now"], run["dot"]) == ("running", 25.0, 1)
        assert [dot["in_seconds"] for dot in run["dots"]] == [-4, -1, 2, 5, 8]

        run = begin(client, "calibration scheduled").json()  # again: the page was reloaded
        assert [dot["at"] for dot in run["dots"]] == [26.5, 28.5, 30.5, 32.5, 34.5]


def test_arrival_times_count_too(client: Client) -> None:
    client.create("calibration arriving")
    with client.socket("calibration arriving", "video") as camera:
        camera.send(somebody())
        wait_until(lambda: client.live("calibration arriving")["now"] is not None)
        run = begin(client, "calibration arriving").json()
        assert run["now"] > 0
        assert all(b["at"] - a["at"] == pytest.approx(2.0) for a, b in pairwise(run["dots"]))


def test_who_stares_at_the_camera_is_told_so(client: Client) -> None:
    with client.camera("calibration staring") as camera:
        camera.show(somebody(), 0.0)
        begin(client, "calibration staring", lead_seconds=0, dot_seconds=1.5)
        for n in range(1, 39):
            camera.show(somebody(grain=n), n / 5)
        seen = view(client, "calibration staring")
        assert (seen["state"], seen["screen"], seen["dots"]) == ("failed", None, [])
        assert seen["failure"]["reason"] == "too_few_gazes"  # five per second: four at each dot
        assert seen["failure"]["dot"] == 0
        begin(client, "calibration staring", lead_seconds=0, dot_seconds=2)
        for n in range(39, 140):
            camera.show(somebody(grain=n), n / 10 + 4)
        failure = view(client, "calibration staring")["failure"]
        assert failure["reason"] == "dots_not_followed"
        assert "Look at each dot" in failure["message"]
        assert client.live("calibration staring")["screen"] is False
        assert forget(client, "calibration staring", "/run") == 204
        assert view(client, "calibration staring")["state"] == "none"


@pytest.mark.parametrize("part", ["", "/run"])
def test_a_run_can_be_ended(client: Client, part: str) -> None:
    session_id = f"calibration ended {part}"
    with client.camera(session_id) as camera:
        camera.show(nobody(), 0.0)
        begin(client, session_id)
        assert view(client, session_id)["state"] == "running"
        assert forget(client, session_id, part) == 204
        assert view(client, session_id)["state"] == "none"


def test_a_pause_ends_it_and_says_so(client: Client) -> None:
    with client.camera("calibration interrupted") as camera:
        camera.show(somebody(), 0.0)
        begin(client, "calibration interrupted")
        client.order("calibration interrupted", "pause")
        seen = view(client, "calibration interrupted")
        assert (seen["state"], seen["failure"]["reason"]) == ("failed", "session_not_running")
        refused = begin(client, "calibration interrupted")
        assert (refused.status_code, refused.json()["error"]) == (409, "CalibrationError")
        assert "is paused: start it" in refused.json()["message"]


def test_without_pictures_nothing_can_be_calibrated(client: Client) -> None:
    client.create("calibration blind")
    with client.camera("calibration gone") as camera:
        camera.show(somebody(), 0.0)
    wait_until(lambda: client.live("calibration gone")["publishing"] == [])
    for session_id in ("calibration blind", "calibration gone"):
        refused = begin(client, session_id)
        assert (refused.status_code, refused.json()["error"]) == (409, "CalibrationError")
        assert "send its video first" in refused.json()["message"]
    with client.socket("calibration blind", "video") as socket:
        wait_until(lambda: client.live("calibration blind")["publishing"] == ["video"])
        assert begin(client, "calibration blind").status_code == 409  # it has sent nothing yet
        socket.send(somebody())
        wait_until(lambda: client.live("calibration blind")["frames"]["received"] == 1)
        assert begin(client, "calibration blind").status_code == 202
    client.order("calibration blind", "stop")
    assert "is stopped: start it" in begin(client, "calibration blind").json()["message"]


@pytest.mark.parametrize(
    ("body", "word"),
    [
        ({"lead_seconds": -0.1}, "lead_seconds"),
        ({"lead_seconds": 10.1}, "lead_seconds"),
        ({"dot_seconds": 1.4}, "dot_seconds"),
        ({"dot_seconds": 5.1}, "dot_seconds"),
        ({"dot_seconds": "long"}, "dot_seconds"),
        ({"dots": 9}, "dots"),
    ],
)
def test_a_wish_out_of_range_is_named(client: Client, body: dict[str, Any], word: str) -> None:
    client.create("calibration wished")
    answer = begin(client, "calibration wished", **body)
    assert answer.status_code == 422
    assert word in answer.text


@pytest.mark.parametrize("text", [b'{"dot_seconds": NaN}', b'{"lead_seconds": Infinity}', b"[]"])
def test_what_is_no_wish_is_refused(client: Client, text: bytes) -> None:
    client.create("calibration wished")
    answer = client.http.post(
        "/v1/sessions/calibration wished/calibration",
        content=text,
        headers={"content-type": "application/json"},
    )
    assert answer.status_code == 422


@pytest.mark.parametrize("part", ["", "/run"])
def test_what_was_never_made_or_is_erased_has_none(client: Client, part: str) -> None:
    client.create("calibrated and erased")
    client.delete("calibrated and erased")
    for session_id, status in (("never calibrated", 404), ("calibrated and erased", 410)):
        assert begin(client, session_id).status_code == status
        assert client.get(session_id, PATH).status_code == status
        assert forget(client, session_id, part) == status
