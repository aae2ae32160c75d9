"""The process in which pyannote runs, as its owner sees it."""

import asyncio
import contextlib
import json
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from app.audio.diarization import Diarization, Embedding, LocalTurn
from app.audio.message import LENGTHS, lengths, pack
from app.audio.pipeline_source import TOKENS
from app.audio.ring import BYTES_PER_SAMPLE, SAMPLE_RATE
from app.errors import ModelError

REPOSITORY = Path(__file__).parents[2]
KEPT_BACK = ("PROCTOR_", "DATABASE_URL", "DEEPGRAM_API_KEY")
"""Beginnings of what the process need not know: it runs what a folder of weights tells it to."""


GRACE = 2.0
"""Seconds in which a process ends that says no more."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why there is no pipeline, and what to do."""

    why: str
    mend: str


class RefusedError(ModelError):
    """The pipeline cannot be loaded."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble.why)
        self.trouble = trouble


class WindowError(ModelError):
    """The pipeline failed on one window; it can be asked for the next."""


class PyannoteChild:
    """One process from its start to its end. Whatever it raises but WindowError ends its use."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        self.pid = process.pid
        self._process = process
        self._requests, self._answers = process.stdin, process.stdout
        self._complaint = asyncio.create_task(_last_line(process.stderr))
        self._prefix: asyncio.Task[bytes] = self._listening()
        self._number = 0

    @classmethod
    @asynccontextmanager
    async def running(cls, source: str) -> AsyncIterator["PyannoteChild"]:
        """Killed at the end, whatever it does then."""
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "app.audio.pyannote_process", source),
            cwd=REPOSITORY,
            env={k: v for k, v in os.environ.items() if not k.startswith(KEPT_BACK)},
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        child = cls(process)
        try:
            yield child
        except (asyncio.IncompleteReadError, ConnectionError):
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(GRACE):
                    await process.wait()
            _kill(process)
            said = _without_tokens(await child._complaint)
            raise ModelError(f"its process ended ({process.returncode}): {said}") from None
        finally:
            _kill(process)
            await process.wait()
            for task in (child._prefix, child._complaint):
                task.cancel()
            await asyncio.gather(child._prefix, child._complaint, return_exceptions=True)

    async def loaded(self) -> None:
        """Return once the pipeline is there. Raises RefusedError."""
        while True:
            said, _ = await self._next()
            if said["state"] == "refused":
                raise RefusedError(Trouble(said["why"], said["mend"]))
            if said["state"] == "ready":
                return

    async def ask(self, pcm: bytes) -> Diarization:
        """Have it look at s16le mono of 16 kHz. Raises WindowError."""
        self._number += 1
        self._requests.write(pack({"id": self._number}, pcm))
        await self._requests.drain()
        header, body = await self._next()
        if header.get("id") != self._number:
            raise ModelError("its process answered what was not asked")
        if "error" in header:
            raise WindowError(header["error"])
        return _diarization(header, body, len(pcm) / BYTES_PER_SAMPLE / SAMPLE_RATE)

    async def idle_until(self, come: asyncio.Event) -> None:
        """Wait for work; raises when the process ends meanwhile."""
        coming = asyncio.create_task(come.wait())
        try:
            await asyncio.wait({coming, self._prefix}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            coming.cancel()
        if self._prefix.done():
            self._prefix.result()
            raise ModelError("its process said something unasked")

    def _listening(self) -> "asyncio.Task[bytes]":
        return asyncio.create_task(self._answers.readexactly(LENGTHS.size))

    async def _next(self) -> tuple[dict[str, Any], bytes]:
        header, body = lengths(await self._prefix)
        said: dict[str, Any] = json.loads(await self._answers.readexactly(header))
        rest = await self._answers.readexactly(body)
        self._prefix = self._listening()
        return said, rest


def _diarization(header: dict[str, Any], body: bytes, seconds: float) -> Diarization:
    known: list[bool] = header["known"]
    rows = np.frombuffer(body, "<f4").reshape(len(known), -1) if known else np.zeros((0, 0))
    embeddings: list[Embedding | None] = [
        row.astype(np.float32) if is_known else None
        for row, is_known in zip(rows, known, strict=True)
    ]
    turns = (
        LocalTurn(label=label, started_at=max(0.0, start), ended_at=min(end, seconds))
        for label, start, end in header["turns"]
    )
    return Diarization(
        seconds=seconds,
        turns=tuple(turn for turn in turns if turn.ended_at > turn.started_at),
        embeddings=tuple(embeddings),
    )


def _kill(process: asyncio.subprocess.Process) -> None:
    with contextlib.suppress(ProcessLookupError):
        process.kill()


async def _last_line(stream: asyncio.StreamReader) -> str:
    """Of what a process complains about, once it has ended; the rest is not kept."""
    last = b""
    while chunk := await stream.read(4096):
        last = (last + chunk)[-4096:]
    lines = last.decode(errors="replace").strip().splitlines()
    return lines[-1] if lines else "without a word"


def _without_tokens(text: str) -> str:
    for name in TOKENS:
        if token := os.environ.get(name):
            text = text.replace(token, "…")
    return text
