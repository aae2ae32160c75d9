"""Looks for objects in a whole picture, about one per second: two of the last three decide."""

import math
from collections import deque
from collections.abc import Sequence

from app.types import AlertKind, Label, Signal

OF_LAST = 3
ENOUGH = 2
FORGOTTEN = 10.0
"""Seconds between two looks after which the earlier ones say nothing about now."""


class Looks:
    """The last looks for the objects of one rule."""

    def __init__(self, kind: AlertKind, label: Label, *, too_many: int, counts: str) -> None:
        """`too_many`: the number of objects that enters; `counts`: the evidence's name for it."""
        self._kind = kind
        self._label = label
        self._too_many = too_many
        self._counts = counts
        self._last: deque[tuple[float, float, int] | None] = deque(maxlen=OF_LAST)
        self._at = -math.inf

    def signal(self, at: float, confidences: Sequence[float]) -> Signal:
        """After one more look, which found objects of these confidences (0 to 1)."""
        if at - self._at > FORGOTTEN:
            self._last.clear()
        self._at = at
        count = len(confidences)
        if count < self._too_many:
            self._last.append(None)
        else:
            deciding = sorted(confidences, reverse=True)[self._too_many - 1]
            self._last.append((at, deciding, count))
        positive = [look for look in self._last if look is not None]
        if len(positive) < ENOUGH:
            return Signal(kind=self._kind, at=at, entered=False, remains=False, label=self._label)
        return Signal(
            kind=self._kind,
            at=at,
            entered=True,
            remains=True,
            label=self._label,
            since=positive[0][0],
            confidence=sum(confidence for _, confidence, _ in positive) / len(positive),
            evidence={self._counts: max(count for _, _, count in positive)},
        )
