"""Session ids: any printable text, the same session wherever it stands."""

import socket
from urllib.parse import urlsplit

import pytest

from tests.api.client import Client, closing, read_events, somebody, wait_until

IDS = [
    "a/b",
    "a//b/",
    "/",
    "ä€😀",
    "100%",
    "100%25",
    "%2F",
    "<img src=x onerror=alert(1)>",
    "a b",
    " ",
    "a+b",
    ".",
    "..",
    "../../etc/passwd",
    "a/events",
    "events",
    "a/stop",
    "x?y#z",
    "a;b=c&d",
    "\\\"'`",
    "'; DROP TABLE sessions; --",
    "exam_\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",  # with a non-joiner
    "👨\u200d👩\u200d👧\u3000\u00a0",
    "x" * 256,
    "😀" * 256,
]


@pytest.mark.parametrize("session_id", IDS, ids=lambda each: each[:20])
def test_an_id_means_the_same_session_everywhere(client: Client, session_id: str) -> None:
    with client.camera(session_id) as camera, client.viewer(session_id) as viewer:
        again = client.create(session_id, mirrored=True)
        assert (again.status_code, again.json()["mirrored"]) == (200, False)
        camera.leave_and_return(0.0)
        told = read_events(viewer, 2)
        assert [event["session"] for event in told] == [session_id] * 2
        assert client.events(session_id) == told
        session = client.get(session_id).json()
        assert (session["id"], session["last_seq"]) == (session_id, 2)
        assert session["live"]["publishing"] == ["video"]
        assert client.order(session_id, "pause").json()["id"] == session_id
        listed = client.http.get("/v1/sessions", params={"state": "paused"}).json()["sessions"]
        assert session_id in [each["id"] for each in listed]
        assert client.delete(session_id).status_code == 204
        assert closing(camera.socket)[0] == closing(viewer)[0] == 4404
    assert client.get(session_id).status_code == 410
    assert client.create(session_id).status_code == 410


def test_ids_that_look_alike_are_different_sessions(client: Client) -> None:
    alike = ["alike", "Alike", "alike ", "alike/", "alike/events", "alike%2Fevents", "álike"]
    for session_id in alike:
        assert client.create(session_id).status_code == 201
    for session_id in alike:
        assert client.get(session_id).json()["id"] == session_id
    with client.socket("alike/events", "video") as camera:
        camera.send(somebody())
        wait_until(lambda: client.live("alike/events")["frames"]["received"] == 1)
    assert [client.get(each).json()["live"] is None for each in alike] == [
        each != "alike/events" for each in alike
    ]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("%FF", 400),
        ("%ED%A0%80", 400),
        ("a%00", 400),
        ("100%", 400),
        ("%zz/events", 400),
        ("x" * 257, 400),
        ("nobody-made-it", 404),
        ("nobody-made-it/events", 404),
        ("a/b", 404),
        ("nobody%2Fmade%2Fit", 404),
    ],
)
def test_rest_says_what_is_wrong_with_an_id(client: Client, path: str, status: int) -> None:
    answer = client.http.get(f"/v1/sessions/{path}")
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/json"
    if "/b" not in path:
        assert set(answer.json()) == {"error", "message"}


def test_dots_may_stand_in_a_path_as_they_are(client: Client) -> None:
    assert client.create("...").status_code == 201
    where = urlsplit(client.service.url)
    with socket.create_connection((where.hostname, where.port), 10) as connection:
        connection.sendall(b"GET /v1/sessions/... HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        answer = b"".join(iter(lambda: connection.recv(4096), b""))
    assert answer.startswith(b"HTTP/1.1 200")
