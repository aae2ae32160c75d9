"""`/v1/sessions/{id}/report`: it adds up with the alerts, and says what was not watched."""

from collections import Counter
from itertools import count
from typing import Any

import pytest

from benchmarks.service import Service
from tests.api.client import (
    QUICK,
    Client,
    nobody,
    read_events,
    somebody,
    wait_for,
)
from tests.api.tokens import token

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


def report(client: Client, session_id: str) -> dict[str, Any]:
    answer = client.get(session_id, "/report")
    assert answer.status_code == 200
    made: dict[str, Any] = answer.json()
    return made


def assert_adds_up(made: dict[str, Any], events: list[dict[str, Any]]) -> None:
    """All sums of a report from what a viewer was told."""
    assert sorted(seq for each in made["episodes"] for seq in each["seqs"]) == [
        event["seq"] for event in events
    ]
    starts = [event for event in events if event["state"] == "started"]
    ends = {event["id"]: event for event in events if event["state"] == "ended"}
    assert [each["id"] for each in made["episodes"]] == [start["id"] for start in starts]
    for each, start in zip(made["episodes"], starts, strict=True):
        same = ("kind", "label", "severity", "started_at", "confidence", "evidence", "rule")
        assert {key: each[key] for key in same} == {key: start[key] for key in same}
        assert each["told_at"] == start["at"]
        end = ends.get(each["id"])
        assert each["ended_at"] == (end and end["ended_at"])
        assert each["end_evidence"] == (end and end["evidence"])
        until = made["clock"]["to"] if end is None else end["ended_at"]
        assert each["seconds"] == pytest.approx(until - each["started_at"], abs=0.0021)
    summary = made["summary"]
    assert summary["episodes"] == len(starts) == len(made["episodes"]) + made["episodes_left_out"]
    assert summary["open"] == len(starts) - len(ends)
    severities = Counter(start["severity"] for start in starts)
    assert summary["by_severity"] == {
        each: severities[each] for each in ("critical", "warning", "info")
    }
    kinds = {kind["kind"]: kind for kind in summary["by_kind"]}
    assert kinds.keys() == {start["kind"] for start in starts}
    for name, kind in kinds.items():
        listed = [each for each in made["episodes"] if each["kind"] == name]
        seconds = [each["seconds"] for each in listed]
        assert kind["episodes"] == len(listed) == sum(kind["labels"].values())
        assert kind["seconds"] == pytest.approx(sum(seconds), abs=1e-6)
        assert kind["longest_seconds"] == max(seconds)
        mean = sum(each["confidence"] for each in listed) / len(listed)
        assert kind["mean_confidence"] == pytest.approx(mean, abs=0.001)
    risk = made["risk"]
    assert sum(term["points"] for term in risk["terms"]) == risk["score"]
    assert {term["kind"] for term in risk["terms"]} == {
        start["kind"] for start in starts if start["severity"] != "info"
    }


def test_a_real_session_adds_up_with_what_its_viewer_was_told(client: Client) -> None:
    with client.camera("reported") as camera, client.viewer("reported") as viewer:
        for at in (1.0, 11.0, 31.0):
            camera.leave_and_return(at)
        told = read_events(viewer, 6)
        for at in (51.0, 51.4, 51.8):
            camera.show(nobody(), at)
        told += read_events(viewer, 1)
        running = report(client, "reported")
        assert_adds_up(running, told)
        assert (running["complete"], running["summary"]["open"]) == (False, 1)
        assert running["clock"] == {"from": 1.0, "to": 51.8}
        assert running["session"]["state"] == "running"
        client.order("reported", "stop")
        told += read_events(viewer, 1)
    stopped = report(client, "reported")
    assert_adds_up(stopped, told)
    assert (stopped["complete"], stopped["summary"]["open"]) == (True, 0)
    assert stopped["session"]["ended_by"] == "rest"
    assert [gap["from"] for gap in stopped["gaps"]] == [2.2, 12.2, 32.2]
    assert stopped["risk"]["score"] == running["risk"]["score"] > 30
    coverage = client.get("reported").json()["coverage"]
    made = stopped["coverage"]
    assert {key: made[key] for key in ("seconds", "judged", "not_assessable")} == {
        key: coverage[key] for key in ("seconds", "judged", "not_assessable")
    }
    assert "periods" not in coverage
    share = stopped["risk"]["judged"]
    assert share == made["judged"]["nobody"]
    assert made["sentence"] == f"judged {int(share * 100)} % of 51 s"


def test_pauses_and_silences_are_gaps(client: Client) -> None:
    with client.camera("gappy") as camera:
        for number in range(11):
            camera.show(somebody(number + 1), number / 2)
        client.order("gappy", "pause")
        client.order("gappy", "start")
        for number in range(11):
            camera.show(somebody(number + 1), 65 + number / 2)
        for number in range(5):
            camera.show(somebody(number + 1), 90 + number / 2)
    with client.socket("gappy", "video", "clock=source") as socket:
        camera.socket = socket
        camera.show(somebody(3), 110.0)
        made = report(client, "gappy")
    assert made["gaps"] == [
        {"from": 5.0, "to": 65.0, "seconds": 60.0, "why": "paused"},
        {"from": 70.0, "to": 90.0, "seconds": 20.0, "why": "no pictures came"},
        {"from": 92.0, "to": 110.0, "seconds": 18.0, "why": "the sender left"},
    ]
    assert made["clock"] == {"from": 0.0, "to": 110.0}
    silences = made["gaps"][1:]
    watched = 110.0 - sum(gap["seconds"] for gap in made["gaps"])
    assert made["coverage"]["seconds"] == watched + sum(gap["seconds"] for gap in silences)
    assert made["coverage"]["not_assessable"]["Too few pictures"] >= 38.0


