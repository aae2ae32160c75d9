"""A session's plain sockets: what breaks is told, and nothing is repeated."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote, urlencode

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidURI

from client_adapter.tokens import Scope, TokenProvider, token_for

STAMP_BYTES = 8
"""Microseconds, unsigned, big-endian, before a picture that brings its own time."""
GOODBYE_SECONDS = 1.0
"""What the other side has to answer a closing socket."""
BROKEN = 1006
"""The close code of a connection that ended without a word."""


class ProctorClosed(ConnectionError):  # noqa: N818  # an event, as websockets calls its own
    """The service closed a socket, or the connection to it is gone."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(f"closed with {code}: {reason}")
        self.code = code
        """The service's close code; 1006: the connection broke."""
        self.reason = reason


class ProctorSockets:
    """One session's sockets, each opened when it is first needed; for tests and measurements.

    They do not reconnect: `ProctorClient` does. Whoever cannot be reached, or is no proctoring
    service, raises ConnectionError.
    """

    def __init__(
        self,
        url: str = "ws://127.0.0.1:8000/ws/proctor",
        *,
        session_id: str,
        token_provider: TokenProvider | None = None,
    ) -> None:
        """`session_id`: any printable text of 1 to 256 characters."""
        self._url = url
        self._tokens = token_provider
        self._id = session_id
        self._video: ClientConnection | None = None
        self._audio: ClientConnection | None = None
        self._viewers: set[ClientConnection] = set()
        self._timed = False
        self._opening = asyncio.Lock()
        self._closed = False

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close every socket; `events` ends without an error."""
        self._closed = True
        sockets = [socket for socket in (self._video, self._audio) if socket is not None]
        await asyncio.gather(*(socket.close() for socket in (*sockets, *self._viewers)))

    async def send_frame(self, jpeg: bytes, at: float | None = None) -> None:
        """Send one picture, a whole JPEG.

        `at` is when it was taken, in seconds that never go back; without it the time of arrival
        counts. Raises ValueError where one picture has a time and another has none.
        """
        async with self._opening:
            if self._video is None:
                self._timed = at is not None
                self._video = await self._connect("video", clock="source" if self._timed else None)
        if (at is not None) is not self._timed:
            raise ValueError("either all pictures have a time of their own, or none")
        stamp = b"" if at is None else round(at * 1e6).to_bytes(STAMP_BYTES, "big")
        await _send(self._video, stamp + jpeg)

    async def send_pcm(self, pcm: bytes) -> None:
        """Send sound: s16le, mono, 16 kHz, cut anyhow."""
        async with self._opening:
            if self._audio is None:
                self._audio = await self._connect("audio")
        await _send(self._audio, pcm)

    async def events(self, after: int | None = None) -> AsyncIterator[dict[str, Any]]:
        """The service's messages, `{"alerts": [...], "events": [...]}`, until the client closes.

        `after` begins with the stored alerts whose `seq` is above it; without it only what
        happens from now on is told.
        """
        socket = await self._connect("events", after=after)
        self._viewers.add(socket)
        try:
            while True:
                message: dict[str, Any] = json.loads(await socket.recv())
                yield message
        except ConnectionClosed as closed:
            if not self._closed:
                raise told(closed) from None
        finally:
            self._viewers.discard(socket)
            await socket.close()

    async def _connect(self, channel: str, **query: str | float | None) -> ClientConnection:
        if self._closed:
            raise RuntimeError("the client is closed")
        scope = Scope.EVENTS if channel == "events" else Scope.INGEST
        token = await token_for(self._tokens, self._id, scope)
        socket = await open_socket(self._url, self._id, channel, token=token, query=query)
        if self._closed:  # meanwhile
            await socket.close()
        return socket


async def _send(socket: ClientConnection, message: bytes) -> None:
    try:
        await socket.send(message)
    except ConnectionClosed as closed:
        raise told(closed) from None
    # Sending alone seldom waits: whoever sends in a tight loop would never read the close.
    await asyncio.sleep(0)


async def open_socket(
    url: str,
    session_id: str,
    channel: str,
    *,
    token: str | None = None,
    heartbeat: float = 20.0,
    query: Mapping[str, str | float | None],
) -> ClientConnection:
    """One of a session's sockets. Raises ConnectionError.

    It counts as broken after twice `heartbeat` seconds without a sign of life.
    """
    given = urlencode({name: value for name, value in query.items() if value is not None})
    address = f"{url.rstrip('/')}/{quote(session_id, safe='')}/{channel}" + (given and f"?{given}")
    headers = {"Authorization": f"Bearer {token}"} if token else None
    try:
        return await connect(
            address,
            additional_headers=headers,
            compression=None,
            ping_interval=heartbeat,
            ping_timeout=heartbeat,
            close_timeout=GOODBYE_SECONDS,
        )
    except (OSError, InvalidHandshake, InvalidURI) as error:
        raise ConnectionError(f"no proctoring service answers at {address}: {error}") from error


def told(closed: ConnectionClosed) -> ProctorClosed:
    """The same, in this package's words."""
    if closed.rcvd is None:
        return ProctorClosed(BROKEN, "the connection broke")
    return ProctorClosed(closed.rcvd.code, closed.rcvd.reason)
