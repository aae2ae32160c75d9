"""Tokens that name a room, and what those who are refused leave behind."""

from collections.abc import Iterator

import pytest

from benchmarks.service import Service
from tests.api.client import (
    Client,
    closing,
    says_nothing,
    somebody,
    wait_until,
)
from tests.api.routes import FOR_ALL, routes
from tests.api.tokens import token

ANOTHER_ROOM = "the token is for a session of another room"
ROOMY = "roomy"


@pytest.fixture(scope="module")
def operator(guarded: Service) -> Iterator[Client]:
    with Client(guarded, token(session="*")) as client:
        yield client


def test_a_token_of_another_room_is_refused(guarded: Service, operator: Client) -> None:
    body = {"id": ROOMY, "room": "exam"}
    shown = token(session=ROOMY, video={"room": "party"})
    with Client(guarded, shown) as stranger:
        assert stranger.http.post("/v1/sessions", json=body).status_code == 403
        assert operator.get(ROOMY).status_code == 404
        assert operator.http.post("/v1/sessions", json=body).status_code == 201
        before = operator.get(ROOMY).json()
        for method, path, where in routes(stranger, ROOMY):
            if (method, path) in FOR_ALL:
                continue  # asks for all, which no token with a room may see
            sent = {"id": ROOMY} if path == "/v1/sessions" else None
            answer = stranger.http.request(method, where, json=sent)
            assert (answer.status_code, answer.json()["message"]) == (403, ANOTHER_ROOM), path
        for track in ("video", "audio", "events"):
            with stranger.socket(ROOMY, track) as socket:
                assert closing(socket) == (4403, ANOTHER_ROOM)
        assert operator.get(ROOMY).json() == before  # nobody opened it
    with Client(guarded, token(session=ROOMY, video={"room": "exam"})) as member:
        assert member.get(ROOMY).status_code == 200
        assert member.http.post("/v1/sessions", json=body).status_code == 200
        for track in ("video", "audio", "events"):
            with member.socket(ROOMY, track) as socket:
                assert says_nothing(socket)
        assert member.delete(ROOMY).status_code == 204
        assert member.get(ROOMY).status_code == 410
        assert member.delete(ROOMY).status_code == 204


def test_who_is_refused_reopens_no_session(guarded: Service, operator: Client) -> None:
    with operator.camera("over", room="exam"):
        wait_until(lambda: operator.live("over")["publishing"] == ["video"])
    operator.order("over", "stop")
    operator.order("over", "start")
    with Client(guarded, token(session="over", video={"room": "party"})) as stranger:
        for track in ("video", "audio"):
            with stranger.socket("over", track) as socket:
                assert closing(socket) == (4403, ANOTHER_ROOM)
        assert operator.get("over").json()["live"] is None


def test_a_token_with_a_room_is_good_for_a_session_that_has_none(
    guarded: Service, operator: Client
) -> None:
    with Client(guarded, token(session="joins", video={"room": "exam"})) as member:
        assert member.get("joins").status_code == 404
        with member.socket("joins", "events") as viewer:
            assert says_nothing(viewer)
            assert member.create("joins", room="exam", participant="anna").status_code == 200
            assert operator.get("joins").json()["participant"] == "anna"
            assert member.create("joins", room="exam", participant="bert").status_code == 409


def test_nobody_writes_lines_into_the_log(guarded: Service, operator: Client) -> None:
    forged = "x\n2026-01-01 00:00:00,000 WARNING app.forged: nothing happened"
    assert operator.create("forged", room=forged, participant=forged).status_code == 201
    assert operator.create("forged", room=f"{forged}!").status_code == 409
    assert operator.create(forged).status_code == 400
    with operator.socket("forged", "video") as camera:
        camera.send(somebody())
        wait_until(lambda: operator.live("forged")["frames"]["received"] == 1)
    assert operator.delete("forged").status_code == 204
    assert "app.forged" not in guarded.log.read_text()
