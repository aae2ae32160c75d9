"""PERCLOS: the share of a sliding minute in which the eyes are at least 80 % closed.

(Wierwille and others, 1994; NHTSA takes 0.15 and more for drowsy.) Closed is relative to the
session's own open eye, and to what the mesh still shows of a shut one.
"""

from collections import deque

SHUT = 0.10
"""Eye aspect ratio that the mesh gives a shut eye, at most."""
CLOSED_SHARE = 0.2
"""Of the way from shut to open."""
OPEN_PERCENTILE = 0.9
"""Of the session's eye aspect ratios: its open eye, however often it is closed."""
BINS, BIN = 50, 0.01
HALF_LIFE = 300.0
"""Seconds after which an eye aspect ratio counts half for the open eye."""
RESCALED = 1e6
MINUTE = 60.0
ENOUGH = 30.0
"""Measured seconds of the last minute without which there is no PERCLOS."""
UNBROKEN = 1.5
"""Seconds between two looks that count as measured."""


class OpenEye:
    """The session's own open eye, from all that was seen of it; older looks fade."""

    def __init__(self) -> None:
        self._weights = [0.0] * BINS
        self._weight = 1.0
        self._total = 0.0

    def add(self, ratio: float, seconds: float) -> None:
        """An eye aspect ratio that was seen for so long."""
        self._weight *= 2 ** (seconds / HALF_LIFE)
        added = self._weight * seconds
        self._weights[min(max(int(ratio / BIN), 0), BINS - 1)] += added
        self._total += added
        if self._weight > RESCALED:
            self._weights = [weight / self._weight for weight in self._weights]
            self._total /= self._weight
            self._weight = 1.0

    @property
    def ratio(self) -> float:
        """Its eye aspect ratio."""
        above = self._total * (1 - OPEN_PERCENTILE)
        for number in range(BINS - 1, 0, -1):
            above -= self._weights[number]
            if above < 0:
                return (number + 0.5) * BIN
        return 0.0


class Perclos:
    """Follows the lids of one session."""

    def __init__(self) -> None:
        self._open = OpenEye()
        self._last: tuple[float, bool] | None = None
        self._looks: deque[tuple[float, float, float]] = deque()
        self._measured = 0.0
        self._closed = 0.0

    def update(self, at: float, ratio: float | None) -> None:
        """One look; None: the eyes were not seen."""
        if ratio is None:
            self._last = None
            return
        last = self._last
        passed = -1.0 if last is None else at - last[0]
        if 0 < passed <= UNBROKEN:
            self._open.add(ratio, passed)
        limit = SHUT + CLOSED_SHARE * max(self._open.ratio - SHUT, 0.0)
        closed = ratio <= limit
        if last is not None and 0 < passed <= UNBROKEN:
            share = (closed + last[1]) / 2
            self._looks.append((at, passed, passed * share))
            self._measured += passed
            self._closed += passed * share
        self._last = (at, closed)

    def share(self, now: float) -> float | None:
        """Of the measured part of the last minute; None: too little of it was measured."""
        while self._looks and self._looks[0][0] <= now - MINUTE:
            _, seconds, closed = self._looks.popleft()
            self._measured -= seconds
            self._closed -= closed
        if self._measured < ENOUGH:
            return None
        return min(max(self._closed / self._measured, 0.0), 1.0)
