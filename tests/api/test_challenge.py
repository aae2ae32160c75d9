"""`/v1/sessions/{id}/challenge` on the real service, before a portrait that turns its head."""

from typing import Any

import numpy as np
import pytest

from tests.api.client import Camera, Client, in_path, nobody, read_events, somebody, wait_until
from tests.api.turning import OTHER, Turner
from tests.media import jpeg

PATH = "/challenge"
STRICT: dict[str, dict[str, float | bool]] = {
    "gaze_away": {"hold": 0.3, "clear_after": 0.3, "cooldown": 0},
    "head_turned": {"hold": 0.3, "clear_after": 0.3, "cooldown": 0},
}
"""Rules under which the turn that is asked for would be two alerts."""


def begin(client: Client, session_id: str, **body: Any) -> Any:
    return client.http.post(f"/v1/sessions/{in_path(session_id)}{PATH}", json=body or None)


def view(client: Client, session_id: str) -> dict[str, Any]:
    found: dict[str, Any] = client.get(session_id, PATH).raise_for_status().json()
    return found


def cancel(client: Client, session_id: str) -> int:
    return client.http.delete(f"/v1/sessions/{in_path(session_id)}{PATH}").status_code


def show(camera: Camera, turner: Turner, begin: float, end: float, side: str | None = None) -> None:
    """Ten pictures per second."""
    for n in range(round(begin * 10), round(end * 10)):
        camera.show(turner.picture(side), n / 10)


def test_a_session_has_none_at_first(client: Client) -> None:
    client.create("challenge none")
    none = dict.fromkeys(
        (
            *("now", "id", "side", "degrees", "seconds", "seconds_left", "at"),
            *("turned_degrees", "reaction_seconds", "reason", "since", "message"),
        )
    )
    assert view(client, "challenge none") == {"state": "none", "turned": False, **none}
    assert cancel(client, "challenge none") == 204


def test_who_turns_as_asked_passes(client: Client) -> None:
    session_id, turner = "challenge passed", Turner()
    with client.camera(session_id, rules=STRICT) as camera, client.viewer(session_id) as viewer:
        show(camera, turner, 0.0, 4.0)
        answer = begin(client, session_id)
        assert answer.status_code == 202
        run = answer.json()
        side = run["side"]
        assert (run["state"], run["seconds"], run["seconds_left"]) == ("running", 6, 6)
        assert 20 <= run["degrees"] <= 30
        (start,) = read_events(viewer, 1)
        assert (start["kind"], start["state"]) == ("challenge", "started")
        assert (start["label"], start["severity"]) == (f"Turn head {side}", "info")
        assert start["evidence"] == {
            "limit_degrees": run["degrees"],
            "limit_seconds": 6,
            "challenge": run["id"],
        }

        show(camera, turner, 4.0, 5.0)
        assert (view(client, session_id)["turned"], view(client, session_id)["state"]) == (
            False,
            "running",
        )
        show(camera, turner, 5.0, 6.0, side)
        going = view(client, session_id)
        assert (going["turned"], going["state"], going["seconds_left"]) == (True, "running", 4.0)
        show(camera, turner, 6.0, 6.4)

        (end,) = read_events(viewer, 1)
        found = view(client, session_id)
        assert (found["state"], found["reason"], found["message"]) == ("passed", None, None)
        assert found["turned_degrees"] > run["degrees"]
        assert 0.9 < found["reaction_seconds"] < 1.4
        assert (end["state"], end["id"], end["at"]) == ("ended", start["id"], found["at"])
        told = end["evidence"]
        assert (told["result"], told["challenge"]) == ("passed", run["id"])
        assert told["turned_degrees"] == found["turned_degrees"]
        assert told["reaction_seconds"] == found["reaction_seconds"]
        assert client.events(session_id) == [start, end]
        with client.viewer(session_id, after=1) as later:
            assert read_events(later, 1) == [end]


