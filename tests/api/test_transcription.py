"""Speech becomes text: sound in, words and hot words out, through real sockets both ways."""

import asyncio
import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
from websockets.sync.client import ClientConnection

from app.types import TranscriptionPlan
from benchmarks.service import running_service
from tests.api.client import PATIENCE, Client, stamped, wait_until
from tests.deepgram import KEY, LoopbackDeepgram, loopback_deepgram, sound
from tests.storage.builders import opened, session

NO_PROXY = {"NO_PROXY": "127.0.0.1"}


@contextmanager
def transcribing(deepgram: LoopbackDeepgram, folder: Path, key: str = KEY) -> Iterator[Client]:
    """A service that turns speech into text at this Deepgram; its log is kept in the folder."""
    with running_service(
        PROCTOR_DATABASE_URL=f"sqlite:///{folder}/proctor.db",
        PROCTOR_DEEPGRAM_URL=deepgram.url,
        DEEPGRAM_API_KEY=key,
        PROCTOR_LOG_LEVEL="DEBUG",
        **NO_PROXY,
    ) as service:
        try:
            with Client(service) as client:
                yield client
        finally:
            (folder / "log").write_bytes(service.log.read_bytes())


@pytest.fixture(scope="module")
def deepgram() -> Iterator[LoopbackDeepgram]:
    with loopback_deepgram() as deepgram:
        yield deepgram


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("transcribing")


@pytest.fixture(scope="module")
def client(deepgram: LoopbackDeepgram, folder: Path) -> Iterator[Client]:
    with transcribing(deepgram, folder) as client:
        yield client
    log = (folder / "log").read_text()
    assert "Traceback" not in log
    assert KEY not in log
    assert "alpha" not in log.casefold()
    assert "charlie" not in log.casefold()


@pytest.fixture(autouse=True)
def _nothing_was_said(deepgram: LoopbackDeepgram) -> None:
    deepgram.calls.clear()


def read(viewer: ClientConnection, key: str) -> dict[str, Any]:
    """The next message that has something under this key."""
    while True:
        message: dict[str, Any] = json.loads(viewer.recv(timeout=PATIENCE))
        assert {*message} - {"transcript"} == {"alerts", "events"}
        if message.get(key):
            return message


def transcript(viewer: ClientConnection) -> dict[str, Any]:
    found: dict[str, Any] = read(viewer, "transcript")["transcript"]
    return found


def on_disk(folder: Path, text: str) -> bool:
    """Whether the database's files hold it, in any case."""
    return any(
        text.casefold().encode() in file.read_bytes().lower() for file in folder.glob("proctor.db*")
    )


def test_sound_in_words_out(client: Client, deepgram: LoopbackDeepgram, folder: Path) -> None:
    client.create("exam", transcription={"enabled": True}).raise_for_status()
    with (
        client.viewer("exam") as viewer,
        client.socket("exam", "audio", "clock=source") as microphone,
    ):
        microphone.send(stamped(5.0, sound("alpha", "", "charlie", "")))
        said = transcript(viewer)
    assert (said["state"], said["text"]) == ("final", "Alpha Charlie")
    assert (said["started_at"], said["ended_at"], said["confidence"]) == (5.0, 5.75, 0.95)
    assert said["words"] == [
        {"text": "Alpha", "started_at": 5.0, "ended_at": 5.25, "confidence": 0.9},
        {"text": "Charlie", "started_at": 5.5, "ended_at": 5.75, "confidence": 0.9},
    ]
    (call,) = deepgram.calls
    assert call.headers["authorization"] == f"Token {KEY}"
    assert call.query == {
        "model": ["nova-3"],
        "language": ["en"],
        "encoding": ["linear16"],
        "sample_rate": ["16000"],
        "channels": ["1"],
        "punctuate": ["true"],
        "interim_results": ["false"],
        "mip_opt_out": ["true"],
    }
    assert client.live("exam")["transcription"] == {"state": "connected", "why": ""}
    assert client.get("exam", "/transcript").json() == {"stored": False, "transcript": []}
    client.order("exam", "stop").raise_for_status()
    wait_until(lambda: call.finished)
    assert call.said[-1] == "CloseStream"
    assert not on_disk(folder, "charlie")
    assert on_disk(folder, "exam")


