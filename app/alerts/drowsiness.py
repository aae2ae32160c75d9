"""Eyes that are closed for too large a share of a minute."""

from app.types import AlertKind, AlertRule, Label, Signal


class Drowsiness:
    """The limit of PERCLOS."""

    def __init__(self, rule: AlertRule) -> None:
        self.enabled = rule.enabled
        """Whether anybody asks."""
        self._limit = rule.limits["perclos_fraction"]
        self._leaves = self._limit - rule.limits["hysteresis_fraction"]

    def signal(self, at: float, perclos: float) -> Signal:
        """Of a share from 0 to 1."""
        return Signal(
            kind=AlertKind.DROWSY,
            at=at,
            entered=perclos > self._limit,
            remains=perclos > self._leaves,
            label=Label.DROWSY,
            evidence={"perclos_fraction": perclos, "limit_fraction": self._limit},
        )
