"""What became of every frame and every sample: the numbers add up at any moment."""

from collections import Counter
from dataclasses import dataclass, field


@dataclass(slots=True)
class FrameCounters:
    """received = analysed + not_due + superseded + stale + failed + invalid + waiting + in work."""

    received: int = 0
    analysed: int = 0
    not_due: int = 0
    """Between two turns of the cadence, or while the session was paused."""
    superseded: int = 0
    """Displaced by a newer frame before capacity was free."""
    stale: int = 0
    """Too old when capacity was free."""
    failed: int = 0
    """The analysis itself failed; the log says why."""
    invalid: Counter[str] = field(default_factory=Counter)
    """By reason."""


@dataclass(slots=True)
class SampleCounters:
    """received = analysed + gapped + buffered, in samples of 16 kHz mono."""

    received: int = 0
    analysed: int = 0
    gapped: int = 0
    """Never heard: there was no room for long, the session was paused, or hearing failed."""
    invalid: Counter[str] = field(default_factory=Counter)
    """Messages, by reason."""
