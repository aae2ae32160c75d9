"""Sound on its way to who turns it into text, and where its words lie in time."""

from collections import deque

from app.audio.ring import BYTES_PER_SAMPLE, SAMPLE_RATE

JITTER = 0.25
"""Seconds by which sound may come early or late and still continue what came before."""
MOST_STRETCHES = 4096


class Backlog:
    """The newest seconds that have no final words yet; a new connection begins with them.

    A transcriber counts the seconds of the sound that it was sent. Sound that never came, or was
    dropped between two connections, is missing there and not on the session's clock.
    """

    def __init__(self, seconds: float = 10.0) -> None:
        self._most = round(seconds * SAMPLE_RATE)
        self._pcm = bytearray()
        self._first = self._sent = self._zero = self._settled = 0
        """Numbers of samples: held, to be sent next, sent first on this connection, without
        final words."""
        self._stretches: deque[tuple[int, float]] = deque(maxlen=MOST_STRETCHES)
        """From which sample on, and when that was."""

    def __len__(self) -> int:
        """Samples that are not sent yet."""
        return self._end - max(self._sent, self._first)

    def add(self, at: float, pcm: bytes) -> None:
        """Whole samples; `at`: of the first one, in seconds on the session's clock."""
        if not self._stretches or abs(at - self._time(self._end)) > JITTER:
            self._stretches.append((self._end, at))
        self._pcm += pcm
        self._drop(self._end - self._most)

    def begin(self) -> tuple[float, float] | None:
        """A connection stands: what has no final words yet is sent, again if need be.

        Returns from when to when sound was dropped meanwhile, if any was.
        """
        lost = None
        if self._first > self._settled:
            lost = self._time(self._settled), self._end_time(self._first)
            self._settled = self._first
        self._sent = self._zero = self._first
        return lost

    @property
    def overrun(self) -> bool:
        """Whether sound was dropped that this connection should have been sent."""
        return self._sent < self._first

    def next(self, most: int) -> bytes:
        """At most so many samples that are to be sent now; empty: all are."""
        begin = (self._sent - self._first) * BYTES_PER_SAMPLE
        piece = bytes(self._pcm[begin : begin + most * BYTES_PER_SAMPLE])
        self._sent += len(piece) // BYTES_PER_SAMPLE
        return piece

    def time(self, seconds: float) -> float:
        """When that was on the session's clock; `seconds`: of the sound sent."""
        return self._time(self._zero + round(seconds * SAMPLE_RATE))

    def end_time(self, seconds: float) -> float:
        """The same of an end: where sound is missing, the time before that."""
        return self._end_time(self._zero + round(seconds * SAMPLE_RATE))

    def settle(self, seconds: float | None = None) -> None:
        """So much of the sound sent has its final words; None: all that was sent."""
        number = self._sent if seconds is None else self._zero + round(seconds * SAMPLE_RATE)
        self._settled = max(self._settled, min(number, self._sent))
        self._drop(self._settled)
        while len(self._stretches) > 1 and self._stretches[1][0] <= self._settled:
            self._stretches.popleft()

    def unsettled(self) -> tuple[float, float] | None:
        """From when to when there are no final words, if no more come."""
        if self._settled >= self._end:
            return None
        return self._time(self._settled), self._end_time(self._end)

    @property
    def _end(self) -> int:
        return self._first + len(self._pcm) // BYTES_PER_SAMPLE

    def _drop(self, before: int) -> None:
        if before > self._first:
            del self._pcm[: (before - self._first) * BYTES_PER_SAMPLE]
            self._first = before

    def _time(self, number: int) -> float:
        begun = (each for each in reversed(self._stretches) if each[0] <= number)
        first, at = next(begun, self._stretches[0])
        return at + (number - first) / SAMPLE_RATE

    def _end_time(self, number: int) -> float:
        return self._time(number - 1) + 1 / SAMPLE_RATE
