"""Candidates who stay, candidates who come and go, and viewers: the people of a soak."""

import asyncio
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx
from websockets.uri import parse_uri

from benchmarks.cameras import Camera
from benchmarks.counters import Frames, counter_faults, flat
from benchmarks.service import sockets_url
from benchmarks.stored_alerts import Event, faults, stored_events
from client_adapter.sockets import ProctorSockets

SETTLING_SECONDS = 10.0
SHORTEST_STAY, LONGEST_STAY = 5.0, 30.0
"""Seconds of a session that comes and goes."""
SHORTEST_VIEW, LONGEST_VIEW = 1.0, 10.0
"""Seconds of a viewer."""


@dataclass(slots=True, kw_only=True)
class Guest:
    """A session and who sends it."""

    id: str
    camera: Camera
    events: dict[int, Event] = field(default_factory=dict)
    """What its viewer was told, by number."""
    watching: asyncio.Task[None] | None = None


class Crowd:
    """All of them, in one event loop."""

    def __init__(self, url: str, messages: Sequence[bytes], fps: float, seed: int) -> None:
        """`messages`: the clip, as `cameras.masked` makes it."""
        self.faults: list[str] = []
        self.counts: Counter[str] = Counter()
        """Sessions and viewers who came and went; alerts that were told."""
        self._url = url
        self._api = httpx.AsyncClient(base_url=url, timeout=60, trust_env=False)
        self._sockets = sockets_url(url)
        self._messages = messages
        self._fps = fps
        self._chance = random.Random(seed)

    async def close(self) -> None:
        """After everybody has gone."""
        await self._api.aclose()

    async def arrive(self, session_id: str) -> Guest:
        """A camera that sends from now on."""
        loop = asyncio.get_running_loop()
        camera = Camera(
            f"{self._sockets}/{session_id}/video",
            self._messages,
            first=self._chance.randrange(len(self._messages)),
            interval=1 / self._fps,
        )
        service = parse_uri(self._sockets)
        await loop.create_connection(lambda: camera, service.host, service.port)
        await camera.opened
        camera.start(loop.time() + self._chance.uniform(0, 1))
        return Guest(id=session_id, camera=camera)

    def watch(self, guest: Guest) -> None:
        """A viewer who stays as long as the session."""
        guest.watching = asyncio.create_task(self._note(guest))

    async def leave(self, guest: Guest) -> None:
        """The camera goes; then every frame must be accounted for, and every alert told."""
        if guest.camera.closed.done():
            self.faults.append(f"{guest.id} was lost: the service closed its camera")
        else:
            guest.camera.close()
        await guest.camera.closed
        live = await self._settled(guest.id)
        if live is None:
            self.faults.append(f"{guest.id} was lost: it does not run any more")
            return
        self.faults += counter_faults(guest.id, live)
        if (received := live["frames"]["received"]) != guest.camera.sent:
            self.faults.append(f"{guest.id}: {guest.camera.sent} frames sent, {received} received")
        if guest.watching is not None:
            await self._compare(guest)

    async def come_and_go(self, name: str) -> None:
        """One session after the other, each erased at its end; until cancelled."""
        number = 0
        while True:
            number += 1
            guest = await self.arrive(f"{name}-{number}")
            await asyncio.sleep(self._chance.uniform(SHORTEST_STAY, LONGEST_STAY))
            path = f"/v1/sessions/{guest.id}"
            if number % 3:  # every third is erased while its frames fly
                await self.leave(guest)
            if number % 3 == 1:
                (await self._api.post(f"{path}/stop")).raise_for_status()
            (await self._api.delete(path)).raise_for_status()
            await guest.camera.closed
            if (status := (await self._api.get(path)).status_code) != 410:
                self.faults.append(f"{guest.id} was erased and answers {status}")
            self.counts["sessions"] += 1

    async def look_in(self, guests: Sequence[Guest]) -> None:
        """A viewer who reads some session's alerts for a while, then the next; until cancelled."""
        while True:
            guest = self._chance.choice(guests)
            after = self._chance.randrange(max(guest.events, default=0) + 1)
            async with ProctorSockets(self._sockets, session_id=guest.id) as client:
                seconds = self._chance.uniform(SHORTEST_VIEW, LONGEST_VIEW)
                try:
                    async with asyncio.timeout(seconds):
                        await self._read(client, guest.id, after, {})
                except TimeoutError:
                    self.counts["viewers"] += 1

    async def _note(self, guest: Guest) -> None:
        async with ProctorSockets(self._sockets, session_id=guest.id) as client:
            await self._read(client, guest.id, 0, guest.events)

    async def _read(
        self, client: ProctorSockets, session_id: str, known: int, into: dict[int, Event]
    ) -> None:
        async for message in client.events(after=known):
            for event in message["events"]:
                if event["seq"] != known + 1:
                    self.faults.append(f"{session_id}: {event['seq']} was told after {known}")
                known = event["seq"]
                into[known] = event
                self.counts["alerts told"] += 1

    async def _compare(self, guest: Guest) -> None:
        """Stopping stores everything; then the viewer must have got what the log holds."""
        assert guest.watching is not None
        (await self._api.post(f"/v1/sessions/{guest.id}/stop")).raise_for_status()
        stored = await asyncio.to_thread(self._stored, guest.id)
        deadline = asyncio.get_running_loop().time() + SETTLING_SECONDS
        while len(guest.events) < len(stored) and asyncio.get_running_loop().time() < deadline:
            await asyncio.sleep(0.1)
        guest.watching.cancel()
        await asyncio.gather(guest.watching, return_exceptions=True)
        self.faults += [
            f"{guest.id}: {fault}" for fault in faults(stored, guest.events, all_ended=True)
        ]
        if len(guest.events) != len(stored):
            self.faults.append(
                f"{guest.id}: its viewer got {len(guest.events)} of {len(stored)} alerts"
            )

    def _stored(self, session_id: str) -> list[Event]:
        with httpx.Client(base_url=self._url, timeout=60, trust_env=False) as api:
            return stored_events(api, session_id)

    async def _settled(self, session_id: str) -> dict[str, Any] | None:
        """What the session says once nothing is under way; None: it does not run."""
        deadline = asyncio.get_running_loop().time() + SETTLING_SECONDS
        while True:
            answer = (await self._api.get(f"/v1/sessions/{session_id}")).json()
            live: dict[str, Any] | None = answer.get("live")
            if live is None or asyncio.get_running_loop().time() > deadline:
                return live
            frames: Frames = flat(live["frames"])
            if not live["publishing"] and not frames["waiting"] + frames["in_work"]:
                return live
            await asyncio.sleep(0.1)
