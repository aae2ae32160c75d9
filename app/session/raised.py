"""When the pictures that raised alerts were here, to measure how late their viewers learn it."""

from collections.abc import Sequence

from app.types import Alert, Edge

KEPT = 32
"""Alerts whose delay may still be measured, the newest."""


class Raised:
    """One session's."""

    def __init__(self) -> None:
        self._received: dict[tuple[str, Edge], float] = {}

    def note(self, alerts: Sequence[Alert], received_at: float) -> None:
        """Of these, the picture was here then, on the machine's monotonic clock."""
        for alert in alerts:
            self._received[alert.id, alert.edge] = received_at
            while len(self._received) > KEPT:
                del self._received[next(iter(self._received))]

    def take(self, alert: Alert) -> float | None:
        """When its picture was here; None: asked for already, too old, or raised by none."""
        return self._received.pop((alert.id, alert.edge), None)
