"""The service's own camera at work in a house."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from app.errors import CameraError
from app.session.camera import Camera, CameraPlan, CameraState
from app.session.session import Session
from app.types import SessionState
from app.vision.capture import Source
from tests.session.builders import House, until

NAME = "camera"


@dataclass(slots=True, kw_only=True)
class Watched:
    """A camera at work in a house."""

    house: House
    camera: Camera
    told: list[CameraError | None] = field(default_factory=list)
    """What was said of its health."""
    played: int = 0
    """How often its file was over."""

    def __repr__(self) -> str:
        return f"<{self.camera.state}, played {self.played} times, told {self.told}>"

    async def session(self) -> Session:
        await until(lambda: self.house.registry.find(NAME) is not None)
        session = self.house.registry.find(NAME)
        assert session is not None
        return session

    async def looked(self, more: int = 1) -> None:
        """Until so many more pictures were looked at."""
        looks = len(self.house.inference.looks)
        await until(lambda: len(self.house.inference.looks) >= looks + more)

    async def state(self) -> tuple[SessionState, str | None]:
        info = await self.house.registry.get(NAME)
        return info.state, info.ended_by

    async def becomes(self, state: CameraState) -> None:
        await until(lambda: self.camera.state is state)


@asynccontextmanager
async def watched(
    house: House, source: Path | str, *, repeats: bool = False, starts: bool = False
) -> AsyncIterator[Watched]:
    plan = CameraPlan(
        source=Source.of(str(source)),
        session_id=NAME,
        repeats=repeats,
        starts=starts,
        longest=160,
    )
    told: list[CameraError | None] = []
    w = Watched(house=house, camera=Camera(plan, house.registry, told.append), told=told)

    async def ready() -> None:
        """At once."""

    async def over() -> None:
        w.played += 1

    running = asyncio.create_task(w.camera.run(ready, over))
    try:
        yield w
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