def test_who_did_not_ask_is_not_heard(client: Client, deepgram: LoopbackDeepgram) -> None:
    client.create("silent", transcription={"enabled": False}).raise_for_status()
    client.create("asked", transcription={}).raise_for_status()
    with (
        client.viewer("silent") as silent,
        client.viewer("asked") as asked,
        client.socket("silent", "audio") as one,
        client.socket("asked", "audio") as other,
    ):
        one.send(sound(*["bravo"] * 8))
        other.send(sound(*["alpha"] * 4))
        assert transcript(asked)["text"] == "Alpha"
        client.order("silent", "stop").raise_for_status()
        with pytest.raises(TimeoutError):
            silent.recv(timeout=0.2)
    assert [set(call.pcm) for call in deepgram.calls] == [set(sound("alpha"))]
    assert client.get("silent").json()["transcription"] is None


def test_a_hot_word_is_told_with_nothing_around_it(
    client: Client, deepgram: LoopbackDeepgram, folder: Path
) -> None:
    asks = {"hot_words": ["Bravo, CHARLIE!", "Cafe", "echo", "bravo charlie"], "language": "multi"}
    rules = {"hot_word": {"clear_after": 5}}
    client.create("hot", transcription=asks, rules=rules).raise_for_status()
    with (
        client.viewer("hot") as viewer,
        client.socket("hot", "audio", "clock=source") as microphone,
    ):
        microphone.send(stamped(3.0, sound("alpha", "", "", "bravo", "charlie", "", "", "")))
        started = read(viewer, "events")
        with client.viewer("hot", after=0) as another:
            again = read(another, "events")
        microphone.send(stamped(5.0, sound("delta", "")))
        for half in range(11, 24):
            microphone.send(stamped(half / 2, sound("", "")))
        ended = read(viewer, "events")
    assert started["alerts"] == ["Hot word heard"]
    assert again["events"] == started["events"]
    (event,) = started["events"]
    assert (event["kind"], event["state"], event["severity"]) == ("hot_word", "started", "warning")
    assert event["started_at"] == 3.75
    assert event["evidence"] == {"hot_word": "Bravo, CHARLIE!"}
    assert event["confidence"] == 0.9
    assert ended["events"][0]["state"] == "ended"
    (call,) = deepgram.calls
    assert call.query["keyterm"] == ["Bravo, CHARLIE!", "Cafe", "echo"]
    assert (call.query["language"], call.query["endpointing"]) == (["multi"], ["100"])
    assert not on_disk(folder, "alpha")
    assert not on_disk(folder, "delta")


def test_each_word_may_be_an_episode_of_its_own(client: Client) -> None:
    client.create(
        "each",
        transcription={"hot_words": ["bravo", "café"]},
        rules={"hot_word": {"clear_after": 0}},
    ).raise_for_status()
    with client.viewer("each") as viewer, client.socket("each", "audio") as microphone:
        microphone.send(sound("bravo", "", "café", ""))
        told: list[dict[str, Any]] = []
        while len(told) < 4:
            told += read(viewer, "events")["events"]
    assert [(event["state"], event["evidence"].get("hot_word")) for event in told] == [
        ("started", "bravo"),
        ("ended", "bravo"),
        ("started", "café"),
        ("ended", "café"),
    ]


def test_interim_results_come_where_they_are_wanted(client: Client) -> None:
    client.create("interim", transcription={"interim": True, "hot_words": ["alpha"]})
    with client.viewer("interim") as viewer, client.socket("interim", "audio") as microphone:
        microphone.send(sound("alpha", "bravo"))
        guess = transcript(viewer)
        assert guess["state"] == "interim"
        assert client.events("interim") == []
        microphone.send(sound("", ""))
        while (said := transcript(viewer))["state"] == "interim":
            pass
        assert said["text"] == "Alpha Bravo"
        assert read(viewer, "events")["events"][0]["evidence"] == {"hot_word": "alpha"}


