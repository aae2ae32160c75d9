"""The audio socket: sound is buffered and accounted for."""

from tests.api.client import Client, closing, says_nothing, stamped, wait_until

SECOND = bytes(2 * 16_000)


def test_sound_alone_makes_a_session(client: Client) -> None:
    with client.socket("sound", "audio") as microphone:
        microphone.send(SECOND)
        wait_until(lambda: client.live("sound")["samples"]["received"] == 16_000)
        assert client.live("sound")["publishing"] == ["audio"]
        assert says_nothing(microphone)
    wait_until(lambda: client.live("sound")["publishing"] == [])
    session = client.get("sound").json()
    assert (session["state"], session["purpose"], session["last_seq"]) == ("running", "exam", 0)
    assert session["live"]["samples"]["buffered"] == 16_000


def test_sound_may_be_cut_anyhow(client: Client) -> None:
    with client.socket("cut", "audio") as microphone:
        for size in (1, 0, 2, 3, 640, 1, 31_353):
            microphone.send(bytes(size))
        wait_until(lambda: client.live("cut")["samples"]["received"] == 16_000)


def test_samples_add_up_when_there_are_too_many(client: Client) -> None:
    with client.socket("much", "audio") as microphone:
        for _ in range(12):
            microphone.send(SECOND)
        wait_until(lambda: client.live("much")["samples"]["received"] == 12 * 16_000)
    samples = client.live("much")["samples"]
    assert samples == {
        "received": 12 * 16_000,
        "gapped": 2 * 16_000,
        "buffered": 10 * 16_000,
        "invalid": {},
    }


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
