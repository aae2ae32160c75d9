"""The audio socket: sound is buffered and accounted for."""

from typing import Any

import pytest

from tests.api.client import Client, closing, says_nothing, stamped, wait_until

SECOND = bytes(2 * 16_000)


def test_sound_alone_makes_a_session(client: Client) -> None:
    with client.socket("sound", "audio") as microphone:
        microphone.send(SECOND)
        wait_until(lambda: client.live("sound")["samples"]["received"] == 16_000)
        assert client.live("sound")["publishing"] == ["audio"]
        assert says_nothing(microphone)
    wait_until(lambda: client.live("sound")["publishing"] == [])
    wait_until(lambda: client.live("sound")["samples"]["analysed"] == 16_000)
    session = client.get("sound").json()
    assert (session["state"], session["purpose"], session["last_seq"]) == ("running", "exam", 0)
    assert session["live"]["hearing"]["speech_seconds"] == 0.0


def test_sound_may_be_cut_anyhow(client: Client) -> None:
    with client.socket("cut", "audio") as microphone:
        for size in (1, 0, 2, 3, 640, 1, 31_353):
            microphone.send(bytes(size))
        wait_until(lambda: client.live("cut")["samples"]["received"] == 16_000)


def test_samples_add_up_however_many_come_at_once(client: Client) -> None:
    with client.socket("much", "audio") as microphone:
        for _ in range(12):
            microphone.send(SECOND)
        microphone.send(11 * SECOND)
        wait_until(lambda: client.live("much")["samples"]["received"] == 23 * 16_000)
    wait_until(lambda: client.live("much")["samples"]["buffered"] == 0)
    assert client.live("much")["samples"] == {
        "received": 23 * 16_000,
        "analysed": 23 * 16_000,
        "gapped": 0,
        "buffered": 0,
        "invalid": {},
    }


def test_another_form_may_be_declared(client: Client) -> None:
    with client.socket("form", "audio", "rate=48000&channels=2") as microphone:
        microphone.send(3 * 2 * SECOND)
        wait_until(lambda: client.live("form")["samples"]["received"] > 15_000)
    wait_until(lambda: client.live("form")["samples"]["analysed"] == 16_000)


def test_what_the_candidate_hears_is_a_track_of_its_own(client: Client) -> None:
    with (
        client.socket("far", "audio") as microphone,
        client.socket("far", "audio", "track=reference") as interviewer,
    ):
        microphone.send(SECOND)
        interviewer.send(2 * SECOND)
        wait_until(lambda: client.live("far")["reference_samples"]["received"] == 32_000)
        wait_until(lambda: client.live("far")["samples"]["received"] == 16_000)
        assert sorted(client.live("far")["publishing"]) == ["audio", "reference"]


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("rate=44.1", "rate is a number"),
        ("rate=100", "rate is a number of hertz from 8000 to 192000"),
        ("channels=0", "channels is a number from 1 to 8"),
        ("channels=-1", "channels is a number"),
        ("track=loudspeaker", "track is candidate or reference"),
        *(
            (f"lost={lost}", "lost is a number of seconds above 0 and up to 86400")
            for lost in (
                "",
                "0",
                "-1",
                "+1",
                "1e3",
                ".5",
                "x",
                "nan",
                "86400.1",
                "9" * 5000,
                "%D9%A3",
            )
        ),
    ],
)
def test_a_form_that_cannot_be_is_refused(client: Client, query: str, reason: str) -> None:
    with client.socket("wrong form", "audio", query) as microphone:
        code, why = closing(microphone)
        assert code == 4400
        assert why.startswith(reason)


def test_a_senders_time_that_cannot_be_is_refused(client: Client) -> None:
    with client.socket("timed sound", "audio", "clock=source") as microphone:
        microphone.send(stamped(10.0, SECOND))
        for message in (b"short", stamped(9.0, SECOND), stamped(9000.0, SECOND)):
            microphone.send(message)
        microphone.send(stamped(11.0, SECOND))
        wait_until(lambda: client.live("timed sound")["samples"]["received"] == 2 * 16_000)
    assert client.live("timed sound")["samples"]["invalid"] == {
        "time_missing": 1,
        "time_backwards": 1,
        "time_absurd": 1,
    }


def test_both_tracks_meet_in_one_session(client: Client) -> None:
    with client.socket("both", "audio") as microphone, client.socket("both", "video"):
        microphone.send(SECOND)
        wait_until(lambda: sorted(client.live("both")["publishing"]) == ["audio", "video"])
        client.order("both", "stop")
        assert closing(microphone)[0] == 4410


@pytest.mark.parametrize("track", ["", "&track=reference"])
def test_sound_that_its_sender_lost_is_told(client: Client, track: str) -> None:
    name, samples = f"lossy{track}", "reference_samples" if track else "samples"
    with client.socket(name, "audio", f"clock=source{track}") as microphone:
        microphone.send(stamped(0.0, SECOND))
        wait_until(lambda: client.live(name)[samples]["received"] == 16_000)
    with client.socket(name, "audio", f"clock=source&lost=12.25{track}") as microphone:
        for at in range(20, 26):
            microphone.send(stamped(float(at), SECOND))
        wait_until(lambda: client.live(name)[samples]["analysed"] >= 6 * 16_000)

    def gaps() -> list[dict[str, Any]]:
        return [event for event in client.events(name) if event["kind"] == "audio_gap"]

    if track:
        assert gaps() == []
        return
    wait_until(lambda: len(gaps()) == 2)
    started, ended = gaps()
    assert (started["started_at"], started["evidence"]) == (7.75, {"lost_seconds": 12.25})
    assert (ended["id"], ended["ended_at"]) == (started["id"], 20.0)


def test_a_camera_loses_no_sound(client: Client) -> None:
    with client.socket("no sound", "video", "lost=0"):
        wait_until(lambda: client.live("no sound")["publishing"] == ["video"])
