"""A client behind a relay with faults, and what it streams."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count
from typing import Any

from benchmarks.service import sockets_url
from client_adapter import ProctorClient, Retry
from tests.client_adapter.fault_proxy import FaultProxy, faults_before
from tests.client_adapter.seen import Seen
from tests.media import jpeg, room
from tests.service import Service

NOBODY = jpeg(room(160, 120))
PIECE = bytes(3200)
"""A tenth of a second."""
QUICK = Retry(first=0.05, most=0.2)
AT_ONCE = {"nobody": {"hold": 0.2, "clear_after": 0.2, "cooldown": 0.0}}
names = (f"lasting/{number} ü?#%" for number in count())


@asynccontextmanager
async def behind_faults(
    service: Service, **options: Any
) -> AsyncIterator[tuple[ProctorClient, FaultProxy, Seen]]:
    session_id = next(names)
    async with faults_before(service.url) as (proxy, url):
        client = ProctorClient(sockets_url(url), session_id=session_id, retry=QUICK, **options)
        async with client:
            yield client, proxy, Seen(service, session_id)


async def told(client: ProctorClient, into: list[dict[str, Any]], after: int | None = None) -> None:
    async for message in client.events(after):
        into += message["events"]


async def stream(client: ProctorClient, seconds: float) -> None:
    """Pictures and sound in real time."""
    for number in range(round(30 * seconds)):
        await client.send_frame(NOBODY)
        if number % 3 == 0:
            await client.send_pcm(PIECE)
        await asyncio.sleep(1 / 30)
