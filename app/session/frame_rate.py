"""How many pictures come per second.

One long gap is a silence: it is told while it lasts, and does not count against what comes then.
"""

from collections import deque
from itertools import pairwise

WINDOW = 5.0
"""Seconds that are counted; longer where pictures are rarer than that."""
KEPT = 150
"""Times that are remembered: of a fast camera they span less than the window."""
ENOUGH = 3.0
"""Seconds from the first picture on in which the rate is not known."""
LATE = 2.0
"""While none comes the rate falls to so many pictures in the time waited: one may be late."""


class FrameRate:
    """A sliding mean of one session's pictures, as they arrive."""

    def __init__(self) -> None:
        self._times: deque[float] = deque(maxlen=KEPT)
        self._began: float | None = None

    def expect(self, at: float) -> None:
        """From now on pictures are due."""
        if self._began is None:
            self._began = at

    def arrived(self, at: float) -> None:
        """One picture more; its time never goes back."""
        self.expect(at)
        self._times.append(at)
        while len(self._times) > 3 and self._times[0] < at - WINDOW:
            self._times.popleft()

    def hertz(self, now: float) -> float | None:
        """None: too early to tell."""
        times = self._times
        if self._began is None or now - self._began < ENOUGH:
            return None
        waited = now - (times[-1] if times else self._began)
        rates = [LATE / waited] if waited > 0 else []
        if len(times) > 2:
            longest = max(later - earlier for earlier, later in pairwise(times))
            if (others := times[-1] - times[0] - longest) > 0:
                rates.append((len(times) - 2) / others)
        return min(rates, default=None)
