"""A good session beside a thousand bad messages: nothing of it may change."""

import asyncio
import random
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import httpx

from app.vision.mediapipe_core import native_log_muted
from benchmarks.counters import counter_faults, lives
from benchmarks.deeds import Deed, deeds
from benchmarks.neighbour import Neighbour, wait_for
from benchmarks.portrait import Act, Portrait, Scene, jpegs
from benchmarks.process import Usage, sockets, usage
from benchmarks.service import Service, running_service, sockets_url
from benchmarks.stored_alerts import Event, stored_events
from client_adapter.sockets import ProctorSockets

NEIGHBOURS = 8
"""Bad clients at once."""
FPS = 10.0
LARGEST_JUMP_MB = 60.0
"""Memory (PSS) that may stay behind once the bad sessions are gone: what the allocator keeps."""
SETTINGS = {
    # Every frame is looked at and counted, however busy the machine is: both runs see the same.
    "PROCTOR_FACE_EVERY": "1",
    "PROCTOR_COUNT_EVERY": "1",
    "PROCTOR_STALE_AFTER": "60",
}
ACTS = (
    Act(scene=Scene.FACING, seconds=5.0),
    Act(scene=Scene.LOOK_RIGHT, seconds=4.0),
    Act(scene=Scene.FACING, seconds=3.0),
    Act(scene=Scene.GONE, seconds=5.0),
    Act(scene=Scene.FACING, seconds=3.0),
    Act(scene=Scene.TWO, seconds=5.0),
    Act(scene=Scene.FACING, seconds=4.0),
    Act(scene=Scene.LOOK_DOWN, seconds=4.0),
    Act(scene=Scene.FACING, seconds=3.0),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Abused:
    """What was done, what was answered, and what became of the others."""

    deeds: dict[str, Counter[str]]
    """Answers by kind of deed."""
    alone: list[Event]
    """The good session's alerts without the abuse, less what cannot be the same twice."""
    beside: list[Event]
    """And with it."""
    before: Usage
    after: Usage
    faults: list[str] = field(default_factory=list)
    """Everything that is not as it must be; empty: nothing."""


def abuse(
    messages: int,
    seed: int = 1,
    *,
    acts: Sequence[Act] = ACTS,
    progress: Callable[[str], None] = lambda line: None,
) -> Abused:
    """Both runs on a service of its own. Raises ServiceError."""
    progress("preparing the clip …")
    with native_log_muted():
        clip = list(jpegs(Portrait().frames(acts, FPS)))
    with running_service(**SETTINGS) as service:
        return asyncio.run(_abuse(service, clip, messages, seed, progress))


async def _abuse(
    service: Service, clip: list[bytes], messages: int, seed: int, progress: Callable[[str], None]
) -> Abused:
    progress(f"the good session alone: {len(clip)} frames …")
    alone, faults = await _good_session(service, "alone", clip, lambda share: None)
    before, connected = usage(service.pid), sockets(service.pid)
    progress(f"the good session beside {messages} bad messages …")
    gate = _Gate(messages)
    bad = [
        Neighbour(service.url, f"bad-{n}", clip[0], random.Random(f"{seed} {n}"))
        for n in range(NEIGHBOURS)
    ]
    kinds, done = _chosen(messages, random.Random(seed)), list[tuple[Deed, str]]()
    working = [
        asyncio.create_task(_misbehave(each, kinds[n::NEIGHBOURS], gate, done))
        for n, each in enumerate(bad)
    ]
    beside, more = await _good_session(service, "good", clip, gate.open)
    gate.open(1.0)
    await asyncio.gather(*working)
    progress("looking at what is left …")
    faults += more + await asyncio.to_thread(_faults_of_counters, service)
    for each in bad:
        await each.close()
    await asyncio.to_thread(_erase_all, service)
    faults += await _faults_of_sockets(service, connected)
    after = usage(service.pid)
    answers: dict[str, Counter[str]] = {deed.what: Counter() for deed in kinds}
    for deed, answer in done:
        answers[deed.what][answer] += 1
        if answer not in deed.answers:
            faults.append(f"{deed.what}: {answer}; right is {' or '.join(sorted(deed.answers))}")
    if alone != beside:
        faults.append(f"the good session's alerts differ: {_first_difference(alone, beside)}")
    if after.pss_mb - before.pss_mb > LARGEST_JUMP_MB:
        faults.append(f"memory rose from {before.pss_mb:.0f} to {after.pss_mb:.0f} MB")
    faults += _faults_of_log(service)
    return Abused(
        deeds=answers, alone=alone, beside=beside, before=before, after=after, faults=faults
    )


def _chosen(messages: int, chance: random.Random) -> list[Deed]:
    """Every kind equally often, in any order."""
    kinds = deeds()
    chosen = [kinds[number % len(kinds)] for number in range(messages)]
    chance.shuffle(chosen)
    return chosen


class _Gate:
    """Lets the bad messages through as the good session goes on, so that they last as long."""

    def __init__(self, messages: int) -> None:
        self._messages = messages
        self._turns = asyncio.Semaphore(0)
        self._released = 0

    def open(self, share: float) -> None:
        """So much of the good session is over."""
        while self._released < share * self._messages:
            self._released += 1
            self._turns.release()

    async def wait(self) -> None:
        await self._turns.acquire()


async def _misbehave(
    bad: Neighbour, kinds: list[Deed], gate: _Gate, done: list[tuple[Deed, str]]
) -> None:
    for deed in kinds:
        await gate.wait()
        try:
            answer = await deed.do(bad)
        except Exception as error:  # whatever it is, the service did not answer as it should
            answer = f"{type(error).__name__}: {error}"[:120]
        done.append((deed, answer))


async def _good_session(
    service: Service, session_id: str, clip: list[bytes], played: Callable[[float], None]
) -> tuple[list[Event], list[str]]:
    """Play the clip, every frame after the last one was looked at; its alerts, what is wrong."""
    async with (
        httpx.AsyncClient(base_url=service.url, timeout=60, trust_env=False) as api,
        ProctorSockets(sockets_url(service.url), session_id=session_id) as client,
    ):
        for number, jpeg in enumerate(clip):
            await client.send_frame(jpeg, number / FPS)

            async def seen(wanted: int = number + 1) -> bool | None:
                live = (await api.get(f"/v1/sessions/{session_id}")).json().get("live")
                return (live is not None and live["frames"]["analysed"] >= wanted) or None

            await wait_for(seen)
            played((number + 1) / len(clip))
        live = (await api.get(f"/v1/sessions/{session_id}")).json()["live"]
        faults = counter_faults(session_id, live)
        (await api.post(f"/v1/sessions/{session_id}/stop")).raise_for_status()
    with httpx.Client(base_url=service.url, timeout=60) as reader:
        return [comparable(event) for event in stored_events(reader, session_id)], faults


def comparable(event: Event) -> Event:
    """Without what differs between two sessions that saw the same."""
    return {name: value for name, value in event.items() if name not in ("id", "session")}


def _first_difference(alone: list[Event], beside: list[Event]) -> str:
    for one, other in zip(alone, beside, strict=False):
        if one != other:
            return f"{one} became {other}"
    return f"{len(alone)} alerts became {len(beside)}"


def _faults_of_counters(service: Service) -> list[str]:
    with httpx.Client(base_url=service.url, timeout=60) as api:
        found = lives(api, "")
        faults = []
        for session_id, live in found.items():
            faults += counter_faults(session_id, live)
        for path in ("/healthz", "/readyz", "/metrics"):
            if (status := api.get(path).status_code) != 200:
                faults.append(f"{path} answers {status}")
    return faults


async def _faults_of_sockets(service: Service, before: int) -> list[str]:
    """Once all bad connections are gone, nothing of them may be open."""

    async def closed() -> bool | None:
        return sockets(service.pid) <= before or None

    try:
        await wait_for(closed)
    except TimeoutError:
        return [f"{before} open sockets became {sockets(service.pid)}"]
    return []


def _erase_all(service: Service) -> None:
    with httpx.Client(base_url=service.url, timeout=60) as api:
        for session_id in lives(api, ""):
            api.delete(f"/v1/sessions/{session_id}").raise_for_status()


def _faults_of_log(service: Service) -> list[str]:
    said = service.log.read_text(errors="replace")
    wrong = re.search("Traceback| ERROR ", said)
    return [f"the service logged: {said[wrong.start() :][:600]}"] if wrong else []
