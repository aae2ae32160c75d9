"""All rules of one session at work: from signals to the two ends of each episode."""

import math
from collections.abc import Callable, Iterable, Mapping

from app.alerts.machine import Machine, Transition
from app.types import Alert, AlertKind, AlertRule, AlertState, Edge, Signal, Track

Evidence = Mapping[str, float | str]
ORDER = (AlertState.INACTIVE, AlertState.PENDING, AlertState.FIRING)


class AlertEngine:
    """One session's episodes."""

    def __init__(self, rules: Mapping[AlertKind, AlertRule], new_id: Callable[[], str]) -> None:
        """`new_id` names each episode; disabled rules are left out."""
        self._rules = rules
        self._machines: dict[tuple[AlertKind, Track], Machine] = {}
        self._new_id = new_id
        self._open: dict[Machine, Alert] = {}
        self._announced_at: dict[AlertKind, float] = {}

    @property
    def states(self) -> Mapping[AlertKind, AlertState]:
        """Where each rule stands; a disabled one is inactive."""
        states = dict.fromkeys(self._rules, AlertState.INACTIVE)
        for (kind, _), machine in self._machines.items():
            states[kind] = max(states[kind], machine.state, key=ORDER.index)
        return states

    @property
    def open(self) -> list[Alert]:
        """The starts of episodes that last, the oldest first."""
        return sorted(self._open.values(), key=lambda alert: alert.started_at)

    def update(self, signals: Iterable[Signal]) -> list[Alert]:
        """The starts and ends that these signals bring about, in their order."""
        alerts = []
        for signal in signals:
            if not self._rules[signal.kind].enabled:
                continue
            machine = self._machine(signal)
            transition = machine.update(signal)
            if transition is not None:
                alerts.append(self._alert(machine, transition))
        return alerts

    def end(self, signal: Signal, evidence: Evidence) -> list[Alert]:
        """Ends an open episode with its last signal; the end tells this evidence as it is.

        For what is over because its outcome is known, not because a measurement became good.
        """
        alerts = self.update([signal])
        if self._rules[signal.kind].enabled:
            machine = self._machine(signal)
            if (transition := machine.close(signal.at)) is not None:
                alerts.append(self._alert(machine, transition, {**signal.evidence, **evidence}))
        return alerts

    def close(self, now: Mapping[Track, float], reason: str) -> list[Alert]:
        """Ends every open episode, forgets the pending ones; `reason` becomes evidence.

        `now`: the time of each track's newest media. No episode ends before its own last signal.
        """
        alerts = []
        for (_, track), machine in self._machines.items():
            transition = machine.close(now.get(track, -math.inf))
            if transition is not None:
                alerts.append(self._alert(machine, transition, {"closed_by": reason}))
        return alerts

    def _machine(self, signal: Signal) -> Machine:
        key = signal.kind, signal.track
        if (machine := self._machines.get(key)) is None:
            machine = self._machines[key] = Machine(self._rules[signal.kind])
        return machine

    def _alert(
        self, machine: Machine, transition: Transition, more: Evidence | None = None
    ) -> Alert:
        rule, started = machine.rule, transition.edge is Edge.STARTED
        alert = Alert(
            id=self._new_id() if started else self._open.pop(machine).id,
            kind=rule.kind,
            edge=transition.edge,
            label=transition.label,
            severity=transition.severity,
            at=transition.at,
            started_at=transition.started_at,
            ended_at=transition.ended_at,
            confidence=transition.confidence,
            evidence={**transition.evidence, **(more or {})},
            rule=rule.name,
            announced=started and self._announces(rule, transition.at),
        )
        if started:
            self._open[machine] = alert
        return alert

    def _announces(self, rule: AlertRule, at: float) -> bool:
        silent = at - self._announced_at.get(rule.kind, -math.inf) < rule.cooldown
        if silent or not rule.announced:
            return False
        self._announced_at[rule.kind] = at
        return True