def test_the_turn_is_no_alert_and_one_after_it_is(client: Client) -> None:
    session_id, turner = "challenge silent", Turner()
    with client.camera(session_id, rules=STRICT) as camera:
        show(camera, turner, 0.0, 3.0)
        side = begin(client, session_id).json()["side"]
        show(camera, turner, 3.0, 3.6)
        show(camera, turner, 3.6, 4.6, side)
        show(camera, turner, 4.6, 5.0)
        ended = view(client, session_id)["at"]
        assert view(client, session_id)["state"] == "passed"
        show(camera, turner, 5.0, ended + 2.0, side)
        assert {each["kind"] for each in client.events(session_id)} == {"challenge"}
        show(camera, turner, ended + 2.0, ended + 3.0, side)
        (alert,) = [each for each in client.events(session_id) if each["kind"] != "challenge"]
        assert alert["label"] == f"Head {side.capitalize()}"
        assert alert["started_at"] == pytest.approx(ended + 2.0, abs=0.15)


@pytest.mark.parametrize(
    ("how", "reason", "word"),
    [
        ("still", "no_turn", "did not turn"),
        ("other", "wrong_side", "the other side"),
        ("away", "face_lost", "not seen any more"),
    ],
)
def test_who_does_not_turn_as_asked_fails(client: Client, how: str, reason: str, word: str) -> None:
    session_id, turner = f"challenge failed {how}", Turner()
    with client.camera(session_id) as camera:
        show(camera, turner, 0.0, 2.0)
        side = begin(client, session_id, seconds=3).json()["side"]
        show(camera, turner, 2.0, 2.5)
        if how == "away":
            for n in range(25, 52):
                camera.show(nobody(), n / 10)
        else:
            show(camera, turner, 2.5, 3.5, OTHER[side] if how == "other" else None)
            show(camera, turner, 3.5, 5.2)
        found = view(client, session_id)
        assert (found["state"], found["reason"], found["reaction_seconds"]) == (
            "failed",
            reason,
            None,
        )
        assert word in found["message"]
        end = client.events(session_id)[-1] if how != "away" else None
        if end is not None:
            assert (end["kind"], end["evidence"]["result"]) == ("challenge", "failed")
            assert end["evidence"]["reason"] == reason


def test_nobody_is_not_judged(client: Client) -> None:
    session_id = "challenge nobody"
    with client.camera(session_id) as camera:
        camera.show(nobody(), 0.0)
        begin(client, session_id, seconds=3)
        for n in range(1, 33):
            camera.show(nobody(), n / 10)
        found = view(client, session_id)
        assert (found["state"], found["reason"]) == ("not_judged", "no_face")
        assert "No face" in found["message"]