def test_a_pause_that_lasts_is_a_gap_until_now(client: Client) -> None:
    client.create("pausing", rules=QUICK)
    with client.socket("pausing", "video") as socket:
        for number in count(1):  # not every picture is due
            socket.send(somebody(number % 5))
            if client.get("pausing").json()["coverage"]:
                break
        client.order("pausing", "pause")
        (gap,) = wait_for(lambda: report(client, "pausing")["gaps"] or None)
        later = wait_for(
            lambda: (
                made
                if (made := report(client, "pausing"))["gaps"][0]["seconds"] > gap["seconds"]
                else None
            )
        )
    assert [each["why"] for each in later["gaps"]] == ["paused"]
    assert later["gaps"][0]["to"] == pytest.approx(later["clock"]["to"], abs=0.01)
    assert (later["complete"], later["session"]["state"]) == (False, "paused")
    client.order("pausing", "stop")
    over = report(client, "pausing")
    (gap,) = over["gaps"]
    lasted = over["session"]["ended_at"] - over["session"]["created_at"]
    assert over["complete"]
    assert over["clock"]["to"] == pytest.approx(lasted, abs=0.1)
    assert (gap["why"], gap["to"]) == ("paused", pytest.approx(over["clock"]["to"], abs=0.01))
    assert gap["seconds"] >= later["gaps"][0]["seconds"] - 0.1


def test_a_session_in_which_nothing_came(client: Client) -> None:
    rules = {"gaze_away": {"hold": 3.5}, "drowsy": {"enabled": True}}
    client.create("empty", rules=rules, purpose="interview")
    made = report(client, "empty")
    assert made["session"] == {
        key: value for key, value in client.get("empty").json().items() if key in made["session"]
    }
    assert made["summary"] == {
        "episodes": 0,
        "open": 0,
        "by_severity": {"critical": 0, "warning": 0, "info": 0},
        "by_kind": [],
    }
    assert (made["episodes"], made["episodes_left_out"], made["gaps"]) == ([], 0, [])
    assert made["clock"] == {"from": 0.0, "to": 0.0}
    assert made["coverage"] is None
    assert (made["risk"]["score"], made["risk"]["terms"]) == (0, [])
    assert made["risk"]["judged"] is None
    changed = {rule["kind"]: rule["changed"] for rule in made["rules"] if rule["changed"]}
    assert changed == rules
    by_kind = {rule["kind"]: rule for rule in made["rules"]}
    assert by_kind["gaze_away"]["rule"] == "gaze_away/1"
    assert (by_kind["gaze_away"]["hold"], by_kind["drowsy"]["enabled"]) == (3.5, True)
    assert by_kind["gaze_away"]["limits"]["yaw_degrees"] == 13.0
    ready = client.http.get("/readyz").json()
    assert made["service"]["models"] == {
        name: ready[name] for name in ("objects", "liveness", "speakers")
    }


def test_what_is_not_there_has_no_report(client: Client) -> None:
    assert client.get("never made", "/report").status_code == 404
    client.create("erased with its report")
    client.delete("erased with its report")
    assert client.get("erased with its report", "/report").status_code == 410


@pytest.mark.parametrize("session_id", ["reported by page", "never made"])
def test_the_page_holds_nothing_and_asks_for_nothing(guarded: Service, session_id: str) -> None:
    with Client(guarded, token(session="*")) as operator:
        operator.create("reported by page")
    with Client(guarded) as client:
        client.http.headers["Accept"] = BROWSER
        page = client.get(session_id, "/report")
        assert (page.status_code, page.headers["content-type"]) == (
            200,
            "text/html; charset=utf-8",
        )
        assert page.text == client.http.get("/ui/report.html").text
        assert page.headers["vary"] == "Accept"
        assert "default-src 'self'" in page.headers["content-security-policy"]
        client.http.headers["Accept"] = "application/json"
        refused = client.get(session_id, "/report")
        assert (refused.status_code, refused.json()["error"]) == (401, "UnauthorizedError")


def test_a_token_must_be_for_the_session_and_its_room(guarded: Service) -> None:
    with Client(guarded, token(session="*")) as operator:
        operator.create("room report", room="exam").raise_for_status()
    for shown, status in (
        (token("events", "room report"), 200),
        (token("control", "room report"), 200),
        (token("ingest", "room report"), 403),
        (token("events", "another"), 403),
        (token("events", "room report", video={"room": "party"}), 403),
    ):
        with Client(guarded, shown) as client:
            answer = client.get("room report", "/report")
            assert answer.status_code == status
            assert status != 200 or answer.headers["vary"] == "Accept"
