"""A room of its own for a test, and what the service knows of it; nothing is left behind."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import httpx
from livekit import api

from client_adapter.tokens import Scope, mint
from tests.client_adapter.seen import sent
from tests.client_adapter.worker import Worker
from tests.livekit_server.film import Player
from tests.livekit_server.people import Person
from tests.livekit_server.server import KEY, SECRET, URL
from tests.service import Service

WAITING_SECONDS = 60.0
EMPTY_SECONDS = 120
"""After which the server itself removes a room that a killed test left."""


async def until(true: Callable[[], object], what: str) -> None:
    """Wait for something; `what` says for what. Raises AssertionError."""
    try:
        async with asyncio.timeout(WAITING_SECONDS):
            while not true():
                await asyncio.sleep(0.05)
    except TimeoutError:
        raise AssertionError(f"after {WAITING_SECONDS:.0f} s: not yet {what}") from None


class Exam:
    """A room, the people in it, and their sessions."""

    def __init__(self, lk: api.LiveKitAPI, service: Service, worker: Worker, agent: str) -> None:
        self.lk = lk
        self.name = f"procturing-test-{uuid4().hex[:8]}"
        self.worker = worker
        self._agent = agent
        self._service = service
        self._people: list[Person] = []
        self._players: list[Player] = []

    async def open(self) -> None:
        room = api.CreateRoomRequest(
            name=self.name, empty_timeout=EMPTY_SECONDS, departure_timeout=EMPTY_SECONDS
        )
        assert (await self.lk.room.create_room(room)).name == self.name

    async def enters(self, identity: str) -> Person:
        person = Person(identity)
        self._people.append(person)
        await person.enter(self.name)
        return person

    def plays(self, film: Path) -> Player:
        self._players.append(Player(film))
        return self._players[-1]

    async def dispatch(self, **metadata: Any) -> None:
        """The worker, into this room."""
        wanted = api.CreateAgentDispatchRequest(
            agent_name=self._agent, room=self.name, metadata=json.dumps(metadata)
        )
        made = await self.lk.agent_dispatch.create_dispatch(wanted)
        assert (made.agent_name, made.room) == (self._agent, self.name)

    async def session(self, identity: str) -> dict[str, Any] | None:
        """A candidate's, as its REST resource shows it; None: there is none."""
        name = f"{self.name}_{identity}"
        token = mint(KEY, SECRET, session=name, scope=Scope.EVENTS)
        async with httpx.AsyncClient(headers={"Authorization": f"Bearer {token}"}) as client:
            answer = await client.get(f"{self._service.url}/v1/sessions/{quote(name, safe='')}")
        if answer.status_code == httpx.codes.NOT_FOUND:
            return None
        view: dict[str, Any] = answer.raise_for_status().json()
        return view

    async def live(
        self, identity: str, true: Callable[[dict[str, Any]], object], what: str
    ) -> dict[str, Any]:
        """What is live of a candidate's session, once it is so. Raises AssertionError."""
        live = None
        try:
            async with asyncio.timeout(WAITING_SECONDS):
                while not (live := ((await self.session(identity)) or {}).get("live")) or not true(
                    live
                ):
                    await asyncio.sleep(0.1)
        except TimeoutError:
            raise AssertionError(
                f"{identity}: not yet {what}; it is at {live}\n{self.worker.said[-4000:]}"
            ) from None
        return dict(live)

    async def publishing(self, identity: str, *tracks: str) -> dict[str, Any]:
        """Once exactly of these something came from a candidate, and they are open still."""
        wanted = {*tracks}
        return await self.live(
            identity, lambda live: sent(live) == wanted, f"publishing {sorted(wanted)}"
        )

    async def delete(self) -> None:
        await self.lk.room.delete_room(api.DeleteRoomRequest(room=self.name))

    async def close(self) -> None:
        """Whatever of it fails, the room is deleted."""
        leaving = [person.leave() for person in self._people]
        left = await asyncio.gather(*leaving, return_exceptions=True)
        for player in self._players:
            await player.close()
        try:
            await self.delete()
        except api.TwirpError as error:
            if error.code != api.TwirpErrorCode.NOT_FOUND:
                raise
        async with asyncio.timeout(WAITING_SECONDS):
            while (await self.lk.room.list_rooms(api.ListRoomsRequest(names=[self.name]))).rooms:
                await asyncio.sleep(0.1)
            while await self.worker.active_jobs():
                await asyncio.sleep(0.1)
        assert not any(left), f"who could not leave: {left}"


@asynccontextmanager
async def open_exam(service: Service, worker: Worker, agent: str) -> AsyncIterator[Exam]:
    """A new room; afterwards it is gone, and the worker idle."""
    async with api.LiveKitAPI(URL, KEY, SECRET) as lk:
        exam = Exam(lk, service, worker, agent)
        await exam.open()
        try:
            yield exam
        finally:
            await exam.close()
