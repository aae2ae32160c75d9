"""Reads motion JPEG and server-sent events as browsers do."""

import json
from collections.abc import Iterator
from typing import Any

import httpx

BOUNDARY = b"--frame\r\n"


def parts(answer: httpx.Response) -> Iterator[bytes]:
    """The JPEGs of a multipart/x-mixed-replace, each once its end was seen."""
    assert answer.headers["content-type"] == "multipart/x-mixed-replace; boundary=frame"
    unread, begun = b"", False
    for piece in answer.iter_raw():
        unread += piece
        while (found := unread.find(BOUNDARY)) >= 0:
            part, unread = unread[:found], unread[found + len(BOUNDARY) :]
            if not begun:
                assert part == b""
                begun = True
                continue
            head, _, body = part.partition(b"\r\n\r\n")
            fields = dict(line.split(": ") for line in head.decode().split("\r\n"))
            assert fields["Content-Type"] == "image/jpeg"
            assert len(body) == int(fields["Content-Length"]) + 2
            assert body.endswith(b"\xff\xd9\r\n")
            yield body[:-2]


def messages(answer: httpx.Response) -> Iterator[tuple[str | None, dict[str, Any]]]:
    """What an EventSource is told: each message's id and its data."""
    assert answer.headers["content-type"].startswith("text/event-stream")
    fields: dict[str, str] = {}
    for line in answer.iter_lines():
        name, _, value = line.partition(": ")
        if line and name:
            fields[name] = value
        elif not line and "data" in fields:
            yield fields.get("id"), json.loads(fields["data"])
            fields = {}
