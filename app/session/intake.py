"""One track of sound on its way in: nothing is lost for ten seconds, then the sender waits."""

import asyncio
import time
from collections.abc import Callable

from app.audio.form import Converter, SoundForm
from app.audio.ring import BLOCK, BYTES_PER_SAMPLE, SAMPLE_RATE, Block, Ring
from app.session.clock import SampleClock
from app.session.counters import SampleCounters

WAITS = 30.0
"""Seconds for which a sender is kept waiting while there is no room; then sound is lost."""
LONG = 65_536
"""Bytes of a message from which a thread converts it."""
PIECE = BLOCK // 2
"""Samples that must find room before a long message goes on."""

Lost = Callable[[float, float], None]
"""Told of sound that is lost: when it began, on the session's clock, and its seconds."""

Passed = Callable[[float, bytes], None]
"""Told when samples began, on the session's clock, and the samples."""

Missing = Callable[[float, float, float], None]
"""Told of sound that the sender lost: when it goes on and since when it was missing, on the
session's clock, and its seconds."""


class Intake:
    """Buffers what comes, in blocks; whoever hears takes them."""

    def __init__(
        self,
        lost: Lost,
        passed: Passed = lambda at, pcm: None,
        missing: Missing = lambda at, since, seconds: None,
        *,
        seconds: float = 10.0,
        waits: float | None = None,
    ) -> None:
        """`passed` is told of all that is taken over, at once."""
        self.samples = SampleCounters()
        self._lost = lost
        self._passed = passed
        self._tell_missing = missing
        self._waits = WAITS if waits is None else waits
        self._ring = Ring(seconds)
        self._clock = SampleClock()
        self._converter = Converter(SoundForm())
        self._missing = 0.0
        """Seconds that the sender lost before the next sample."""
        self._broken = True
        """Whether the next sample continues nothing."""
        self._losing = False
        """Whether what comes is lost, until there is room again."""
        self._turn = 0
        """How often what waited was given up."""
        self._in_work = 0
        self._filled = asyncio.Event()
        self._emptied = asyncio.Event()

    @property
    def buffered(self) -> int:
        """Samples that were received and whose fate is open."""
        return len(self._ring) + self._in_work

    def connect(self, form: SoundForm, missing: float = 0.0) -> None:
        """From now on a connection sends sound of this form; `missing` seconds were lost before."""
        self.end()
        self._converter = Converter(form)
        self._missing = missing

    def end(self) -> None:
        """The connection is gone: what comes next continues nothing."""
        rest = self._converter.finish()
        self._converter = Converter(SoundForm())
        self.samples.received += len(rest) // BYTES_PER_SAMPLE
        if rest and not self._broken and len(rest) <= self._ring.room * BYTES_PER_SAMPLE:
            self._ring.write(rest)
        else:
            self.samples.gapped += len(rest) // BYTES_PER_SAMPLE
        self._ring.end()
        self._broken = True
        self._filled.set()

    async def put(self, at: float, message: bytes, *, patience: float, made: bool) -> None:
        """Take one message over; waits where there is no room.

        `at`: when its first sample was made, or, if not `made`, when its last one arrived. Messages
        that are late by more than `patience` seconds leave a gap. If it is cancelled, samples that
        still wait count as never received.
        """
        if len(message) > LONG:  # resampling it would keep all sessions waiting
            pcm = await asyncio.to_thread(self._converter, message)
        else:
            pcm = self._converter(message)
        if not pcm:
            return
        turn = self._turn
        begins = at if made else at - _seconds(len(pcm))
        missing, self._missing = self._missing, 0.0
        since = self._clock.miss(begins, missing, made=made) if missing else 0.0
        start, continues = self._clock.place(begins, _seconds(len(pcm)), patience, made=made)
        if missing:
            self._tell_missing(start, min(start, max(since, start - missing)), missing)
        self._broken |= not continues
        rest = memoryview(pcm)
        while rest:
            place = start + _seconds(len(pcm) - len(rest))
            if not self._has_room(len(rest)) and not await self._wait():
                self._lose(place, len(rest))
                return
            if self._turn != turn:  # given up, while it waited
                self._count_gapped(len(rest))
                return
            if self._broken:
                self._ring.begin(place)
            self._broken = self._losing = False
            piece = rest[: self._ring.room * BYTES_PER_SAMPLE]
            self._ring.write(piece)
            self.samples.received += len(piece) // BYTES_PER_SAMPLE
            self._filled.set()
            self._passed(place, bytes(piece))
            rest = rest[len(piece) :]

    def skip(self, message: bytes) -> None:
        """One that nobody wants to hear."""
        self._missing = 0.0
        self._count_gapped(len(self._converter(message)))
        self._ring.end()
        self._broken = True

    def clear(self) -> None:
        """Give up what waits."""
        self.samples.gapped += self._ring.clear()
        self._turn += 1
        self._emptied.set()

    async def block(self) -> Block:
        """The next one, as soon as it is whole; say `heard` or `unheard` afterwards."""
        while (block := self._ring.take()) is None:
            self._filled.clear()
            await self._filled.wait()
        self._in_work = len(block.samples)
        self._emptied.set()
        return block

    def heard(self) -> None:
        """The block was heard."""
        self.samples.analysed += self._in_work
        self._in_work = 0

    def unheard(self) -> None:
        """It could not be."""
        self.samples.gapped += self._in_work
        self._in_work = 0

    def _has_room(self, size: int) -> bool:
        return self._ring.room * BYTES_PER_SAMPLE >= min(size, PIECE * BYTES_PER_SAMPLE)

    async def _wait(self) -> bool:
        """Whether there is room now; a sender that was kept waiting in vain is not kept again."""
        if self._losing:
            return False
        began = time.monotonic()
        self._emptied.clear()
        try:
            await asyncio.wait_for(self._emptied.wait(), self._waits)
        except TimeoutError:
            return False
        finally:
            self._clock.excuse(time.monotonic() - began)
        return True

    def _lose(self, at: float, size: int) -> None:
        self._losing = self._broken = True
        self._ring.end()
        self._count_gapped(size)
        self._lost(at, _seconds(size))

    def _count_gapped(self, size: int) -> None:
        self.samples.received += size // BYTES_PER_SAMPLE
        self.samples.gapped += size // BYTES_PER_SAMPLE


def _seconds(size: int) -> float:
    return size / BYTES_PER_SAMPLE / SAMPLE_RATE
