"""How many pictures come per second."""

from collections import deque

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
        while len(self._times) > 2 and self._times[0] < at - WINDOW:
            self._times.popleft()

    def hertz(self, now: float) -> float | None:
        """None: too early to tell."""
        times = self._times
        if self._began is None or now - self._began < ENOUGH:
            return None
        waited = now - (times[-1] if times else self._began)
        rates = [LATE / waited] if waited > 0 else []
        if times and times[-1] > times[0]:
            rates.append((len(times) - 1) / (times[-1] - times[0]))
        return min(rates, default=None)
