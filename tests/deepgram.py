"""A server on loopback that speaks Deepgram's streaming protocol, and what it was told.

It hears words in the loudness of the sound: a stretch of samples that all have one value says the
word of that value, and zero is silence. Its times count the samples of a connection, as Deepgram's
do.
"""

import json
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from itertools import groupby
from typing import Any
from urllib.parse import parse_qs, urlsplit

from websockets.datastructures import Headers
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response
from websockets.sync.server import ServerConnection, serve

KEY = "loopback-key-31415"
RATE = 16_000
WORDS = {1000: "alpha", 2000: "bravo", 3000: "charlie", 4000: "café", 5000: "delta"}
STRETCH = RATE
"""Samples after which results are final, unless they are asked for earlier."""


def sound(*words: str, seconds: float = 0.25) -> bytes:
    """Sound in which these words are said, each for so long; an empty one is silence."""
    loudness = {word: value for value, word in WORDS.items()} | {"": 0}
    return b"".join(struct.pack("<h", loudness[word]) * round(seconds * RATE) for word in words)


@dataclass(slots=True)
class Call:
    """One connection."""

    query: dict[str, list[str]]
    headers: dict[str, str]
    socket: ServerConnection = field(repr=False)
    pcm: bytearray = field(default_factory=bytearray, repr=False)
    said: list[str] = field(default_factory=list)
    """Types of the text messages that came."""
    finished: bool = False


@dataclass(slots=True)
class Behaviour:
    """What goes wrong, if anything."""

    statuses: list[HTTPStatus] = field(default_factory=list)
    """Of the next attempts to connect, one each."""
    break_after: list[float] = field(default_factory=list)
    """Seconds of sound after which the next connections close with 1011, one each."""
    deaf: bool = False
    """It reads nothing."""
    nonsense: bool = False
    """It begins with messages that nobody knows."""


class LoopbackDeepgram:
    """Takes calls until the context ends."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.refused = 0
        self.behaviour = Behaviour()
        self.url = ""
        self.go_on = threading.Event()

    def admit(self, connection: ServerConnection, request: Request) -> Response | None:
        """Only who knows the key, and only to the one path."""
        if self.behaviour.statuses:
            self.refused += 1
            return connection.respond(self.behaviour.statuses.pop(0), "as the test says\n")
        if request.headers.get("Authorization") != f"Token {KEY}":
            self.refused += 1
            response = connection.respond(HTTPStatus.UNAUTHORIZED, "who are you?\n")
            response.headers["dg-error"] = "Invalid credentials."
            return response
        if urlsplit(request.path).path != "/v1/listen":
            return connection.respond(HTTPStatus.NOT_FOUND, "nothing here\n")
        return None

    def talk(self, socket: ServerConnection) -> None:
        """One call."""
        request = socket.request
        assert request is not None
        call = Call(parse_qs(urlsplit(request.path).query), _plain(request.headers), socket)
        self.calls.append(call)
        if self.behaviour.deaf:
            self.go_on.wait()
        if self.behaviour.nonsense:
            socket.send(json.dumps({"type": "SomethingNew", "value": [1]}))
            socket.send(json.dumps({"type": "Results", "start": 0.0}))
            socket.send(json.dumps({"type": "UtteranceEnd", "channel": [0, 1], "last_word_end": 1}))
        broken = self.behaviour.break_after.pop(0) if self.behaviour.break_after else None
        try:
            self._follow(call, broken)
        except ConnectionClosed:
            pass
        finally:
            call.finished = True

    def _follow(self, call: Call, broken: float | None) -> None:
        final = told = 0
        for message in call.socket:
            if isinstance(message, bytes):
                call.pcm += message
                samples = len(call.pcm) // 2
                if broken is not None and samples >= broken * RATE:
                    call.socket.close(1011, "NET-0000")
                    return
                if call.query["interim_results"] == ["true"] and samples - told >= RATE // 4:
                    call.socket.send(_results(call, final, samples, final=False))
                    told = samples
                while samples - final >= STRETCH:
                    call.socket.send(_results(call, final, final + STRETCH))
                    final = told = final + STRETCH
                continue
            kind = json.loads(message)["type"]
            call.said.append(kind)
            if kind in ("Finalize", "CloseStream") and (samples := len(call.pcm) // 2) > final:
                call.socket.send(_results(call, final, samples))
                final = samples
            if kind == "CloseStream":
                call.socket.send(_metadata(call))
                call.socket.close(1000)
                return


@contextmanager
def loopback_deepgram() -> Iterator[LoopbackDeepgram]:
    deepgram = LoopbackDeepgram()
    with serve(
        deepgram.talk,
        "127.0.0.1",
        0,
        process_request=deepgram.admit,
        compression=None,
        ping_interval=None,
        close_timeout=1,
    ) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        deepgram.url = f"ws://127.0.0.1:{server.socket.getsockname()[1]}"
        try:
            yield deepgram
        finally:
            deepgram.go_on.set()
            for call in deepgram.calls:
                call.socket.close()
            server.shutdown()
            thread.join()


def _plain(headers: Headers) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.raw_items()}


def _results(call: Call, begin: int, end: int, *, final: bool = True) -> str:
    samples = struct.unpack(f"<{end - begin}h", call.pcm[2 * begin : 2 * end])
    words: list[dict[str, Any]] = []
    at = begin
    for value, run in groupby(samples):
        length = len([*run])
        if value in WORDS:
            words.append(
                {
                    "word": WORDS[value],
                    "punctuated_word": WORDS[value].title(),
                    "start": at / RATE,
                    "end": (at + length) / RATE,
                    "confidence": 0.9,
                }
            )
        at += length
    said = " ".join(word["punctuated_word"] for word in words)
    alternative = {"transcript": said, "confidence": 0.95 if words else 0.0, "words": words}
    if call.query["language"] == ["multi"]:
        alternative["languages"] = ["nl", "en"]
    return json.dumps(
        {
            "type": "Results",
            "channel_index": [0, 1],
            "start": begin / RATE,
            "duration": (end - begin) / RATE,
            "is_final": final,
            "speech_final": final,
            "channel": {"alternatives": [alternative]},
            "metadata": {"request_id": "r", "model_uuid": "m", "model_info": {}},
        }
    )


def _metadata(call: Call) -> str:
    return json.dumps(
        {
            "type": "Metadata",
            "transaction_key": "deprecated",
            "request_id": "r",
            "sha256": "0",
            "created": "2026-11-21T00:00:00Z",
            "duration": len(call.pcm) / 2 / RATE,
            "channels": 1,
        }
    )
