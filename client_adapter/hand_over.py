"""One message at a time on its way to the service."""

import asyncio

from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

ACK_SECONDS = 5.0
"""Until the service has read what was sent; then the connection counts as broken."""
BROKEN = (ConnectionClosed, ConnectionError, TimeoutError)
"""What a connection that is of no use any more raises."""


async def hand_over(message: bytes, socket: ClientConnection) -> None:
    """Return once the service has read it. Raises one of BROKEN."""
    async with asyncio.timeout(ACK_SECONDS):
        await socket.send(message)
        await (await socket.ping())
