"""What a session's episodes add up to."""

from collections import Counter
from dataclasses import dataclass, field

from app.alerts.past import Past
from app.alerts.risk import Weighing
from app.types import AlertKind, Label, Severity

RANK = (Severity.INFO, Severity.WARNING, Severity.CRITICAL)


@dataclass(slots=True, kw_only=True)
class KindSum:
    """All episodes of one kind."""

    severity: Severity = Severity.INFO
    """The highest."""
    episodes: int = 0
    milliseconds: int = 0
    longest: int = 0
    """Milliseconds."""
    confidence: float = 0.0
    """Added up."""
    labels: Counter[Label] = field(default_factory=Counter)
    """How many episodes had each."""


class Sums:
    """Of all its episodes; memory does not grow with their number."""

    def __init__(self) -> None:
        self.by_kind: dict[AlertKind, KindSum] = {}
        self.by_severity: dict[Severity, int] = dict.fromkeys(reversed(RANK), 0)
        self.open = 0
        self.weighing = Weighing()

    def add(self, past: Past, until: float) -> None:
        """One more. `until`: the session's newest time, for one that is open."""
        alert, lasted = past.known, past.milliseconds(until)
        of_kind = self.by_kind.setdefault(alert.kind, KindSum())
        of_kind.severity = max(of_kind.severity, alert.severity, key=RANK.index)
        of_kind.episodes += 1
        of_kind.milliseconds += lasted
        of_kind.longest = max(of_kind.longest, lasted)
        of_kind.confidence += alert.confidence
        of_kind.labels[alert.label] += 1
        self.by_severity[alert.severity] += 1
        self.open += past.end is None
        self.weighing.add(
            alert.kind,
            alert.severity,
            confidence=alert.confidence,
            milliseconds=lasted,
            is_cut=past.is_cut,
        )

    @property
    def episodes(self) -> int:
        """Of all kinds."""
        return sum(self.by_severity.values())
