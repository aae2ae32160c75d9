"""A candidate in a room, the objects that watch them, and the service that sees what they send."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from livekit import rtc

from benchmarks.service import sockets_url
from client_adapter import Plan, Procturing, Retry
from tests.client_adapter.seen import Seen
from tests.client_adapter.sources import camera, microphone
from tests.client_adapter.stand_ins import Publication, Room
from tests.service import Service

ANNA = "anna/ü"
VIDEO, AUDIO = rtc.TrackKind.KIND_VIDEO, rtc.TrackKind.KIND_AUDIO
AT_ONCE = Plan(rules={"nobody": {"hold": 0.2, "clear_after": 0.2, "cooldown": 0.0}})
QUICK = Retry(first=0.05, most=0.2)


class Exam:
    """A room, a candidate in it, and the service."""

    def __init__(self, service: Service, name: str) -> None:
        self.service = service
        self.room = Room(name)
        self.anna = self.room.joins(ANNA)
        self.seen = Seen(service, f"{name}_{ANNA}")
        self.made: list[Procturing] = []

    def proctor(self, **options: Any) -> Procturing:
        """One more object for the same candidate."""
        url = options.pop("api_url", sockets_url(self.service.url))
        made = Procturing(self.anna, self.room.rtc, api_url=url, **options)
        self.made.append(made)
        return made

    async def publish(
        self,
        track: rtc.LocalTrack,
        source: rtc.TrackSource.ValueType,
        *,
        by: str = ANNA,
        muted: bool = False,
    ) -> Publication:
        """Subscribed to, and here."""
        publication = self.room.publishes(by, track, source)
        if muted:
            self.room.mutes(by, publication)
        publication.set_subscribed(True)
        await publication.arrived.wait()
        return publication

    async def pictures(self, more: int = 3) -> int:
        """Wait until so many more have come; how many there are."""
        live = self.seen.now()
        before = 0 if live is None else live["frames"]["received"]
        live = await self.seen.until(lambda live: live["frames"]["received"] >= before + more)
        return int(live["frames"]["received"])

    async def sound(self, more: int = 4800) -> None:
        """Wait until so many more samples have come."""
        live = self.seen.now()
        before = 0 if live is None else live["samples"]["received"]
        await self.seen.until(lambda live: live["samples"]["received"] >= before + more)

    async def still(self) -> bool:
        """Whether no picture comes within a second, after those on their way."""
        await asyncio.sleep(0.3)
        before = self.received
        await asyncio.sleep(1.0)
        return self.received == before

    @property
    def received(self) -> int:
        live = self.seen.now()
        assert live is not None
        return int(live["frames"]["received"])

    @property
    def publishing(self) -> list[str]:
        live = self.seen.now()
        return [] if live is None else sorted(live["publishing"])


@asynccontextmanager
async def exam(service: Service, name: str) -> AsyncIterator[Exam]:
    held = Exam(service, name)
    try:
        yield held
    finally:
        for made in held.made:
            await made.stop()


@asynccontextmanager
async def devices() -> AsyncIterator[tuple[rtc.LocalVideoTrack, rtc.LocalAudioTrack]]:
    async with camera() as pictures, microphone() as sound:
        yield pictures, sound
