"""How often something may be sent at most."""

import math


class Pace:
    """Turns that are some seconds apart on average, at least.

    One that was taken late does not delay the next by more than half a turn: what comes at about
    this pace, now a little early and now a little late, never waits for long and none is lost.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._due = -math.inf

    def wait(self, now: float) -> float:
        """A turn was taken now; seconds until the next may be taken."""
        self._due = max(self._due, now - self._seconds / 2) + self._seconds
        return max(0.0, self._due - now)
