"""Real speech through real sockets: who else speaks is told, who speaks alone is not."""

import random
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from typing import Any

import numpy as np
import pytest
import soundfile

from benchmarks.service import Service, running_service
from tests.api.client import Client, stamped, wait_until
from tests.media import SHARED, needs_shared
from tests.pipelines import sample

RATE = 16_000
WORDS = "Multiple speakers detected!"


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    with running_service() as service, Client(service) as client:
        yield client
        assert "Traceback" not in _log(service)


def _log(service: Service) -> str:
    return service.log.read_text()


def speech(speaker: str, seconds: float) -> bytes:
    """Read from a book, s16le."""
    files = sorted((SHARED / "audio" / "librispeech_many").glob(f"{speaker}-*.flac"))
    sound = np.concatenate([soundfile.read(file, dtype="int16")[0] for file in files])
    return bytes(sound[: round(seconds * RATE)].tobytes())


def evenly(pcm: bytes, size: int) -> list[bytes]:
    return [pcm[at : at + size] for at in range(0, len(pcm), size)]


def stream(
    client: Client,
    session_id: str,
    pieces: Iterable[bytes],
    *,
    reference: Sequence[bytes] = (),
    query: str = "clock=source",
) -> list[dict[str, Any]]:
    """Its events, once all of it was heard. The reference goes along, piece by piece."""
    with ExitStack() as stack:
        microphone = stack.enter_context(client.socket(session_id, "audio", query))
        far = iter(reference)
        loudspeaker = None
        if reference:
            loudspeaker = stack.enter_context(
                client.socket(session_id, "audio", f"{query}&track=reference")
            )
        sent = samples = 0
        for piece in pieces:
            at = sent / 2 / RATE
            if loudspeaker is not None and (other := next(far, b"")):
                loudspeaker.send(stamped(at, other))
            microphone.send(stamped(at, piece))
            sent += len(piece)
            if reference:
                time.sleep(0.02)  # as two live streams, neither runs far ahead of the other
        samples = sent // 2
        wait_until(lambda: client.live(session_id)["samples"]["received"] >= samples)
    wait_until(lambda: client.live(session_id)["samples"]["analysed"] >= samples)
    return [
        {key: value for key, value in event.items() if key not in ("id", "session")}
        for event in client.events(session_id)
    ]


def several(events: Iterable[dict[str, Any]], state: str = "started") -> list[dict[str, Any]]:
    return [e for e in events if e["kind"] == "several_speakers" and e["state"] == state]


def test_the_second_party_of_a_call_is_told_without_any_picture(client: Client) -> None:
    events = stream(client, "call", evenly(sample(), 3200))
    [told] = several(events)
    assert told["label"] == WORDS
    assert 7.0 < told["started_at"] <= told["at"] < 20.0
    assert told["confidence"] >= 0.35
    assert told["evidence"]["speaker_count"] >= 2
    assert 0.0 < told["evidence"]["other_share_fraction"] < 1.0
    assert -1.0 < told["evidence"]["similarity_cosine"] < 1.0
    assert client.get("call", "/events").json()["alerts"] == [WORDS]
    assert client.live("call")["frames"]["received"] == 0


def test_how_sound_is_cut_makes_no_difference(client: Client) -> None:
    pcm, chance = sample(), random.Random(5)
    odd = [size for _ in range(400) for size in (chance.choice([1, 3, 7, 641, 32_001, 0]),)]
    ends = np.cumsum([*odd, len(pcm)]).clip(0, len(pcm))
    pieces = [pcm[a:b] for a, b in zip([0, *ends], ends, strict=False)]
    assert b"".join(pieces) == pcm
    seconds = stream(client, "cut in seconds", evenly(pcm, 2 * RATE))
    assert several(seconds)
    assert stream(client, "cut oddly", pieces) == seconds
    assert stream(client, "not cut", [pcm]) == seconds
    drops = [*evenly(pcm[:3000], 1), *evenly(pcm[3000:], 4097)]
    assert stream(client, "cut to bytes", drops) == seconds


@needs_shared
def test_one_who_reads_alone_is_no_second_voice(client: Client) -> None:
    events = stream(client, "alone", evenly(speech("1998", 60.0), 6400))
    assert several(events) == []
    hearing = client.live("alone")["hearing"]
    assert (hearing["speakers"], hearing["not_assessable"]) == (1, None)
    assert hearing["speech_seconds"] > 30.0


@needs_shared
def test_an_episode_ends_with_the_other_voice_and_the_next_is_another(client: Client) -> None:
    own, other = speech("1998", 60.0), speech("3005", 20.0)
    second = 2 * RATE
    pcm = (
        own[: 15 * second]
        + other[: 8 * second]
        + own[15 * second : 35 * second]
        + other[8 * second : 16 * second]
        + own[35 * second : 50 * second]
    )
    events = stream(client, "returns", evenly(pcm, 6400))
    first, again = several(events)
    assert 14.0 < first["started_at"] < 18.0
    assert 42.0 < again["started_at"] < 46.0
    first_end, _ = several(events, "ended")
    assert first_end["ended_at"] == pytest.approx(23.0, abs=2.0)


@needs_shared
def test_who_is_enrolled_is_the_candidate_whoever_spoke_first(client: Client) -> None:
    second = 2 * RATE
    invigilator, candidate = speech("3005", 30.0), speech("1998", 60.0)
    pieces = evenly(invigilator[: 4 * second] + candidate[: 40 * second], 6400)
    with client.socket("enrolled", "audio", "clock=source") as microphone:
        for number, piece in enumerate(pieces):
            if number == 20:  # the invigilator has asked for it
                wait_until(lambda: client.live("enrolled")["samples"]["buffered"] < 8192)
                wish = {"speech_seconds": 6.0}
                assert client.http.post("/v1/sessions/enrolled/enrol", json=wish).is_success
            microphone.send(stamped(number * 0.2, piece))
        wait_until(
            lambda: client.live("enrolled")["samples"]["received"] == sum(map(len, pieces)) // 2
        )
    wait_until(lambda: client.live("enrolled")["samples"]["buffered"] == 0)
    assert client.get("enrolled", "/enrol").json() == {"state": "done", "progress": 1.0}
    assert [each for each in several(client.events("enrolled")) if each["at"] > 15.0] == []


@needs_shared
@pytest.mark.parametrize("told", [True, False], ids=["known", "unknown"])
def test_the_interviewers_echo_is_nobody_where_it_is_known(client: Client, told: bool) -> None:
    """The interviewer speaks from 12 s to 30 s; a loudspeaker brings it to the microphone."""
    far = np.zeros(45 * RATE, np.float64)
    far[12 * RATE : 30 * RATE] = np.frombuffer(speech("3005", 18.0), "<i2")
    own = np.frombuffer(speech("1998", 45.0), "<i2").astype(np.float64)
    own[12 * RATE : 30 * RATE] = 0.0  # the candidate listens
    rng = np.random.default_rng(2)
    room = rng.standard_normal(3200) * np.exp(-np.arange(3200) / 600.0)
    room[0] = 8.0
    leak = np.convolve(far, room / np.linalg.norm(room))[: len(far)]
    heard = own + 0.4 * np.roll(leak, round(0.12 * RATE)) + rng.normal(0, 3, len(own))
    microphone = np.clip(np.rint(heard), -32768, 32767).astype("<i2").tobytes()
    reference = evenly(far.astype("<i2").tobytes(), 6400) if told else ()
    name = f"echo {told}"
    events = stream(client, name, evenly(microphone, 6400), reference=reference)
    assert bool(several(events)) is not told