def test_kept_and_erased(client: Client, folder: Path) -> None:
    client.create("kept", transcription={"store": True}).raise_for_status()
    with client.socket("kept", "audio", "clock=source") as microphone:
        microphone.send(stamped(1.0, sound("delta", "", "", "", "bravo", "", "", "")))
        wait_until(lambda: len(client.get("kept", "/transcript").json()["transcript"]) == 2)
    client.order("kept", "stop").raise_for_status()
    answer = client.get("kept", "/transcript").json()
    assert answer["stored"] is True
    assert [(each["number"], each["text"]) for each in answer["transcript"]] == [
        (1, "Delta"),
        (2, "Bravo"),
    ]
    assert answer["transcript"][1]["words"] == [
        {"text": "Bravo", "started_at": 2.0, "ended_at": 2.25, "confidence": 0.9}
    ]
    assert client.get("kept", "/transcript", after=1).json()["transcript"][0]["number"] == 2
    assert on_disk(folder, "delta")
    client.delete("kept").raise_for_status()
    assert client.get("kept", "/transcript").status_code == 410
    with sqlite3.connect(folder / "proctor.db") as database:
        rows = database.execute("SELECT count(*) FROM transcripts WHERE session_id = 'kept'")
        assert rows.fetchone() == (0,)


def test_a_paused_session_sends_nothing(client: Client, deepgram: LoopbackDeepgram) -> None:
    client.create("paused", transcription={}).raise_for_status()
    with client.viewer("paused") as viewer, client.socket("paused", "audio") as microphone:
        client.order("paused", "pause").raise_for_status()
        microphone.send(sound(*["bravo"] * 8))
        wait_until(lambda: client.live("paused")["samples"]["received"] == 32_000)
        client.order("paused", "start").raise_for_status()
        microphone.send(sound(*["alpha"] * 4))
        assert transcript(viewer)["text"] == "Alpha"
    assert [set(call.pcm) for call in deepgram.calls] == [set(sound("alpha"))]


def test_sound_cut_into_single_bytes_says_the_same(
    client: Client, deepgram: LoopbackDeepgram
) -> None:
    client.create("cut", transcription={}).raise_for_status()
    whole = sound("alpha", "", "bravo", "", seconds=0.02)
    with client.viewer("cut") as viewer, client.socket("cut", "audio") as microphone:
        for index in range(len(whole)):
            microphone.send(whole[index : index + 1])
        microphone.send(sound("", "", "", ""))
        assert transcript(viewer)["text"] == "Alpha Bravo"
    assert bytes(deepgram.calls[0].pcm[: len(whole)]) == whole


def test_a_connection_that_breaks_loses_no_word(client: Client, deepgram: LoopbackDeepgram) -> None:
    deepgram.behaviour.statuses = [HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.TOO_MANY_REQUESTS]
    deepgram.behaviour.break_after = [1.4]
    client.create("broken", transcription={}).raise_for_status()
    with (
        client.viewer("broken") as viewer,
        client.socket("broken", "audio", "clock=source") as microphone,
    ):
        microphone.send(stamped(7.0, sound("alpha", "", "", "", "bravo", "", "charlie", "")))
        said = [transcript(viewer), transcript(viewer)]
        microphone.send(stamped(9.0, sound("", "", "", "delta")))
        said.append(transcript(viewer))
    assert [(each["state"], each["text"], each["started_at"]) for each in said] == [
        ("final", "Alpha", 7.0),
        ("final", "Bravo Charlie", 8.0),
        ("final", "Delta", 9.75),
    ]
    assert len(deepgram.calls) == 2


def test_a_gap_is_stated(client: Client, deepgram: LoopbackDeepgram) -> None:
    deepgram.behaviour.statuses = [HTTPStatus.SERVICE_UNAVAILABLE]
    client.create("gap", transcription={}).raise_for_status()
    with (
        client.viewer("gap") as viewer,
        client.socket("gap", "audio", "clock=source") as microphone,
    ):
        microphone.send(stamped(2.0, sound("alpha", *[""] * 47)))  # 12 s at once: 10 s are held
        microphone.send(stamped(14.0, sound("bravo", "", "", "")))
        gap, said = transcript(viewer), transcript(viewer)
    assert gap == {
        "state": "gap",
        "text": "",
        "started_at": 2.0,
        "ended_at": 5.0,
        "confidence": None,
        "language": None,
        "words": [],
    }
    assert (said["text"], said["started_at"]) == ("Bravo", 14.0)


@pytest.mark.parametrize(
    ("asks", "says"),
    [
        ({"language": "English"}, "a language is a tag"),
        ({"language": "en&model=x"}, "a language is a tag"),
        ({"hot_words": ["!?"]}, "at least one letter or digit"),
        ({"hot_words": [""]}, "1 to 64 printable characters"),
        ({"hot_words": ["x" * 65]}, "1 to 64 printable characters"),
        ({"hot_words": ["a\nb"]}, "1 to 64 printable characters"),
        ({"hot_words": ["a\u202eb"]}, "1 to 64 printable characters"),
        ({"hot_words": ["a"] * 51}, "at most 50"),
        ({"hotwords": []}, "Extra inputs"),
        ({"store": "perhaps"}, "boolean"),
    ],
)
def test_what_cannot_be_asked_for(client: Client, asks: dict[str, Any], says: str) -> None:
    answer = client.create("wrong", transcription=asks)
    assert answer.status_code == 422
    assert says in answer.text
    assert client.get("wrong").status_code == 404


