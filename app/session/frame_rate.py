"""How many pictures come per second.

One long gap is a silence: it is told while it lasts, and does not count against what comes then.
"""

import math
from collections import deque
from itertools import pairwise

WINDOW = 5.0
"""Seconds that are counted; longer where pictures are rarer than that."""
KEPT = 150
"""Times that are remembered: of a fast camera they span less than the window."""
ENOUGH = 3.0
"""Seconds from the first picture on in which the rate is not known."""
ANEW, FEW = 0.5, 10
"""Seconds after which the mean of more pictures than a few is taken anew."""
LATE = 2.0
"""While none comes the rate falls to so many pictures in the time waited: one may be late."""


class FrameRate:
    """A sliding mean of one session's pictures, as they arrive."""

    def __init__(self) -> None:
        self._times: deque[float] = deque(maxlen=KEPT)
        self._began: float | None = None
        self._mean: float | None = None
        self._taken = -math.inf

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
        if len(times) <= FEW or now - self._taken >= ANEW:
            self._mean, self._taken = self._without_longest_gap(), now
        rates = [] if self._mean is None else [self._mean]
        if waited > 0:
            rates.append(LATE / waited)
        return min(rates, default=None)

    def _without_longest_gap(self) -> float | None:
        times = self._times
        if len(times) < 3:
            return None
        longest = max(later - earlier for earlier, later in pairwise(times))
        others = times[-1] - times[0] - longest
        return (len(times) - 2) / others if others > 0 else None
