"""Numbers against limits: from what is measured of a track to `not_assessable`."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from app.types import AlertKind, AlertRule, Label, Signal, Track

LASTING = frozenset({Label.FROZEN, Label.MUTED})
"""Reasons whose number says for how many seconds they have lasted already."""


class Check(NamedTuple):
    """One number against its limit."""

    label: Label
    name: str
    """The number's, with its unit."""
    value: float
    limit: str
    """The limit's name in the rule."""
    at_most: bool = False
    """Whether the limit is the most instead of the least."""


class Checks:
    """One session's, of one track; it remembers what is wrong at present, for the hysteresis."""

    def __init__(self, rule: AlertRule, track: Track, usual: Label) -> None:
        """`usual`: the label of a signal that says that nothing is wrong."""
        self.reason: Label | None = None
        """What is wrong; None: nothing, or nothing is known."""
        self._limits = rule.limits
        self._hysteresis = rule.limits["hysteresis_percent"] / 100
        self._track = track
        self._usual = usual
        self._failing: frozenset[Label] = frozenset()

    def decide(self, at: float, checks: Sequence[Check]) -> Signal:
        """After these; the first that fails is the reason."""
        failing = [check for check in checks if self.fails(check)]
        self._failing = frozenset(check.label for check in failing)
        self.reason = failing[0].label if failing else None
        evidence: Mapping[str, float] = {}
        since = None
        if failing:
            first = failing[0]
            evidence = {first.name: first.value, "limit_" + first.name: self._limits[first.limit]}
            since = at - first.value if first.label in LASTING else None
        return Signal(
            kind=AlertKind.NOT_ASSESSABLE,
            at=at,
            entered=bool(failing),
            remains=bool(failing),
            label=self.reason or self._usual,
            since=since,
            evidence=evidence,
            track=self._track,
        )

    def fails(self, check: Check) -> bool:
        """What fails already must become better than its limit by the hysteresis."""
        limit = self._limits[check.limit]
        easier = self._hysteresis if check.label in self._failing else 0.0
        if check.at_most:
            return check.value >= limit * (1 - easier)
        return check.value < limit * (1 + easier)
