"""How long to wait before a connection is tried again."""

import random
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Retry:
    """Waits that grow, each shortened by chance, so that many clients do not come back at once."""

    first: float = 0.25
    """Seconds, above 0."""
    factor: float = 2.0
    """By which each wait is longer than the one before; 1 or more."""
    most: float = 5.0
    """Seconds that no wait exceeds."""
    jitter: float = 0.5
    """Share of a wait that chance may take away, 0 to 1."""

    def __post_init__(self) -> None:
        if not (0 < self.first <= self.most and self.factor >= 1 and 0 <= self.jitter <= 1):
            raise ValueError("a retry needs 0 < first <= most, factor >= 1 and jitter from 0 to 1")

    def waits(self) -> Iterator[float]:
        """Seconds before the first try, the second, and so on, for ever."""
        wait = self.first
        while True:
            yield wait * (1 - self.jitter * random.random())
            wait = min(self.most, wait * self.factor)
