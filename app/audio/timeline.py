"""Sound by its time: the last seconds of a stream, silent where nothing came."""

import numpy as np
from numpy.typing import NDArray

from app.audio.ring import SAMPLE_RATE


class Timeline:
    """Bounded; what is too old is forgotten, what comes too late for it is dropped."""

    def __init__(self, seconds: float) -> None:
        self._held = np.zeros(round(seconds * SAMPLE_RATE), np.int16)
        self.end = 0
        """Samples of the session's clock, after the newest that came."""
        self.loud_until = -len(self._held)
        """After the newest that was not silence in numbers."""

    def write(self, at: float, samples: NDArray[np.int16]) -> None:
        """Samples whose first is of this time, in seconds on the session's clock."""
        size, first = len(self._held), round(at * SAMPLE_RATE)
        last = first + len(samples)
        if last > self.end:
            self._put(max(self.end, last - size), np.zeros(min(last - self.end, size), np.int16))
            self.end = last
        kept = samples[max(0, self.end - size - first) :]
        if len(kept):
            self._put(last - len(kept), kept)
        loud = np.flatnonzero(np.abs(kept) > 2)
        if len(loud):
            self.loud_until = max(self.loud_until, last - len(kept) + int(loud[-1]) + 1)

    def read(self, first: int, last: int) -> NDArray[np.float32]:
        """Samples of these numbers, -1 to 1; silence beyond what is held."""
        size = len(self._held)
        inside = np.arange(max(first, self.end - size), min(last, self.end))
        out = np.zeros(last - first, np.float32)
        if len(inside):
            out[inside[0] - first : inside[-1] + 1 - first] = self._held[inside % size] / 32768
        return out

    def _put(self, first: int, samples: NDArray[np.int16]) -> None:
        self._held[np.arange(first, first + len(samples)) % len(self._held)] = samples
