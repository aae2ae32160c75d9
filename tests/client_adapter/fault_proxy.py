"""A TCP relay on loopback that is slow, silent, rude or away, as a test wants it."""

import asyncio
import contextlib
import socket
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

PIECE = 65_536


class FaultProxy:
    """Between a client and the service at one port."""

    def __init__(self, upstream_port: int) -> None:
        self.latency = 0.0
        """Seconds by which each piece is late, in either direction."""
        self.port = 0
        self._upstream = upstream_port
        self._flowing = asyncio.Event()
        self._flowing.set()
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()
        self._relays: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Take connections; the first time on a free port, later on the same."""
        self._server = await asyncio.start_server(self._meet, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def away(self) -> None:
        """Nobody listens, and all connections are reset."""
        assert self._server is not None
        self._server.close()
        self.reset()

    def reset(self) -> None:
        """All connections end at once, without a goodbye."""
        for writer in self._writers:
            with contextlib.suppress(OSError):
                raw: socket.socket = writer.get_extra_info("socket")
                raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            writer.transport.abort()

    def stall(self) -> None:
        """Connections stay and nothing passes."""
        self._flowing.clear()

    def flow(self) -> None:
        """It passes again."""
        self._flowing.set()

    async def close(self) -> None:
        """End."""
        await self.away()
        for relay in self._relays:
            relay.cancel()
        await asyncio.gather(*self._relays, return_exceptions=True)

    async def _meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            upstream = await asyncio.open_connection("127.0.0.1", self._upstream)
        except OSError:
            writer.transport.abort()
            return
        self._writers |= {writer, upstream[1]}
        for source, sink in ((reader, upstream[1]), (upstream[0], writer)):
            relay = asyncio.create_task(self._relay(source, sink))
            self._relays.add(relay)
            relay.add_done_callback(self._relays.discard)

    async def _relay(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while piece := await source.read(PIECE):
                if self.latency:
                    await asyncio.sleep(self.latency)
                await self._flowing.wait()
                sink.write(piece)
                await sink.drain()
        sink.close()
        self._writers.discard(sink)


@asynccontextmanager
async def faults_before(url: str) -> AsyncIterator[tuple[FaultProxy, str]]:
    """A relay before the service at `url`, and the url by which the service is reached over it."""
    proxy = FaultProxy(urlsplit(url).port or 80)
    await proxy.start()
    try:
        yield proxy, f"http://127.0.0.1:{proxy.port}"
    finally:
        await proxy.close()
