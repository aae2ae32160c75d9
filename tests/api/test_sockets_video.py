"""The video socket: real JPEGs, and what is none."""

from pathlib import Path
from typing import Any

import pytest

from tests.api.client import (
    Client,
    closing,
    nobody,
    says_nothing,
    somebody,
    stamped,
    wait_until,
)
from tests.api.pictures import MiB, refused

MEMORY = 60 * MiB
"""What refusing pictures may cost at its height."""


def accounted(frames: dict[str, Any]) -> int:
    named = ("analysed", "not_due", "superseded", "stale", "failed", "waiting", "in_work")
    counted: int = sum(frames[name] for name in named) + sum(frames["invalid"].values())
    return counted


def peak_memory(pid: int) -> int:
    """Bytes: the most that the process ever had."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) * 1024


def test_every_frame_is_accounted_for_and_nothing_is_sent_back(client: Client) -> None:
    with client.socket("counted", "video") as camera:
        for number in range(60):
            camera.send(somebody() if number % 10 else b"no picture")
            frames = client.live("counted")["frames"]
            assert accounted(frames) == frames["received"]
        wait_until(lambda: client.live("counted")["frames"]["received"] == 60)
        wait_until(lambda: client.live("counted")["frames"]["in_work"] == 0)
        frames = client.live("counted")["frames"]
        assert says_nothing(camera)
    assert frames["invalid"] == {"not_jpeg": 6}
    assert frames["analysed"] >= 1
    assert frames["analysed"] + frames["not_due"] + frames["superseded"] == 54
    assert accounted(frames) == 60


def test_a_picture_shows_a_face(client: Client) -> None:
    with client.socket("shown", "video") as camera:
        camera.send(somebody())
        wait_until(lambda: client.live("shown")["now"] is not None)
    now = client.live("shown")["now"]
    assert now["faces"] == 1
    assert abs(now["head"]["yaw"]) < 20
    assert now["at"] >= 0
    assert 0.3 < now["brightness"] < 0.8
    assert 0.1 < now["contrast"] < 0.4
    assert 0.08 < now["sharpness"] < 0.3
    assert 60 < now["face_width"] < 300
    assert now["still_seconds"] == 0
    unknown = ("pictures_per_second", "blinks_per_minute", "perclos", "not_assessable")
    assert [now[name] for name in unknown] == [None] * 4


def test_coverage_is_told_by_kind(client: Client) -> None:
    with client.camera("covered") as camera:
        camera.show(somebody(), 0.0)
        camera.show(somebody(), 1.0)
        coverage = client.get("covered").json()["coverage"]
    assert coverage["seconds"] == 1.0
    assert (coverage["judged"]["nobody"], coverage["judged"]["phone"]) == (1.0, 0.0)
    assert "not_assessable" not in coverage["judged"]
    assert coverage["not_assessable"] == {}


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="asks Linux for the memory")
def test_what_is_no_picture_is_counted_and_harms_nobody(client: Client) -> None:
    expected: dict[str, int] = {}
    with client.camera("refused") as camera:
        camera.show(somebody(), 0.0)
        before = peak_memory(client.service.pid)
        for number, (what, (message, reason)) in enumerate(refused().items(), 1):
            expected[reason] = expected.get(reason, 0) + 1
            camera.socket.send(stamped(number, message))
            wait_until(lambda: client.live("refused")["frames"]["invalid"] == expected)
            camera.show(somebody(), number + 0.5)
            assert client.live("refused")["now"]["faces"] == 1, what
        frames = client.live("refused")["frames"]
        after = peak_memory(client.service.pid)
    assert frames["analysed"] == len(refused()) + 1
    assert accounted(frames) == frames["received"]
    assert after - before < MEMORY


def test_a_message_that_no_picture_needs_ends_the_connection_not_the_session(
    client: Client,
) -> None:
    with client.camera("giant") as camera:
        camera.show(somebody(), 0.0)
        # Only its head: who goes on sending to a closed connection may not hear the answer.
        camera.socket.socket.sendall(b"\x82\xff" + (4 * MiB + 1).to_bytes(8, "big") + bytes(4))
        assert closing(camera.socket)[0] == 1009
    with client.camera("giant") as camera:
        camera.show(somebody(), 1.0)
    assert client.live("giant")["frames"]["received"] == 2


@pytest.mark.parametrize(
    ("at", "reason"),
    [(999.9, "time_backwards"), (5000.0, "time_absurd"), (1e12, "time_absurd")],
)
def test_a_senders_time_that_cannot_be_is_refused(client: Client, at: float, reason: str) -> None:
    session_id = f"time {at}"
    with client.camera(session_id) as camera:
        camera.show(somebody(), 1000.0)
        camera.socket.send(stamped(at, somebody()))
        wait_until(lambda: client.live(session_id)["frames"]["invalid"] == {reason: 1})
        camera.show(somebody(), 1000.0 + 1.0)
        camera.socket.send(b"\0\0\0")
        wait_until(lambda: client.live(session_id)["frames"]["invalid"].get("time_missing") == 1)


def test_alerts_are_told_in_the_senders_time(client: Client) -> None:
    now = 1_700_000_000.25
    with client.camera("sender's time") as camera:
        camera.leave_and_return(now)
        wait_until(lambda: len(client.events("sender's time")) == 2)
    start, end = client.events("sender's time")
    assert (start["started_at"], start["at"], start["ended_at"]) == (now, now + 0.4, None)
    assert (end["started_at"], end["ended_at"], end["at"]) == (now, now + 0.8, now + 1.2)


def test_without_times_of_their_own_pictures_count_from_the_sessions_beginning(
    client: Client,
) -> None:
    client.create("arrival", rules={"nobody": {"hold": 0.3}})
    with client.socket("arrival", "video") as camera:

        def told() -> bool:
            camera.send(nobody())
            return bool(client.events("arrival"))

        wait_until(told)
    (start,) = client.events("arrival")
    assert 0 <= start["started_at"] <= start["at"] - 0.299
    assert start["at"] <= client.live("arrival")["now"]["at"]
