"""`/v1/sessions/{id}/enrol` on the real service."""

from typing import Any

import pytest

from tests.api.client import Client, in_path, wait_until

SECOND = bytes(2 * 16_000)


def enrol(client: Client, session_id: str, **body: Any) -> Any:
    return client.http.post(f"/v1/sessions/{in_path(session_id)}/enrol", json=body or None)


def view(client: Client, session_id: str) -> dict[str, Any]:
    found: dict[str, Any] = client.get(session_id, "/enrol").raise_for_status().json()
    return found


def test_nobody_is_enrolled_at_first(client: Client) -> None:
    client.create("enrol none")
    assert view(client, "enrol none") == {"state": "none", "progress": 0.0}
    assert client.get("enrol nowhere", "/enrol").status_code == 404


def test_silence_enrols_nobody(client: Client) -> None:
    with client.socket("enrol silence", "audio") as microphone:
        microphone.send(SECOND)
        wait_until(lambda: client.live("enrol silence")["samples"]["received"] == 16_000)
        answer = enrol(client, "enrol silence", speech_seconds=2)
        assert (answer.status_code, answer.json()["state"]) == (202, "running")
        microphone.send(5 * SECOND)
        wait_until(lambda: client.live("enrol silence")["samples"]["buffered"] < 8192)
        assert view(client, "enrol silence") == {"state": "running", "progress": 0.0}


def test_it_needs_a_microphone_and_a_session_that_runs(client: Client) -> None:
    client.create("enrol silent")
    assert enrol(client, "enrol silent").status_code == 409
    assert "connect its microphone" in enrol(client, "enrol silent").json()["message"]
    with client.socket("enrol paused", "audio"):
        wait_until(lambda: client.live("enrol paused")["publishing"] == ["audio"])
        client.order("enrol paused", "pause")
        assert "start it" in enrol(client, "enrol paused").json()["message"]


@pytest.mark.parametrize("body", [{"speech_seconds": 1}, {"speech_seconds": 61}, {"seconds": 5}])
def test_a_wish_that_cannot_be_met_is_refused(client: Client, body: dict[str, Any]) -> None:
    client.create("enrol wish")
    assert enrol(client, "enrol wish", **body).status_code == 422
