"""The events socket: everything, in order, to everybody, in one shape."""

import json
import sqlite3
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from tests.api.client import (
    PATIENCE,
    QUICK,
    Client,
    nobody,
    read_events,
    read_message,
    says_nothing,
    somebody,
    wait_until,
)

EXAMPLE = Path(__file__).parents[1] / "data" / "wire" / "alert.json"


def shape(value: Any) -> Any:
    """Keys and types."""
    match value:
        case dict():
            return {key: shape(each) for key, each in value.items()}
        case list():
            return [shape(each) for each in value]
        case _:
            return type(value).__name__


def test_the_message_is_the_one_of_the_design(client: Client) -> None:
    example = json.loads(EXAMPLE.read_text())
    with client.camera("wire") as camera, client.viewer("wire") as viewer:
        camera.show(nobody(), 10.0)
        camera.show(nobody(), 10.4)
        start = json.loads(viewer.recv(timeout=PATIENCE))
        camera.show(somebody(), 10.8)
        camera.show(somebody(), 11.2)
        end = json.loads(viewer.recv(timeout=PATIENCE))
    assert (start["alerts"], end["alerts"]) == (["No Face Detected"], [])
    for message, more in ((start, {}), (end, {"ended_at": "float"})):
        assert list(message) == list(example)
        (event,), (expected,) = message["events"], example["events"]
        assert list(event) == list(expected)
        measured = event["evidence"].items()
        assert all(name.endswith("_seconds") and shape(each) == "float" for name, each in measured)
        assert shape(event | {"evidence": {}}) == shape(expected | {"evidence": {}}) | more
        assert (event["session"], event["kind"], event["rule"]) == ("wire", "nobody", "nobody/1")
    (begun,), (over,) = start["events"], end["events"]
    assert begun["id"] == over["id"]
    assert (begun["seq"], begun["state"]) == (1, "started")
    assert (over["seq"], over["state"]) == (2, "ended")


def test_a_cooldown_silences_the_words_not_the_episodes(client: Client) -> None:
    rules = QUICK | {"nobody": QUICK["nobody"] | {"cooldown": 30}}
    with client.camera("cooldown", rules=rules) as camera, client.viewer("cooldown") as viewer:
        words = []
        for at in (0.0, 10.0, 40.0):
            camera.leave_and_return(at)
            words.append(read_message(viewer, 2)["alerts"])
    assert words == [["No Face Detected"], [], ["No Face Detected"]]


def test_every_viewer_gets_everything_in_order(client: Client) -> None:
    with client.camera("watched") as camera, ExitStack() as viewers:
        early = [viewers.enter_context(client.viewer("watched")) for _ in range(3)]
        for at in (0.0, 2.0):
            camera.leave_and_return(at)
        wait_until(lambda: len(client.events("watched")) == 4)
        replaying = viewers.enter_context(client.viewer("watched", after=0))
        skipping = viewers.enter_context(client.viewer("watched", after=3))
        late = viewers.enter_context(client.viewer("watched"))
        camera.leave_and_return(4.0)
        told = [read_events(viewer, 6) for viewer in (*early, replaying)]
        assert [event["seq"] for event in told[0]] == [1, 2, 3, 4, 5, 6]
        assert told[1:] == [told[0]] * 3
        assert read_events(skipping, 3) == told[0][3:]
        assert read_events(late, 2) == told[0][4:]
        assert client.events("watched") == told[0]
        assert client.events("watched", after=2, limit=3) == told[0][2:5]
        assert all(says_nothing(viewer) for viewer in (*early, replaying, skipping, late))


def test_a_viewer_that_comes_and_goes_loses_nothing(client: Client) -> None:
    known: list[dict[str, Any]] = []
    with client.camera("interrupted") as camera:
        for number in range(4):
            with client.socket(
                "interrupted", "events", f"after={known[-1]['seq'] if known else 0}"
            ) as viewer:
                if number == 0:  # what others missed while nobody looked is there already
                    camera.leave_and_return(0.0)
                known += read_events(viewer, 2)
            camera.leave_and_return(10.0 * (number + 1))
        wait_until(lambda: len(client.events("interrupted")) == 10)
    assert [event["seq"] for event in known] == list(range(1, 9))
    assert known == client.events("interrupted")[:8]


def test_a_number_of_an_older_database_loses_nothing(client: Client) -> None:
    """A viewer that knows more than there is kept it through a renewal: it is told what comes."""
    with client.camera("beyond") as camera, client.viewer("beyond", after=10**9) as viewer:
        camera.leave_and_return(0.0)
        assert [event["seq"] for event in read_events(viewer, 2)] == [1, 2]


def test_closing_a_viewer_changes_nothing(client: Client) -> None:
    viewers = client.metric("proctor_viewers")
    with client.camera("left alone") as camera:
        with client.viewer("left alone"):
            camera.leave_and_return(0.0)
        wait_until(lambda: client.metric("proctor_viewers") == viewers)
        camera.leave_and_return(10.0)
        wait_until(lambda: len(client.events("left alone")) == 4)
        assert client.live("left alone")["frames"]["analysed"] == 8
        assert client.get("left alone").json()["state"] == "running"


def test_what_a_viewer_says_is_ignored(client: Client) -> None:
    with client.camera("talk") as camera, client.viewer("talk") as viewer:
        for message in ("hello", "", '{"alerts": []}', b"\xff\xd8\xff", b"", "x" * 100_000):
            viewer.send(message)
        camera.leave_and_return(0.0)
        assert len(read_events(viewer, 2)) == 2


def test_a_viewer_alone_makes_a_session(client: Client) -> None:
    with client.viewer("only watched"):
        session = client.get("only watched").json()
        assert (session["state"], session["live"]) == ("running", None)
        with client.socket("only watched", "video") as camera:
            camera.send(somebody())
            wait_until(lambda: client.live("only watched")["frames"]["analysed"] == 1)


def test_a_long_history_comes_in_pages(client: Client) -> None:
    """Straight into the database: a thousand alerts, as a long session leaves them."""
    with client.camera("long") as camera:
        camera.leave_and_return(0.0)
        wait_until(lambda: len(client.events("long")) == 2)
        database = client.service.log.with_name("proctor.db")
        with sqlite3.connect(database, timeout=5) as connection:
            columns = [row[1] for row in connection.execute("PRAGMA table_info(alerts)")]
            changed = {"seq": "seq + ?1", "episode": "episode || ?1"}
            connection.executemany(
                f"INSERT INTO alerts ({', '.join(columns)})"
                f" SELECT {', '.join(changed.get(name, name) for name in columns)}"
                " FROM alerts WHERE session_id = 'long' AND seq <= 2",
                [(number,) for number in range(2, 1000, 2)],
            )
            connection.execute("UPDATE sessions SET last_seq = 1000 WHERE id = 'long'")
        connection.close()
        with client.viewer("long", after=0) as viewer:
            assert [e["seq"] for e in read_events(viewer, 1000)] == list(range(1, 1001))
            camera.leave_and_return(10.0)
            assert [e["seq"] for e in read_events(viewer, 2)] == [1001, 1002]
        assert [e["seq"] for e in client.events("long")] == list(range(1, 501))
        assert len(client.events("long", limit=1000)) == 1000
