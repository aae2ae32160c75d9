"""What listening costs: speech from many microphones at once, in real time."""

import asyncio
import time
import wave
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import httpx
from rich.table import Table
from websockets.asyncio.client import connect

from benchmarks.process import GROUPS, Usage, usage
from benchmarks.service import ServiceError, running_service, sockets_url

RATE = 16_000
CHUNK = RATE // 10
"""Samples of a message."""
WARM_UP = 5.0
"""Seconds that are not counted: levels and windows fill up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SoundLoad:
    """What was measured."""

    sessions: int
    cpu_ms: dict[str, float]
    """Per second of session, by group of threads."""
    behind: float
    """Seconds of sound that waited at the end, in the session that had most."""
    gapped: int
    """Samples."""

    @property
    def share(self) -> float:
        """Of one core, for one session."""
        return sum(self.cpu_ms.values()) / 1000


def call() -> bytes:
    """A call of two people, 30 s, which rides in pyannote.audio: s16le mono, 16 kHz."""
    found = find_spec("pyannote")
    for folder in [] if found is None else found.submodule_search_locations or []:
        if (file := Path(folder, "audio", "sample", "sample.wav")).is_file():
            with wave.open(str(file)) as sound:
                pcm: bytes = sound.readframes(sound.getnframes())
                return pcm
    raise ServiceError("pyannote.audio with its sample is not installed (the extra `train`)")


def sound_load(sessions: int, seconds: float, progress: Callable[[str], None]) -> SoundLoad:
    """Each session sends the call again and again, from a place of its own. Raises ServiceError."""
    pcm = call()
    with running_service(PROCTOR_OBJECTS="off", PROCTOR_SPEAKERS="embedded") as service:
        progress(f"{sessions} microphones for {WARM_UP + seconds:.0f} s")
        before, after = asyncio.run(
            _play(sockets_url(service.url), pcm, sessions, seconds, lambda: usage(service.pid))
        )
        spent = after - before
        waiting = gapped = 0
        with httpx.Client(base_url=service.url) as client:
            for number in range(sessions):
                live = client.get(f"/v1/sessions/sound-{number}").json()["live"]
                waiting = max(waiting, live["samples"]["buffered"])
                gapped += live["samples"]["gapped"]
    return SoundLoad(
        sessions=sessions,
        cpu_ms={group: ms / seconds / sessions for group, ms in spent.cpu_ms.items()},
        behind=waiting / RATE,
        gapped=gapped,
    )


async def _play(
    url: str, pcm: bytes, sessions: int, seconds: float, look: Callable[[], Usage]
) -> tuple[Usage, Usage]:
    began = time.monotonic()

    async def microphone(number: int) -> None:
        at = number * len(pcm) // sessions // 2 * 2
        async with connect(f"{url}/sound-{number}/audio", compression=None) as socket:
            for chunk in range(round((WARM_UP + seconds) * RATE / CHUNK)):
                await asyncio.sleep(began + chunk * CHUNK / RATE - time.monotonic())
                await socket.send(pcm[at : at + 2 * CHUNK])
                at = (at + 2 * CHUNK) % (len(pcm) - 2 * CHUNK)

    playing = asyncio.gather(*map(microphone, range(sessions)))
    await asyncio.sleep(WARM_UP)
    before = look()
    await asyncio.sleep(seconds)
    after = look()
    await playing
    return before, after


def sound_table(found: list[SoundLoad]) -> Table:
    """One row for each number of sessions."""
    table = Table(title="Listening: CPU, ms per second of session", title_justify="left")
    for name in ("sessions", "of one core", *GROUPS, "sound waiting", "samples lost"):
        table.add_column(name, justify="right")
    for each in found:
        table.add_row(
            str(each.sessions),
            f"{100 * each.share:.1f} %",
            *(f"{each.cpu_ms[group]:.1f}" for group in GROUPS),
            f"{each.behind:.1f} s",
            str(each.gapped),
        )
    return table
