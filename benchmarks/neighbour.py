"""A client that behaves badly, and what the service answers it."""

import asyncio
import contextlib
import random
import socket
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar
from urllib.parse import quote

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

Found = TypeVar("Found")

PATIENCE = 60.0
"""Seconds after which what did not happen will not happen."""
POLL = 0.01
NOTHING = "no answer, as it must be"


class Neighbour:
    """One of several; each has sessions of its own, so that what it caused can be counted."""

    def __init__(self, url: str, name: str, jpeg: bytes, chance: random.Random) -> None:
        """`jpeg`: a good picture; `chance` decides what it does."""
        self.name = name
        self.jpeg = jpeg
        self.chance = chance
        self.api = httpx.AsyncClient(base_url=url, timeout=PATIENCE, trust_env=False)
        self.address = httpx.URL(url).host, httpx.URL(url).port or 80
        self._sockets = url.replace("http", "ws", 1) + "/ws/proctor"
        self._held: list[socket.socket] = []
        self._fresh = 0

    async def close(self) -> None:
        """Let go of everything, rudely."""
        for held in self._held:
            held.close()
        await self.api.aclose()

    def fresh_id(self) -> str:
        """Of a session that nobody had."""
        self._fresh += 1
        return f"{self.name}-fresh-{self._fresh}"

    def open(self, path: str, **options: Any) -> connect:
        """A socket below the service's, as a context; `path` as it goes over the wire."""
        return connect(
            f"{self._sockets}/{path}", proxy=None, compression=None, max_size=None, **options
        )

    def track(self, session_id: str, track: str, query: str = "") -> connect:
        """One of a session's sockets, as a context."""
        return self.open(f"{quote(session_id, safe='')}/{track}{query}")

    async def refused(self, path: str, **options: Any) -> str:
        """What happens to who opens this socket."""
        try:
            async with self.open(path, **options) as websocket:
                return await closing(websocket)
        except InvalidStatus as refusal:
            return f"HTTP {refusal.response.status_code}"

    async def hold(self, request: bytes) -> socket.socket:
        """A connection that says this and never reads; kept to the end."""
        held = socket.socket()
        held.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        held.setblocking(False)
        self._held.append(held)
        loop = asyncio.get_running_loop()
        await loop.sock_connect(held, self.address)
        await loop.sock_sendall(held, request)
        return held

    async def live(self, session_id: str) -> dict[str, Any]:
        """What only a running session has."""

        async def ask() -> dict[str, Any] | None:
            answer = await self.api.get(f"/v1/sessions/{quote(session_id, safe='')}")
            found: dict[str, Any] | None = answer.json().get("live")
            return found

        return await wait_for(ask)

    async def fate(self, websocket: ClientConnection, message: bytes, session_id: str) -> str:
        """What the session counted this one message as."""
        before = (await self.live(session_id))["frames"]
        await websocket.send(message)

        async def counted() -> dict[str, Any] | None:
            frames = (await self.live(session_id))["frames"]
            arrived = frames["received"] > before["received"]
            return frames if arrived and not frames["waiting"] + frames["in_work"] else None

        return difference(before, await wait_for(counted))


def difference(before: dict[str, Any], after: dict[str, Any]) -> str:
    """In words: "refused: size", "looked at"."""
    for reason, count in after["invalid"].items():
        if count > before["invalid"].get(reason, 0):
            return f"refused: {reason}"
    for outcome in ("failed", "stale", "superseded"):
        if after[outcome] > before[outcome]:
            return outcome
    return "looked at"


async def closing(websocket: ClientConnection) -> str:
    """With which code the service closes it."""
    try:
        async with asyncio.timeout(PATIENCE):
            while True:
                await websocket.recv()
    except ConnectionClosed as closed:
        return "closed without a word" if closed.rcvd is None else f"closed {closed.rcvd.code}"
    except TimeoutError:
        return f"still open after {PATIENCE:.0f} s"


async def send_until_closed(websocket: ClientConnection, message: bytes) -> None:
    """As a camera does, which does not know yet."""
    with contextlib.suppress(ConnectionClosed):
        while True:
            await websocket.send(message)
            await asyncio.sleep(0.002)


async def wait_for(find: Callable[[], Awaitable[Found | None]]) -> Found:
    """What it finds, once it finds something. Raises TimeoutError."""
    async with asyncio.timeout(PATIENCE):
        while (found := await find()) is None:
            await asyncio.sleep(POLL)
        return found
