"""`/v1/sessions`: sessions are made, found, paused, stopped, erased."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import Any

import pytest

from tests.api.client import (
    Client,
    closing,
    nobody,
    read_events,
    somebody,
    wait_until,
)

JSON = {"content-type": "application/json"}


def test_a_session_is_made_once(client: Client) -> None:
    rules = {"gaze_away": {"hold": 3.0, "yaw_degrees": 20.0}, "phone": {"enabled": False}}
    first = client.create("made", purpose="interview", mirrored=True, rules=rules)
    assert first.status_code == 201
    session = first.json()
    assert session.pop("created_at") > 1.7e9
    assert session == {
        "id": "made",
        "purpose": "interview",
        "state": "running",
        "mirrored": True,
        "rules": rules,
        "ended_at": None,
        "ended_by": None,
        "last_seq": 0,
        "coverage": None,
        "calibration": None,
        "transcription": None,
        "room": None,
        "participant": None,
        "asks": {"pictures_per_second": 15, "longest_side": 640},
        "live": None,
    }
    second = client.create("made", purpose="exam", rules={})
    assert (second.status_code, second.json()) == (200, first.json())
    assert client.get("made").json() == first.json()


def test_of_many_who_make_it_at_once_one_made_it(client: Client) -> None:
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda _: client.create("at once"), range(16)))
    assert sorted(answer.status_code for answer in answers) == [200] * 15 + [201]
    assert {answer.text for answer in answers} == {answers[0].text}


def test_the_defaults_are_those_of_an_exam(client: Client) -> None:
    session = client.create("default").json()
    assert (session["purpose"], session["mirrored"], session["rules"]) == ("exam", False, {})


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        ({"x": 1}, 422, ["x", "Extra inputs"]),
        ({"rule": {}}, 422, ["rule", "Extra inputs"]),
        ({"purpose": "party"}, 422, ["purpose", "'exam'"]),
        ({"mirrored": "perhaps"}, 422, ["mirrored"]),
        ({"id": ""}, 422, ["id", "at least 1"]),
        ({"id": "x" * 257}, 422, ["id", "at most 256"]),
        ({"id": 7}, 422, ["id", "string"]),
        ({"id": "a\u0000b"}, 400, ["SessionIdError", "printable"]),
        ({"purpose": "personal"}, 403, ["PurposeError", "personal", "accepts exam, interview"]),
        ({"room": ""}, 422, ["room", "at least 1"]),
        ({"room": "x" * 513}, 422, ["room", "at most 512"]),
        ({"room": "a\u0000b"}, 400, ["SessionIdError", "a room's name holds neither NUL"]),
        ({"room": "r", "participant": ""}, 422, ["participant", "at least 1"]),
        ({"room": "r", "participant": "\0"}, 400, ["a participant's identity holds neither"]),
        ({"participant": "anna"}, 400, ["a participant belongs to a room"]),
        ({"rules": {"noise": {}}}, 422, ["rules", "noise"]),
        ({"rules": {"phone": 3}}, 422, ["rules", "phone"]),
        ({"rules": {"phone": {"hold": "long"}}}, 422, ["rules", "phone", "hold"]),
        ({"rules": {"phone": {"hold": -1}}}, 400, ["RuleError", "phone.hold", "86400"]),
        ({"rules": {"phone": {"hold": True}}}, 400, ["RuleError", "phone.hold", "no number"]),
        ({"rules": {"phone": {"yaw_degrees": 1}}}, 400, ["phone.yaw_degrees", "no such setting"]),
        ({"rules": {"drowsy": {"enabled": 1}}}, 400, ["drowsy.enabled", "true nor false"]),
        (
            {"rules": {"gaze_away": {"hysteresis_degrees": 13}}},
            400,
            ["gaze_away.hysteresis_degrees", "below yaw_degrees"],
        ),
    ],
)
def test_a_wrong_wish_is_named(
    client: Client, body: dict[str, Any], status: int, words: list[str]
) -> None:
    answer = client.http.post("/v1/sessions", json={"id": "wrong", **body})
    assert answer.status_code == status
    assert [word for word in words if word not in answer.text] == []
    assert client.get("wrong").status_code == 404


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (rb'{"id": "\ud800"}', 422),
        (rb'{"id": "strange", "\ud800": 1}', 422),
        (rb'{"id": "strange", "rules": {"\ud800": {}}}', 422),
        (rb'{"id": "strange", "rules": {"phone": {"\ud800": 1}}}', 400),
        (b'{"id": NaN}', 422),
        (b'{"id": "strange", "mirrored": Infinity}', 422),
        (b'{"id": "strange", "rules": {"phone": {"hold": NaN}}}', 400),
        (b'{"id": "strange", "rules": {"phone": {"hold": 1e999}}}', 400),
        (b'{"id": "strange", "rules": {"phone": {"hold": 1%s}}}' % (b"0" * 400), 422),
        (b'{"id": "strange"', 422),
        (b"[" * 100_000, 400),
        (b"[]", 422),
        (b"null", 422),
        (b"", 422),
        (b"\xff\xfe", 422),
    ],
)
def test_what_json_should_not_hold_is_refused(client: Client, body: bytes, status: int) -> None:
    answer = client.http.post("/v1/sessions", content=body, headers=JSON)
    assert answer.status_code == status
    assert answer.json()
    assert client.get("strange").status_code == 404


def test_a_complaint_does_not_repeat_what_was_sent(client: Client) -> None:
    answer = client.create("secret " * 1000)
    assert answer.status_code == 422
    assert "secret" not in answer.text


def test_sessions_are_listed_in_pages_the_newest_first(client: Client) -> None:
    names = [f"listed {number}" for number in range(5)]
    for name in names:
        client.create(name)
    client.order("listed 1", "stop")
    client.order("listed 2", "pause")
    client.delete("listed 3")

    def listed(**query: Any) -> list[str]:
        answer = client.http.get("/v1/sessions", params=query).raise_for_status().json()
        assert len(answer["sessions"]) <= answer["total"]
        return [each["id"] for each in answer["sessions"]]

    everything = listed(limit=500)
    ours = [each for each in everything if each.startswith("listed")]
    assert ours == ["listed 4", "listed 2", "listed 1", "listed 0"]
    assert everything[:4] == ours
    assert listed(limit=2) + listed(limit=2, offset=2) == ours
    assert listed(limit=500, offset=len(everything)) == []
    assert "listed 1" in listed(state="stopped", limit=500)
    assert "listed 4" not in listed(state="stopped", limit=500)
    assert {"listed 1", "listed 2"} <= set(listed(state=["stopped", "paused"], limit=500))
    assert "listed 3" in listed(state="deleted", limit=500)
    created = [client.get(name).json()["created_at"] for name in ours]
    assert all(newer >= older for newer, older in pairwise(created))


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("/v1/sessions", {"limit": 0}),
        ("/v1/sessions", {"limit": 501}),
        ("/v1/sessions", {"offset": -1}),
        ("/v1/sessions", {"offset": "9" * 30}),
        ("/v1/sessions", {"state": "asleep"}),
        ("/v1/sessions/asked/events", {"after": -1}),
        ("/v1/sessions/asked/events", {"after": "9" * 30}),
        ("/v1/sessions/asked/events", {"limit": 0}),
        ("/v1/sessions/asked/events", {"limit": 1001}),
        ("/v1/sessions/asked/events", {"limit": "NaN"}),
    ],
)
def test_a_query_out_of_range_is_refused(client: Client, path: str, query: dict[str, Any]) -> None:
    client.create("asked")
    answer = client.http.get(path, params=query)
    assert answer.status_code == 422
    assert next(iter(query)) in answer.text


@pytest.mark.parametrize("verb", ["start", "pause", "stop"])
def test_what_was_never_made_cannot_be_changed(client: Client, verb: str) -> None:
    answer = client.order("never made", verb)
    assert (answer.status_code, answer.json()["error"]) == (404, "UnknownSessionError")
    assert client.delete("never made").status_code == 404
    assert client.get("never made", "/events").status_code == 404


def test_a_stopped_session_can_be_started_but_not_paused(client: Client) -> None:
    client.create("ended")
    stopped = client.order("ended", "stop").json()
    assert (stopped["state"], stopped["ended_by"]) == ("stopped", "rest")
    assert stopped["ended_at"] >= stopped["created_at"]
    paused = client.order("ended", "pause")
    assert (paused.status_code, paused.json()["error"]) == (409, "StoppedSessionError")
    again = client.order("ended", "stop").json()
    assert again == stopped
    started = client.order("ended", "start").json()
    assert (started["state"], started["ended_at"], started["ended_by"]) == ("running", None, None)


def test_a_pause_judges_nothing(client: Client) -> None:
    with client.camera("paused") as camera, client.viewer("paused") as viewer:
        camera.show(nobody(), 0.0)
        camera.show(nobody(), 0.4)
        assert client.live("paused")["states"]["nobody"] == "firing"
        assert client.order("paused", "pause").json()["state"] == "paused"
        start, end = read_events(viewer, 2)
        assert (start["state"], end["state"]) == ("started", "ended")
        assert end["evidence"]["closed_by"] == "paused"
        for number in range(10):
            camera.socket.send((10 + number).to_bytes(8, "big") + nobody())
        wait_until(lambda: client.live("paused")["frames"]["received"] == 12)
        frames = client.live("paused")["frames"]
        assert (frames["analysed"], frames["invalid"]) == (2, {"time_backwards": 10})
        for number in range(10):
            at = (10_000_000 + 400_000 * number).to_bytes(8, "big")
            camera.socket.send(at + nobody())
        wait_until(lambda: client.live("paused")["frames"]["not_due"] == 10)
        assert client.order("paused", "start").json()["state"] == "running"
        camera.leave_and_return(100.0)
        assert [event["seq"] for event in read_events(viewer, 2)] == [3, 4]


def test_deleting_erases_everything(client: Client) -> None:
    with client.camera("erased", mirrored=True) as camera:
        camera.leave_and_return(0.0)
        wait_until(lambda: len(client.events("erased")) == 2)
        camera.show(nobody(), 10.0)
        camera.show(nobody(), 10.4)
        assert client.delete("erased").status_code == 204
        assert closing(camera.socket)[0] == 4404
    database = sqlite3.connect(client.service.log.with_name("proctor.db"))
    try:
        alerts = database.execute("SELECT * FROM alerts WHERE session_id = 'erased'").fetchall()
        left = database.execute(
            "SELECT state, mirrored, rules, created_at, last_seq FROM sessions WHERE id = 'erased'"
        ).fetchall()
    finally:
        database.close()
    assert alerts == []
    assert left == [("deleted", 0, "{}", 0.0, 0)]
    for answer in (
        client.get("erased"),
        client.get("erased", "/events"),
        client.create("erased"),
        *(client.order("erased", verb) for verb in ("start", "pause", "stop")),
    ):
        assert (answer.status_code, answer.json()["error"]) == (410, "DeletedSessionError")
    assert client.delete("erased").status_code == 204


def test_deleting_while_pictures_come_ends_them(client: Client) -> None:
    with client.socket("streaming", "video") as camera:
        for _ in range(30):
            camera.send(somebody())
        client.delete("streaming")
        assert closing(camera)[0] == 4404
    assert client.get("streaming").status_code == 410


def test_mirrored_pictures_swap_left_and_right(client: Client) -> None:
    yaws = {}
    for mirrored in (False, True):
        session_id = f"mirrored {mirrored}"
        with client.camera(session_id, mirrored=mirrored) as camera:
            camera.show(somebody(), 0.0)
            yaws[mirrored] = client.live(session_id)["now"]["head"]["yaw"]
    assert yaws[True] == pytest.approx(-yaws[False], abs=0.5)
    assert abs(yaws[False]) > 1
