"""All rules of one session at work: from signals to the two ends of each episode."""

import math
from collections.abc import Callable, Iterable, Mapping

from app.alerts.machine import Machine, Transition
from app.types import Alert, AlertKind, AlertRule, AlertState, Edge, Signal


class AlertEngine:
    """One session's episodes."""

    def __init__(self, rules: Mapping[AlertKind, AlertRule], new_id: Callable[[], str]) -> None:
        """`new_id` names each episode; disabled rules are left out."""
        self._kinds = tuple(rules)
        self._machines = {kind: Machine(rule) for kind, rule in rules.items() if rule.enabled}
        self._new_id = new_id
        self._open: dict[AlertKind, Alert] = {}
        self._announced_at: dict[AlertKind, float] = {}

    @property
    def states(self) -> Mapping[AlertKind, AlertState]:
        """Where each rule stands; a disabled one is inactive."""
        states = dict.fromkeys(self._kinds, AlertState.INACTIVE)
        return states | {kind: machine.state for kind, machine in self._machines.items()}

    def update(self, signals: Iterable[Signal]) -> list[Alert]:
        """The starts and ends that these signals bring about, in their order."""
        alerts = []
        for signal in signals:
            machine = self._machines.get(signal.kind)
            transition = None if machine is None else machine.update(signal)
            if machine is not None and transition is not None:
                alerts.append(self._alert(machine.rule, transition))
        return alerts

    def close(self, now: float, reason: str) -> list[Alert]:
        """Ends every open episode, forgets the pending ones; `reason` becomes evidence."""
        alerts = []
        for machine in self._machines.values():
            transition = machine.close(now)
            if transition is not None:
                alerts.append(self._alert(machine.rule, transition, {"closed_by": reason}))
        return alerts

    def _alert(
        self, rule: AlertRule, transition: Transition, more: Mapping[str, str] | None = None
    ) -> Alert:
        started = transition.edge is Edge.STARTED
        alert = Alert(
            id=self._new_id() if started else self._open.pop(rule.kind).id,
            kind=rule.kind,
            edge=transition.edge,
            label=transition.label,
            severity=rule.severity,
            at=transition.at,
            started_at=transition.started_at,
            ended_at=transition.ended_at,
            confidence=transition.confidence,
            evidence={**transition.evidence, **(more or {})},
            rule=rule.name,
            announced=started and self._announces(rule, transition.at),
        )
        if started:
            self._open[rule.kind] = alert
        return alert

    def _announces(self, rule: AlertRule, at: float) -> bool:
        silent = at - self._announced_at.get(rule.kind, -math.inf) < rule.cooldown
        if silent or not rule.announced:
            return False
        self._announced_at[rule.kind] = at
        return True
