"""Which frames are due."""

from dataclasses import dataclass

FRAMES_PER_SECOND = 30
"""The rate at which "every n-th frame" and "every n/30 seconds" are the same."""
EARLY = 0.25 / FRAMES_PER_SECOND
"""Seconds that a frame may come too soon: cameras jitter."""


class Cadence:
    """Due after n received frames or n/30 seconds, whichever comes first; the first one is.

    A late turn does not delay the ones after it by more than half a turn: cameras that are slow or
    jitter keep the rate.
    """

    def __init__(self, every: int, *, phase: float = 0.0) -> None:
        """`phase`, 0 to 1, delays the second turn by that share of a turn, to spread sessions."""
        self._every = every
        self._seconds = every / FRAMES_PER_SECOND
        self._received = every
        self._next = float("inf")
        self._phase = phase

    def due(self, at: float) -> bool:
        """Count one received frame of this time; whether it is due."""
        self._received += 1
        if self._received < self._every and at < self._next - EARLY:
            return False
        delay, self._phase = self._phase, 0.0
        self._received = -round(delay * self._every)
        on_time = min(max(self._next, at - self._seconds / 2), at)
        self._next = on_time + (1 + delay) * self._seconds
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Cadences:
    """How often what is looked at."""

    face_every: int
    """Every n-th frame, or n/30 seconds."""
    count_every: int
    """Every n-th frame, or n/30 seconds."""
    liveness_every: int
    """Every n-th frame, or n/30 seconds."""
    objects_every: int
    """Every n-th frame, or n/30 seconds."""
    stale_after: float
    """Seconds after which a waiting frame is skipped."""
