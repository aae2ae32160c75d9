"""Several voices as one track: all that a candidate hears."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Hashable

import numpy as np

PERIOD = 0.1
"""Seconds of sound in one piece."""
HELD = 10
"""Pieces of a voice that may wait; older ones are given up."""
AHEAD = 2
"""Pieces that a voice has to be ahead before it is heard: they do not come punctually."""


class Mixer:
    """Takes pieces of `PERIOD` seconds of each voice and gives as many of their sum."""

    def __init__(self, send: Callable[[bytes], Awaitable[None]]) -> None:
        self._send = send
        self._voices: dict[Hashable, deque[bytes]] = {}
        self._speaking: set[Hashable] = set()
        self._task: asyncio.Task[None] | None = None

    def put(self, voice: Hashable, pcm: bytes) -> None:
        """The newest piece of a voice: s16le, mono."""
        pieces = self._voices.setdefault(voice, deque(maxlen=HELD))
        pieces.append(pcm)
        if len(pieces) >= AHEAD:
            self._speaking.add(voice)
        if self._task is None:
            self._task = asyncio.create_task(self._run(), name="mixer")

    def remove(self, voice: Hashable) -> None:
        """It is gone."""
        self._voices.pop(voice, None)
        self._speaking.discard(voice)

    async def close(self) -> None:
        """Nothing more is sent."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def mix(self) -> bytes | None:
        """The next piece; None: nobody's is ready."""
        ready = [self._voices[voice].popleft() for voice in self._speaking]
        self._speaking = {voice for voice in self._speaking if self._voices[voice]}
        if not ready:
            return None
        if len(ready) == 1:
            return ready[0]
        total = np.zeros(max(map(len, ready)) // 2, np.int32)
        for pcm in ready:
            total[: len(pcm) // 2] += np.frombuffer(pcm, "<i2")
        return np.clip(total, -32768, 32767).astype("<i2").tobytes()

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        due = loop.time()
        while True:
            due = max(due + PERIOD, loop.time() - HELD * PERIOD)
            await asyncio.sleep(due - loop.time())
            if (pcm := self.mix()) is not None:
                await self._send(pcm)
