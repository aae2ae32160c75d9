"""Many candidates at once, in a process of their own, for as little CPU as possible.

    python -m benchmarks.cameras --url ws://… --name load --sessions 8 --fps 30 --clip FOLDER

Says `ready` once all sockets are open and sends until its input ends; then it prints what it did.
"""

import argparse
import asyncio
import json
import random
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import cast

import uvloop
from websockets.client import ClientProtocol
from websockets.protocol import State
from websockets.uri import parse_uri

from client_adapter.sockets import ProctorSockets

OPENING_SECONDS = 60.0
"""For the sockets of all candidates."""
START_SECONDS = 1.0
"""Candidates begin at random within it: what is due of one session is not due of all at once."""


def masked(payload: bytes) -> bytes:
    """The payload as a WebSocket message (RFC 6455, 5.2).

    A client must mask with a key of its choice. With the key zero the payload goes out as it is, so
    that one message made beforehand serves every session. The server unmasks it all the same.
    """
    length = len(payload)
    assert length > 125, "no JPEG is that small"
    kind, size_bytes = (126, 2) if length <= 0xFFFF else (127, 8)
    return bytes([0x82, 0x80 | kind]) + length.to_bytes(size_bytes, "big") + bytes(4) + payload


class Camera(asyncio.Protocol):
    """One session's video socket, which plays the clip in a loop."""

    def __init__(self, url: str, messages: Sequence[bytes], *, first: int, interval: float) -> None:
        """`first`: the message that it begins with; `interval`: seconds between two."""
        self.opened = asyncio.get_running_loop().create_future()
        self.closed = asyncio.get_running_loop().create_future()
        self.sent = self.skipped = 0
        self._messages = messages
        self._first = first
        self._interval = interval
        self._began = 0.0
        self._number = 0
        self._websocket = ClientProtocol(parse_uri(url), max_size=None)
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask for a WebSocket."""
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is no subclass
        self._websocket.send_request(self._websocket.connect())
        self._answer()

    def data_received(self, data: bytes) -> None:
        """The handshake's answer, and later pings."""
        self._websocket.receive_data(data)
        self._answer()
        if self._websocket.state is State.OPEN and not self.opened.done():
            self.opened.set_result(None)

    def connection_lost(self, error: Exception | None) -> None:
        """The service closed it."""
        if not self.opened.done():
            self.opened.set_exception(error or ConnectionError("the service refused a camera"))
        self.closed.set_result(None)

    def start(self, at: float) -> None:
        """Play from this time of the loop on."""
        self._began = at
        asyncio.get_running_loop().call_at(at, self._play)

    def close(self) -> None:
        """End as a browser does."""
        self._websocket.send_close()
        self._answer()

    def _play(self) -> None:
        if self._transport.is_closing() or self._websocket.state is not State.OPEN:
            return
        if self._transport.get_write_buffer_size():
            self.skipped += 1  # the service does not read as fast: a camera has no memory
        else:
            message = self._messages[(self._first + self._number) % len(self._messages)]
            self._transport.write(message)
            self.sent += 1
        loop = asyncio.get_running_loop()
        following = self._number + 1
        # Timers may be a little early; a process that was held up sends nothing twice as fast.
        self._number = max(following, int((loop.time() - self._began) / self._interval) + 1)
        self.skipped += self._number - following
        loop.call_at(self._began + self._number * self._interval, self._play)

    def _answer(self) -> None:
        for data in self._websocket.data_to_send():
            self._transport.write(data) if data else self._transport.close()


def _same(camera: Camera) -> Camera:
    return camera


async def watch(client: ProctorSockets) -> int:
    """How many messages a viewer gets until the client closes."""
    return sum([1 async for _ in client.events()])


async def play(url: str, name: str, sessions: int, fps: float, clip: Path) -> dict[str, int]:
    """Everything, until this process's input ends. Returns what was sent, skipped and shown."""
    loop = asyncio.get_running_loop()
    messages = [masked(file.read_bytes()) for file in sorted(clip.glob("*.jpg"))]
    ids = [f"{name}-{number}" for number in range(sessions)]
    cameras = [
        Camera(
            f"{url}/{session_id}/video",
            messages,
            first=number * len(messages) // sessions,
            interval=1 / fps,
        )
        for number, session_id in enumerate(ids)
    ]
    service = parse_uri(url)
    async with asyncio.timeout(OPENING_SECONDS):
        for camera in cameras:
            await loop.create_connection(partial(_same, camera), service.host, service.port)
            await camera.opened
    clients = [ProctorSockets(url, session_id=session_id) for session_id in ids]
    watching = [asyncio.create_task(watch(client)) for client in clients]
    print("ready", flush=True)
    chance = random.Random(sessions)
    for camera in cameras:
        camera.start(loop.time() + chance.uniform(0, START_SECONDS))
    await loop.run_in_executor(None, sys.stdin.read)
    for camera in cameras:
        camera.close()
    await asyncio.gather(*(camera.closed for camera in cameras))
    await asyncio.gather(*(client.close() for client in clients))
    shown = sum(await asyncio.gather(*watching))
    return {
        "sent": sum(camera.sent for camera in cameras),
        "skipped": sum(camera.skipped for camera in cameras),
        "shown": shown,
    }


def main() -> None:
    """Parse the command line and play."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", required=True)
    parser.add_argument("--name", required=True)
    parser.add_argument("--sessions", type=int, required=True)
    parser.add_argument("--fps", type=float, required=True)
    parser.add_argument("--clip", type=Path, required=True)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        print(json.dumps(runner.run(play(**vars(parser.parse_args())))))


if __name__ == "__main__":
    main()
