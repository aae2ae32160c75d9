"""A room that the worker watches, with nobody's server but our own service behind it."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from itertools import count
from typing import Any
from urllib.parse import quote

import httpx
from livekit.agents import JobContext
from livekit.agents.testing import fake_job_context

from benchmarks.service import Service, sockets_url
from client_adapter import agent
from tests.client_adapter.seen import sent
from tests.client_adapter.sources import Camera, Microphone
from tests.client_adapter.stand_ins import Room

WAITING_SECONDS = 30.0
Live = dict[str, Any]
numbers = count()


class Watched(Room):
    """A room with its own name, its sources, and what the service knows of it."""

    def __init__(self, service: Service, *, fails: int = 0) -> None:
        super().__init__(f"exam/{next(numbers)} ü", fails=fails)
        self._url = f"{service.url}/v1/sessions"
        self._sources: list[Camera | Microphone] = []

    def camera(self) -> Any:
        """A new one's track."""
        self._sources.append(Camera(fps=10.0))
        return self._sources[-1].track

    def microphone(self) -> Any:
        """A new one's track."""
        self._sources.append(Microphone())
        return self._sources[-1].track

    async def session(self, identity: str) -> dict[str, Any] | None:
        """As its REST resource shows it; None: there is none."""
        async with httpx.AsyncClient() as client:
            name = quote(f"{self.rtc.name}_{identity}", safe="")
            answer = await client.get(f"{self._url}/{name}")
        return answer.json() if answer.is_success else None

    async def events(self, identity: str) -> list[dict[str, Any]]:
        """All that are stored; none while there is no session."""
        async with httpx.AsyncClient() as client:
            name = quote(f"{self.rtc.name}_{identity}", safe="")
            answer = await client.get(f"{self._url}/{name}/events")
        told: list[dict[str, Any]] = answer.json()["events"] if answer.is_success else []
        return told

    async def live(self, identity: str) -> Live | None:
        """None: its session does not run."""
        session = await self.session(identity)
        return None if session is None else session.get("live")

    async def until(self, identity: str, true: Callable[[Live], object]) -> Live:
        """What is live of a session, once it is so. Raises TimeoutError."""
        live = None
        try:
            async with asyncio.timeout(WAITING_SECONDS):
                while (live := await self.live(identity)) is None or not true(live):
                    await asyncio.sleep(0.02)
        except TimeoutError:
            raise TimeoutError(f"{identity} is at {live}") from None
        return live

    async def publishing(self, identity: str, *tracks: str) -> Live:
        """Once exactly of these something came, and they are open still."""
        return await self.until(identity, lambda live: sent(live) == {*tracks})

    async def close(self) -> None:
        for source in self._sources:
            await source.close()


@asynccontextmanager
async def watched_room(service: Service, *, fails: int = 0) -> AsyncIterator[Watched]:
    """Nobody watches it yet."""
    room = Watched(service, fails=fails)
    try:
        yield room
    finally:
        await room.close()


@asynccontextmanager
async def watching(room: Room, service: Service, **metadata: Any) -> AsyncIterator[JobContext]:
    """The worker has this job; afterwards the job shuts down, as LiveKit's processes do it."""
    agent.API_URL = sockets_url(service.url)
    with fake_job_context(room=room.rtc, job_metadata=json.dumps(metadata)) as context:
        await agent.watch(context)
        try:
            yield context
        finally:
            callbacks = [callback("the test ends") for callback in context._shutdown_callbacks]
            await asyncio.gather(*callbacks)
