"""Sound that waits to be heard."""

from collections import deque
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

SAMPLE_RATE = 16_000
"""Hertz."""
BYTES_PER_SAMPLE = 2
BLOCK = 8192
"""Samples that are heard at a time, 0.512 s: sixteen frames of the voice detector."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Samples to be heard next."""

    at: float
    """Seconds on the session's clock, of the first sample."""
    samples: NDArray[np.int16]
    """One block, or fewer where their stretch has ended."""
    begins: bool
    """Whether it continues nothing that came before."""

    @property
    def ends_at(self) -> float:
        """Seconds on the session's clock, after the last sample."""
        return self.at + len(self.samples) / SAMPLE_RATE


@dataclass(slots=True)
class _Stretch:
    """Sound without a gap."""

    at: float
    pcm: bytearray = field(default_factory=bytearray)
    taken: int = 0
    """Samples that are gone already."""
    ended: bool = False


class Ring:
    """Holds s16le mono samples in the order in which they came, in stretches without a gap.

    How they were cut when they came makes no difference to the blocks that they become.
    """

    def __init__(self, seconds: float = 10.0) -> None:
        self._capacity = round(seconds * SAMPLE_RATE)
        self._stretches: deque[_Stretch] = deque()
        self._held = 0

    def __len__(self) -> int:
        """Samples held."""
        return self._held

    @property
    def room(self) -> int:
        """Samples that may be written."""
        return self._capacity - self._held

    def begin(self, at: float) -> None:
        """What is written next continues nothing; its first sample is of this time."""
        self.end()
        self._stretches.append(_Stretch(at))

    def end(self) -> None:
        """Nothing will continue what is held."""
        if self._stretches:
            self._stretches[-1].ended = True

    def write(self, pcm: bytes | memoryview) -> None:
        """Whole samples that continue the newest stretch; no more than there is room for."""
        samples = len(pcm) // BYTES_PER_SAMPLE
        assert samples <= self.room
        self._stretches[-1].pcm += pcm
        self._held += samples

    def take(self) -> Block | None:
        """The oldest block; None: less than one is held, and more may continue it."""
        while self._stretches:
            stretch = self._stretches[0]
            waiting = len(stretch.pcm) // BYTES_PER_SAMPLE
            if waiting >= BLOCK or (stretch.ended and waiting):
                return self._cut(stretch, min(waiting, BLOCK))
            if not stretch.ended:
                return None
            self._stretches.popleft()
        return None

    def clear(self) -> int:
        """Give up all that is held: how many samples. The newest stretch goes on."""
        lost, self._held = self._held, 0
        for stretch in self._stretches:
            stretch.taken += len(stretch.pcm) // BYTES_PER_SAMPLE
            stretch.pcm.clear()
        return lost

    def _cut(self, stretch: _Stretch, samples: int) -> Block:
        size = samples * BYTES_PER_SAMPLE
        block = Block(
            at=stretch.at + stretch.taken / SAMPLE_RATE,
            samples=np.frombuffer(bytes(stretch.pcm[:size]), dtype="<i2").astype(np.int16),
            begins=stretch.taken == 0,
        )
        del stretch.pcm[:size]
        stretch.taken += samples
        self._held -= samples
        return block
