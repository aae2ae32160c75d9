"""How much sound comes, by the machine's own clock."""

from collections import deque

OVER = 5.0
"""Seconds that are looked back upon."""


class SoundRate:
    """One track's."""

    def __init__(self) -> None:
        self._since: float | None = None
        self._came: deque[tuple[float, float]] = deque()

    def expect(self, now: float) -> None:
        """From now on, if not before, sound should come."""
        if self._since is None:
            self._since = now

    def arrived(self, now: float, seconds: float) -> None:
        """So much sound came."""
        self.expect(now)
        self._came.append((now, seconds))
        self._forget(now)

    def per_second(self, now: float) -> float | None:
        """Seconds of sound in each second of late; None: too little time has passed to tell."""
        if self._since is None or now - self._since < OVER:
            return None
        self._forget(now)
        return sum(seconds for _, seconds in self._came) / OVER

    def _forget(self, now: float) -> None:
        while self._came and self._came[0][0] <= now - OVER:
            self._came.popleft()
