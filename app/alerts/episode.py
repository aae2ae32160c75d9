"""What is known of one episode, from its first signal on."""

from collections import deque
from collections.abc import Iterable, Mapping
from statistics import median_high

from app.types import Label, Signal

KEPT = 300
"""Signals per label whose evidence is remembered, the newest: a hold may last an hour."""


class Episode:
    """Adds up the signals of one episode, pending or open."""

    def __init__(self, signal: Signal, started_at: float) -> None:
        self.started_at = started_at
        """Seconds on the session's clock."""
        self.held = signal.at - started_at
        """Seconds in which the condition was seen to last."""
        self.good_since: float | None = None
        """When the present good stretch began, in seconds on the session's clock."""
        self.good = 0.0
        """Seconds that it was seen to last."""
        self._measured = self.held
        self._seconds = {signal.label: self.held}
        self._evidence: dict[Label, deque[Mapping[str, float | str]]] = {}
        self._confidence = 0.0
        self._signals = 0
        self._peak: dict[str, float] = {}
        self._words: dict[str, str] = {}
        self._keep(signal)

    def add(self, previous: Signal, signal: Signal, seconds: float) -> None:
        """Takes in a signal and the measured seconds since the previous one.

        Where the condition held at one end of them only, it is taken to have held for half.
        """
        self._measured += seconds
        half = seconds / 2
        if previous.remains:
            self._seconds[previous.label] = self._seconds.get(previous.label, 0.0) + half
            self.held += half
        if signal.remains:
            self._seconds[signal.label] = self._seconds.get(signal.label, 0.0) + half
            self.held += half
            self.good_since = None
            self._keep(signal)
        elif self.good_since is None:
            self.good_since, self.good = signal.at, 0.0
        else:
            self.good += seconds

    def label(self) -> Label:
        """Which prevailed, by time."""
        return max(self._seconds, key=lambda label: self._seconds[label])

    def confidence(self) -> float:
        """The signals' mean, times the share of the time in which the condition held; 0 to 1."""
        share = self.held / self._measured if self._measured else 1.0
        return round(min(max(self._confidence / self._signals * share, 0.0), 1.0), 3)

    def evidence(self) -> dict[str, float | str]:
        """The median of each number over the prevailing label's signals; the newest words."""
        kept = self._evidence[self.label()]
        return {
            name: value if isinstance(value, str) else round(median_high(_numbers(kept, name)), 2)
            for name, value in kept[-1].items()
        }

    def summary(self, ended_at: float) -> dict[str, float | str]:
        """How long it lasted, how long of that was seen, each number's extreme, newest words."""
        return {
            "duration_seconds": round(ended_at - self.started_at, 2),
            "observed_seconds": round(self.held, 2),
            **{f"peak_{name}": round(value, 2) for name, value in self._peak.items()},
            **self._words,
        }

    def _keep(self, signal: Signal) -> None:
        self._signals += 1
        self._confidence += signal.confidence
        self._evidence.setdefault(signal.label, deque(maxlen=KEPT)).append(signal.evidence)
        self._words = {name: w for name, w in signal.evidence.items() if isinstance(w, str)}
        for name, value in signal.evidence.items():
            if isinstance(value, str) or name.startswith("limit_"):
                continue
            if abs(value) >= abs(self._peak.get(name, 0.0)):
                self._peak[name] = value


def _numbers(kept: Iterable[Mapping[str, float | str]], name: str) -> list[float]:
    values = (each.get(name) for each in kept)
    return [value for value in values if value is not None and not isinstance(value, str)]
