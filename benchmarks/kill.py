"""A service that is killed again and again: what a viewer was told must be there afterwards."""

import asyncio
import contextlib
import os
import random
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
import numpy as np
import simplejpeg

from benchmarks.clip import commented
from benchmarks.service import Service, running_service, sockets_url
from benchmarks.stored_alerts import Event, faults, stored_events
from benchmarks.turns_server import AT_ONCE, EMPTY
from client_adapter.sockets import ProctorSockets

SESSIONS = 4
ROUNDS_OF_A_SESSION = 10
"""After so many kills new sessions begin, so that a round need not read an endless log."""
PACE = 0.005
"""Seconds between two frames of a session, at most 200 a second."""
STEP = 0.1
"""Seconds between them by their own times."""
TURN = 3
"""Frames that show the same."""
LATEST_KILL = 0.6
"""Seconds after the sockets began to open."""


@dataclass(slots=True, kw_only=True)
class Kills:
    """What was told and what was found."""

    rounds: int = 0
    acknowledged: int = 0
    """Alerts that a viewer received."""
    silent_rounds: int = 0
    """Killed before a viewer received anything."""
    stored: int = 0
    """Alerts in the log at the end: killed between commit and sending, some were never told."""
    episodes: int = 0
    recovered: int = 0
    """Episodes that a kill left open and the next process ended."""
    faults: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Told:
    """What the viewers of one session received, by number."""

    events: dict[int, Event] = field(default_factory=dict)
    frames: int = 0
    """Sent so far; the times of the next ones follow them."""


def kill_rounds(
    rounds: int, seed: int = 1, progress: Callable[[str], None] = lambda line: None
) -> Kills:
    """Start, stream, kill, start again and compare. Raises ServiceError."""
    chance, kills = random.Random(seed), Kills()
    every: dict[str, _Told] = {}
    with TemporaryDirectory(prefix="proctor-kill-") as folder:
        for number in range(rounds):
            first = number // ROUNDS_OF_A_SESSION * SESSIONS
            told = {
                f"kill-{first + n}": every.setdefault(f"kill-{first + n}", _Told())
                for n in range(SESSIONS)
            }
            with _service(Path(folder)) as service:
                _compare(service, told, kills, f"before round {number + 1}")
                known = sum(len(each.events) for each in told.values())
                asyncio.run(_stream_and_kill(service, told, chance, kills))
                _no_traceback(service, kills)
            new = sum(len(each.events) for each in told.values()) - known
            kills.rounds += 1
            kills.acknowledged += new
            kills.silent_rounds += new == 0
            if kills.rounds % 10 == 0 or kills.rounds == rounds:
                progress(
                    f"round {kills.rounds} of {rounds}: {kills.acknowledged} alerts "
                    f"acknowledged, {len(kills.faults)} faults"
                )
        with _service(Path(folder)) as service:
            _end_all(service, every, kills)
            _no_traceback(service, kills)
    return kills


@contextmanager
def _service(folder: Path) -> Iterator[Service]:
    with running_service(
        ("-m", "benchmarks.turns_server"),
        PROCTOR_DATABASE_URL=f"sqlite:///{folder}/proctor.db",
        PROCTOR_FACE_EVERY="1",
        PROCTOR_STALE_AFTER="60",
    ) as service:
        yield service


async def _stream_and_kill(
    service: Service, told: dict[str, _Told], chance: random.Random, kills: Kills
) -> None:
    async with httpx.AsyncClient(base_url=service.url, timeout=30) as api:
        for session_id in told:
            (
                await api.post("/v1/sessions", json={"id": session_id, "rules": AT_ONCE})
            ).raise_for_status()
    url = sockets_url(service.url)
    clients = {name: ProctorSockets(url, session_id=name) for name in told}
    work = [asyncio.create_task(_send(client, told[name])) for name, client in clients.items()]
    work += [
        asyncio.create_task(_watch(name, client, told[name], kills))
        for name, client in clients.items()
    ]
    await asyncio.sleep(chance.uniform(0.0, LATEST_KILL))
    os.kill(service.pid, signal.SIGKILL)
    await asyncio.gather(*work)
    await asyncio.gather(*(client.close() for client in clients.values()))


async def _send(client: ProctorSockets, told: _Told) -> None:
    somebody = simplejpeg.encode_jpeg(np.full((64, 64, 3), 128, np.uint8))
    nobody = commented(somebody, EMPTY)
    with contextlib.suppress(ConnectionError):
        while True:
            picture = nobody if told.frames // TURN % 2 else somebody
            await client.send_frame(picture, told.frames * STEP)
            told.frames += 1
            await asyncio.sleep(PACE)


async def _watch(name: str, client: ProctorSockets, told: _Told, kills: Kills) -> None:
    """Goes on after the newest number that it knows, as a viewer does that comes back."""
    known = max(told.events, default=0)
    with contextlib.suppress(ConnectionError):
        async for message in client.events(after=known):
            for event in message["events"]:
                if event["seq"] != known + 1:
                    kills.faults.append(f"{name}: {event['seq']} was told after {known}")
                known = event["seq"]
                told.events[known] = event


def _compare(service: Service, told: dict[str, _Told], kills: Kills, when: str) -> None:
    with httpx.Client(base_url=service.url, timeout=30) as api:
        for name, each in told.items():
            if each.events:
                found = faults(stored_events(api, name), each.events)
                kills.faults += [f"{name}, {when}: {fault}" for fault in found]


def _end_all(service: Service, every: dict[str, _Told], kills: Kills) -> None:
    """After the last kill all sessions are stopped: then no episode may be open."""
    with httpx.Client(base_url=service.url, timeout=30) as api:
        for name, each in every.items():
            last_seq = api.post(f"/v1/sessions/{name}/stop").raise_for_status().json()["last_seq"]
            stored = stored_events(api, name)
            found = faults(stored, each.events, all_ended=True)
            if last_seq != len(stored):
                found.append(f"the session says {last_seq} alerts, the log has {len(stored)}")
            kills.faults += [f"{name}, at the end: {fault}" for fault in found]
            kills.stored += len(stored)
            ends = [event for event in stored if event["state"] == "ended"]
            kills.episodes += len(ends)
            kills.recovered += sum(e["evidence"].get("closed_by") == "restart" for e in ends)


def _no_traceback(service: Service, kills: Kills) -> None:
    said = service.log.read_text(errors="replace")
    if "Traceback" in said:
        kills.faults.append(f"the service logged: {said[said.index('Traceback') :][-500:]}")
