"""Sound that waits for the service: all of it through a short outage, the newest of a long one."""

import asyncio
from collections import deque

BYTES_PER_SECOND = 32_000
"""s16le, mono, 16 kHz."""


class SoundQueue:
    """Bounded: what does not fit displaces the oldest, and its seconds are counted as lost."""

    def __init__(self, seconds: float) -> None:
        self._most = int(seconds * BYTES_PER_SECOND)
        self._waiting: deque[bytes] = deque()
        self._size = 0
        self._taken = b""
        self._lost = 0
        self.unwanted = False
        """Nobody wants to hear this track at present: what is displaced is no loss."""
        self._filled = asyncio.Event()

    def __len__(self) -> int:
        """Bytes that wait, those on their way included."""
        return self._size + len(self._taken)

    @property
    def lost_seconds(self) -> float:
        """Of which nobody has been told yet."""
        return self._lost / BYTES_PER_SECOND

    def put(self, pcm: bytes) -> float:
        """Add what was heard just now; seconds that are lost by it."""
        self._waiting.append(pcm)
        self._size += len(pcm)
        lost = 0
        while self._waiting and len(self) > self._most:
            lost += len(self._waiting[0])
            self._size -= len(self._waiting.popleft())
        if self._waiting:
            self._filled.set()
        if self.unwanted:
            return 0.0
        self._lost += lost
        return lost / BYTES_PER_SECOND

    async def filled(self) -> None:
        """Return once something waits."""
        while not self._waiting:
            self._filled.clear()
            await self._filled.wait()

    async def take(self, most: int = BYTES_PER_SECOND) -> bytes:
        """The oldest, `most` bytes or a little more; `arrived` or `give_back` must follow."""
        await self.filled()
        pieces: list[bytes] = []
        while self._waiting and sum(map(len, pieces)) < most:
            pieces.append(self._waiting.popleft())
            self._size -= len(pieces[-1])
        self._taken = b"".join(pieces)
        return self._taken

    def arrived(self) -> None:
        """What was taken is with the service."""
        self._taken = b""

    def give_back(self) -> None:
        """What was taken has perhaps not arrived: it is the oldest that waits."""
        if self._taken:
            self._waiting.appendleft(self._taken)
            self._size += len(self._taken)
            self._taken = b""

    def told(self, seconds: float) -> None:
        """The service knows of so much lost sound."""
        self._lost = max(0, self._lost - round(seconds * BYTES_PER_SECOND))

    def wanted(self) -> None:
        """From now on all is wanted, and nothing counts that was not before."""
        if self.unwanted:
            self.unwanted, self._lost = False, 0