def test_what_was_asked_for_is_shown(client: Client) -> None:
    asks = {
        "enabled": True,
        "language": "de-CH",
        "interim": True,
        "hot_words": ["Handy", "zwei Wörter"],
        "store": True,
    }
    answer = client.create("shown", transcription=asks).json()
    assert answer["transcription"] == asks
    assert client.get("shown").json()["transcription"] == asks


def test_a_wrong_key_is_said_once_and_not_tried_again(tmp_path: Path) -> None:
    with loopback_deepgram() as deepgram, transcribing(deepgram, tmp_path, "wrong-key") as client:
        assert "transcription" not in {p["what"] for p in ready(client)}
        client.create("wrong", transcription={}).raise_for_status()
        with client.viewer("wrong") as viewer, client.socket("wrong", "audio") as microphone:
            microphone.send(sound("alpha", "", "", ""))
            gap = transcript(viewer)
            assert (gap["state"], gap["ended_at"]) == ("gap", None)
            microphone.send(sound("alpha", "", "", ""))
            live = client.live("wrong")["transcription"]
        assert live["state"] == "refused"
        assert live["why"] == "Deepgram refused with status 401: Invalid credentials."
        (part,) = [p for p in ready(client) if p["what"] == "transcription"]
        assert part["why"] == live["why"]
        assert "DEEPGRAM_API_KEY" in part["mend"]
        assert client.order("wrong", "stop").status_code == 200
        assert deepgram.refused == 1
    assert "wrong-key" not in (tmp_path / "log").read_text()


def test_without_a_key_who_asks_is_refused_and_who_asked_runs_on(tmp_path: Path) -> None:
    async def ask_earlier() -> None:
        async with opened(f"sqlite:///{tmp_path}/proctor.db") as store:
            await store.sessions.create(session("asked", transcription=TranscriptionPlan()))

    asyncio.run(ask_earlier())
    with loopback_deepgram() as deepgram, transcribing(deepgram, tmp_path, "") as client:
        client.create("does not ask").raise_for_status()
        assert "transcription" not in {p["what"] for p in ready(client)}
        answer = client.create("asks", transcription={})
        assert answer.status_code == 503
        assert answer.json() == {
            "error": "TranscriptionError",
            "message": "speech cannot become text: there is no key for Deepgram"
            " (mend: set DEEPGRAM_API_KEY and start the service again)",
        }
        assert client.get("asks").status_code == 404
        (part,) = [p for p in ready(client) if p["what"] == "transcription"]
        assert part["why"] == "there is no key for Deepgram"
        with client.socket("asked", "audio") as microphone:
            microphone.send(sound("charlie"))
            live = client.live("asked")
        assert live["transcription"] == {"state": "refused", "why": "there is no key for Deepgram"}
    assert deepgram.calls == []


def test_a_restart_goes_on(tmp_path: Path) -> None:
    with loopback_deepgram() as deepgram:
        with transcribing(deepgram, tmp_path) as client:
            client.create("s", transcription={"store": True, "hot_words": ["bravo"]})
            with client.socket("s", "audio") as microphone:
                microphone.send(sound("alpha", "", "", "", "bravo"))
                wait_until(lambda: len(client.get("s", "/transcript").json()["transcript"]) == 1)
        with transcribing(deepgram, tmp_path) as client:
            with client.socket("s", "audio") as microphone:
                microphone.send(sound("charlie", "", "", ""))
                wait_until(lambda: len(client.get("s", "/transcript").json()["transcript"]) == 3)
            said = [each["text"] for each in client.get("s", "/transcript").json()["transcript"]]
            assert said == ["Alpha", "Bravo", "Charlie"]
    assert [call.said[-1] for call in deepgram.calls] == ["CloseStream"] * 2


def ready(client: Client) -> list[dict[str, str]]:
    degraded: list[dict[str, str]] = client.http.get("/readyz").json()["degraded"]
    return degraded