def test_a_lens_that_is_covered_once_it_is_announced_is_told(client: Client) -> None:
    """That fails nobody, but whoever looks at the event learns of it."""
    session_id, turner = "challenge covered", Turner()
    with client.camera(session_id) as camera:
        show(camera, turner, 0.0, 2.0)
        begin(client, session_id, seconds=3)
        for n in range(20, 33):
            camera.show(jpeg(np.full((480, 640, 3), n // 8, np.uint8)), n / 10)
        show(camera, turner, 3.3, 5.2)
        found = view(client, session_id)
        assert (found["state"], found["since"]) == ("not_judged", "announcement")
        assert found["reason"] in ("no_face", "not_assessable")
        assert "until it was announced" in found["message"]
        (end,) = [each for each in client.events(session_id) if "result" in each["evidence"]]
        assert end["evidence"]["since"] == "announcement"


def test_nobody_can_choose_the_side(client: Client) -> None:
    client.create("challenge wished")
    assert begin(client, "challenge wished", side="left").status_code == 422


def test_before_it_is_announced_nothing_is_said(client: Client) -> None:
    session_id, turner = "challenge waiting", Turner()
    with client.camera(session_id) as camera:
        show(camera, turner, 0.0, 1.0)
        run = begin(client, session_id, lead_seconds=2).json()
        assert (run["state"], run["side"], run["id"]) == ("waiting", None, None)
        assert client.events(session_id) == []
        show(camera, turner, 1.0, 2.9)
        assert view(client, session_id)["state"] == "waiting"
        show(camera, turner, 2.9, 5.1)
        found = view(client, session_id)
        assert found["state"] == "running"
        assert client.events(session_id)[0]["label"] == f"Turn head {found['side']}"


def test_one_at_a_time_and_a_pause_between_two(client: Client) -> None:
    session_id = "challenge twice"
    with client.camera(session_id) as camera:
        camera.show(somebody(), 0.0)
        begin(client, session_id)
        refused = begin(client, session_id)
        assert (refused.status_code, refused.json()["error"]) == (409, "ChallengeError")
        assert "under way" in refused.json()["message"]
        assert cancel(client, session_id) == 204
        assert view(client, session_id)["state"] == "none"
        wait_until(lambda: len(client.events(session_id)) == 2)
        assert client.events(session_id)[1]["evidence"]["result"] == "cancelled"
        camera.show(somebody(1), 15.0)
        assert "wait for 5 s" in begin(client, session_id).json()["message"]
        camera.show(somebody(2), 20.0)
        assert begin(client, session_id).status_code == 202


def test_it_and_the_calibration_exclude_each_other(client: Client) -> None:
    session_id = "challenge calibrated"
    path = f"/v1/sessions/{in_path(session_id)}/calibration"
    with client.camera(session_id) as camera:
        camera.show(somebody(), 0.0)
        assert client.http.post(path).status_code == 202
        refused = begin(client, session_id)
        assert (refused.status_code, refused.json()["error"]) == (409, "ChallengeError")
        assert "being calibrated" in refused.json()["message"]
        client.http.delete(f"{path}/run")
        assert begin(client, session_id).status_code == 202
        refused = client.http.post(path)
        assert (refused.status_code, refused.json()["error"]) == (409, "CalibrationError")
        assert "turn of the head" in refused.json()["message"]


def test_without_pictures_nobody_is_asked(client: Client) -> None:
    client.create("challenge blind")
    with client.camera("challenge gone") as camera:
        camera.show(somebody(), 0.0)
    wait_until(lambda: client.live("challenge gone")["publishing"] == [])
    for session_id in ("challenge blind", "challenge gone"):
        refused = begin(client, session_id)
        assert (refused.status_code, refused.json()["error"]) == (409, "ChallengeError")
        assert "send its video first" in refused.json()["message"]


def test_a_pause_ends_it(client: Client) -> None:
    with client.camera("challenge interrupted") as camera:
        camera.show(somebody(), 0.0)
        begin(client, "challenge interrupted")
        client.order("challenge interrupted", "pause")
        found = view(client, "challenge interrupted")
        assert (found["state"], found["reason"]) == ("not_judged", "session_not_running")
        assert "is paused: start it" in begin(client, "challenge interrupted").json()["message"]


def test_who_sends_no_more_is_not_judged(client: Client) -> None:
    """By arrival times, on the machine's own clock."""
    client.create("challenge silent camera")
    with client.socket("challenge silent camera", "video") as camera:
        camera.send(somebody())
        wait_until(lambda: client.live("challenge silent camera")["now"] is not None)
        begin(client, "challenge silent camera", seconds=3)
        wait_until(lambda: view(client, "challenge silent camera")["state"] != "running")
        found = view(client, "challenge silent camera")
        assert (found["state"], found["reason"]) == ("not_judged", "no_pictures")


@pytest.mark.parametrize(
    ("body", "word"),
    [
        ({"seconds": 2.9}, "seconds"),
        ({"seconds": 15.1}, "seconds"),
        ({"seconds": "long"}, "seconds"),
        ({"lead_seconds": -0.1}, "lead_seconds"),
        ({"lead_seconds": 10.1}, "lead_seconds"),
        ({"degrees": 90}, "degrees"),
    ],
)
def test_a_wish_out_of_range_is_named(client: Client, body: dict[str, Any], word: str) -> None:
    client.create("challenge wished")
    answer = begin(client, "challenge wished", **body)
    assert answer.status_code == 422
    assert word in answer.text


def test_what_was_never_made_or_is_erased_has_none(client: Client) -> None:
    client.create("challenged and erased")
    client.delete("challenged and erased")
    for session_id, status in (("never challenged", 404), ("challenged and erased", 410)):
        assert begin(client, session_id).status_code == status
        assert client.get(session_id, PATH).status_code == status
        assert cancel(client, session_id) == status
