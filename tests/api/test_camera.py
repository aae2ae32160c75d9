"""A service with a camera of its own, as browsers and older clients see it."""

import os
import re
import signal
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import numpy as np
import pytest

from benchmarks.service import Service, running_service
from tests.api.client import Client, wait_for, wait_until
from tests.api.motion import messages, parts
from tests.api.tokens import GUARDED, token
from tests.films import somebody_leaves
from tests.media import decoded, portrait

NAME = "camera"


@pytest.fixture(scope="module")
def leaving(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return somebody_leaves(tmp_path_factory.mktemp("films") / "leaving.mp4", seconds=8.0)


@pytest.fixture(scope="module")
def client(leaving: Path) -> Iterator[Client]:
    """Of a service that sees somebody leave, again and again; its streams end as it does."""
    command = ("run.py", "camera", "--source", str(leaving), "--loop")
    with running_service(command, PROCTOR_STALE_AFTER="60") as service, Client(service) as made:
        wait_until(lambda: made.get(NAME).json().get("live") is not None)
        yield made
        with stream(made, "/video_feed") as feed, stream(made, "/events") as events:
            os.kill(service.pid, signal.SIGINT)
            list(parts(feed))
            list(messages(events))  # both end as answers that are whole
        assert not re.search("Traceback| ERROR ", service.log.read_text())


@contextmanager
def stream(client: Client, path: str, **headers: str) -> Iterator[httpx.Response]:
    with client.http.stream("GET", path, headers=headers) as answer:
        assert answer.status_code == 200, answer.read()
        yield answer


def announced(answer: httpx.Response) -> Iterator[tuple[str | None, dict[str, Any]]]:
    return (each for each in messages(answer) if each[1]["alerts"])


def test_its_log_says_where_to_look(client: Client) -> None:
    said = client.service.log.read_text()
    assert "leaving.mp4 feeds the session 'camera'; end with Ctrl-C" in said
    assert f"watch the camera: {client.service.url}/?session=camera" in said


@pytest.mark.parametrize("path", ["/video_feed", "/stream"])
def test_the_feed_shows_pictures_with_the_face_drawn_in(client: Client, path: str) -> None:
    with stream(client, path) as answer:
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["cross-origin-resource-policy"] == "same-site"
        feed = parts(answer)
        drawn = wait_for(lambda: _with_oval(decoded(next(feed))))
    assert drawn.shape == (512, 512, 3)


def _with_oval(picture: np.ndarray[Any, Any]) -> np.ndarray[Any, Any] | None:
    """The portrait has no pixel of the colour that faces are drawn in."""

    def oval(shown: np.ndarray[Any, Any]) -> int:
        return int((np.abs(shown.astype(int) - (120, 225, 255)).max(axis=2) < 40).sum())

    return picture if oval(picture) > oval(portrait()) + 200 else None


def test_no_more_than_fifteen_come_in_a_second(client: Client) -> None:
    with stream(client, "/video_feed") as answer:
        feed = parts(answer)
        next(feed)
        began = time.monotonic()
        for _ in range(15):
            next(feed)
        assert time.monotonic() - began > 0.9


def test_a_viewer_that_reads_nothing_holds_up_nobody(client: Client) -> None:
    where = urlsplit(client.service.url)
    with socket.socket() as deaf:
        deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        deaf.connect((where.hostname, where.port))
        deaf.sendall(b"GET /video_feed HTTP/1.1\r\nHost: x\r\n\r\n")
        with stream(client, "/video_feed") as answer:
            feed = parts(answer)
            for _ in range(25):
                next(feed)
        before = client.live(NAME)["frames"]["received"]
        wait_until(lambda: client.live(NAME)["frames"]["received"] > before)


def test_who_comes_back_missed_nothing(client: Client) -> None:
    wait_until(lambda: client.get(NAME).json()["last_seq"] >= 1)
    with stream(client, "/events", **{"Last-Event-ID": "0"}) as answer:
        seq, message = next(announced(answer))
    assert message["alerts"] == ["No Face Detected"]
    assert message["events"][0]["seq"] == 1
    assert message["events"] == client.events(NAME)[: len(message["events"])]
    assert seq == str(message["events"][-1]["seq"])


def test_a_number_of_an_older_database_loses_nothing(client: Client) -> None:
    """Who kept it through a renewal is told what comes."""
    with stream(client, "/events", **{"Last-Event-ID": str(10**9)}) as answer:
        seq, message = next(announced(answer))
    assert seq == str(message["events"][-1]["seq"])
    assert int(seq) < 10**6


def test_a_number_that_is_none_is_ignored(client: Client) -> None:
    for nonsense in ("-1", "a", "9" * 30, "1.5"):
        with stream(client, "/events", **{"Last-Event-ID": nonsense}) as answer:
            assert answer.headers["content-type"].startswith("text/event-stream")


def test_other_sites_are_kept_out_of_the_events(client: Client) -> None:
    answer = client.http.get("/events", headers={"Origin": "https://evil.example"})
    assert answer.status_code == 403


def test_people_get_the_page_and_programs_json(client: Client) -> None:
    page = client.http.get("/", headers={"Accept": "text/html,*/*;q=0.8"})
    assert page.headers["content-type"].startswith("text/html")
    told = client.http.get("/")
    body = told.json()
    assert list(body) == ["message", "name", "version", "status", "docs", "endpoints"]
    assert (body["message"], body["name"]) == ("Proctoring engine", "procturing")
    assert (body["status"], body["docs"]) == ("running", "/docs")
    assert {"/healthz", "/video_feed", "/events", "/v1/sessions"} <= {*body["endpoints"]}
    assert page.headers["vary"] == told.headers["vary"] == "Accept"


@pytest.mark.parametrize("path", ["/", "/wall", "/ui", "/ui/"])
@pytest.mark.parametrize("accepted", ["text/html", "application/json"])
def test_programs_may_ask_for_the_head_of_a_page(client: Client, path: str, accepted: str) -> None:
    asked = {"headers": {"Accept": accepted}, "follow_redirects": False}
    head, whole = (client.http.request(how, path, **asked) for how in ("HEAD", "GET"))  # type: ignore[arg-type]
    assert head.content == b""
    assert head.status_code == whole.status_code
    for name in ("content-type", "content-length", "location", "content-security-policy"):
        assert head.headers.get(name) == whole.headers.get(name)


@pytest.mark.parametrize(
    ("path", "to"), [("/ui", "/"), ("/ui/", "/"), ("/ui?session=a", "/?session=a")]
)
def test_the_old_address_of_the_page_leads_there(client: Client, path: str, to: str) -> None:
    answer = client.http.get(path, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (307, to)


# Without a camera


@pytest.fixture(scope="module")
def without(service: Service) -> Iterator[Client]:
    with Client(service) as made:
        yield made


@pytest.mark.parametrize("path", ["/video_feed", "/stream"])
def test_without_a_camera_it_says_how_to_have_one(without: Client, path: str) -> None:
    answer = without.http.get(path)
    assert answer.status_code == 404
    assert "run.py camera --source 0" in answer.json()["message"]


def test_without_a_camera_all_sessions_are_told(without: Client) -> None:
    viewers = without.metric("proctor_viewers")
    with without.camera("before") as before, stream(without, "/events") as answer:
        wait_until(lambda: without.metric("proctor_viewers") == viewers + 1)
        told = messages(answer)
        before.leave_and_return(0.0)
        with without.camera("after") as after:
            after.leave_and_return(0.0)
        heard = [next(told), next(told)]
    assert [message["events"][0]["session"] for _, message in heard] == ["before", "after"]
    assert [message["alerts"] for _, message in heard] == [["No Face Detected"]] * 2
    assert [seq for seq, _ in heard] == [None, None]
    wait_until(lambda: without.metric("proctor_viewers") == viewers)


# With tokens


@pytest.fixture(scope="module")
def hall(leaving: Path) -> Iterator[Service]:
    settings = {"PROCTOR_CAMERA": str(leaving), "PROCTOR_CAMERA_SESSION": "hall 1/a", **GUARDED}
    with running_service(**settings, PROCTOR_CAMERA_LOOP="1") as service:
        yield service


@pytest.mark.parametrize("path", ["/video_feed", "/stream", "/events"])
@pytest.mark.parametrize(
    ("shown", "status"),
    [
        (None, 401),
        (token("events", "another"), 403),
        (token("ingest", "hall 1/a"), 403),
        (token("events", "hall 1/a"), 200),
        (token("control", "*"), 200),
    ],
)
def test_a_token_for_its_session_is_asked_for(
    hall: Service, path: str, shown: str | None, status: int
) -> None:
    with Client(hall, shown) as client, client.http.stream("GET", path) as answer:
        assert answer.status_code == status


def test_all_sessions_need_a_token_for_all(guarded: Service) -> None:
    """Where there is no camera."""
    for shown, status in ((None, 401), (token("events", "a"), 403), (token("events", "*"), 200)):
        with Client(guarded, shown) as client, client.http.stream("GET", "/events") as answer:
            assert answer.status_code == status


def test_a_deletion_ends_it(hall: Service) -> None:
    with Client(hall, token("events control", "*")) as client:
        wait_until(lambda: client.get("hall 1/a").status_code == 200)
        with stream(client, "/events") as answer, stream(client, "/video_feed") as feed:
            client.delete("hall 1/a").raise_for_status()
            list(messages(answer))  # it comes to its end
            *_, last = parts(feed)
        assert np.median(decoded(last)) < 60  # a card
        for path in ("/events", "/video_feed", "/stream"):
            assert client.http.get(path).status_code == 410
        degraded = wait_for(lambda: _degraded(client))
        assert "deleted" in degraded["why"]


def _degraded(client: Client) -> dict[str, str] | None:
    degraded = client.http.get("/readyz").json()["degraded"]
    return next((part for part in degraded if part["what"] == "camera"), None)
