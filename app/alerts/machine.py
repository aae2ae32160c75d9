"""One rule at work: inactive, pending, firing."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from app.alerts.episode import Episode
from app.types import AlertRule, AlertState, Edge, Label, Severity, Signal

UNBROKEN = 1.5
"""Seconds between two signals that count as measured; in longer gaps nothing was seen."""
RHYTHM = 1.5
"""Times the usual distance between signals: longer gaps count too where looks are rare."""
ADAPTS = 0.2
"""The newest distance's weight in the usual one."""
GIVEN_UP = 10.0
"""Seconds without a signal that end a hold."""
EPSILON = 1e-6
"""Seconds: what adding up floating numbers may lose."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition:
    """An episode's start or end."""

    edge: Edge
    label: Label
    at: float
    """Seconds on the session's clock, when it was found."""
    started_at: float
    """Seconds on the session's clock."""
    ended_at: float | None
    """Seconds on the session's clock; None at the start."""
    confidence: float
    """0 to 1; that of the start."""
    evidence: Mapping[str, float | str]
    """At the start medians over the hold; at the end durations and extremes."""
    severity: Severity
    """That of the start."""


class Machine:
    """Follows the signals of one kind.

    Only measured time counts: while no signal comes, the hold and the good stretch stand still.
    A good stretch shorter than `clear_after` ends neither the hold nor the episode; what is good
    within the hold prolongs it and lowers the confidence.
    """

    def __init__(self, rule: AlertRule) -> None:
        self.rule = rule
        self._previous: Signal | None = None
        self._usual = 0.0
        self._episode: Episode | None = None
        self._started: Transition | None = None
        self._ended_at = -math.inf

    @property
    def state(self) -> AlertState:
        """Where it stands."""
        if self._started is not None:
            return AlertState.FIRING
        return AlertState.INACTIVE if self._episode is None else AlertState.PENDING

    def update(self, signal: Signal) -> Transition | None:
        """Takes in the next signal; one whose time went backwards is ignored."""
        previous = self._previous
        passed = signal.at - (-math.inf if previous is None else previous.at)
        if not passed >= 0.0:
            return None
        self._previous = signal
        if passed > GIVEN_UP and self._started is None:
            self._episode = None
        measured = self._measured(passed)
        if previous is None or self._episode is None:
            if signal.entered:
                self._begin(signal)
        else:
            self._episode.add(previous, signal, measured)
        return self._decide(signal)

    def close(self, now: float) -> Transition | None:
        """Forgets what is pending; ends what is open at its last signal, or where it was good."""
        episode, previous = self._episode, self._previous
        if episode is None or previous is None:
            return None
        good_since = episode.good_since
        return self._end(max(now, previous.at), previous.at if good_since is None else good_since)

    def _measured(self, passed: float) -> float:
        if passed > GIVEN_UP:
            return 0.0
        longest = max(UNBROKEN, RHYTHM * self._usual)
        self._usual += ADAPTS * (passed - self._usual)
        return passed if passed <= longest else 0.0

    def _decide(self, signal: Signal) -> Transition | None:
        episode = self._episode
        if episode is None:
            return None
        if episode.good_since is not None:
            over = episode.good + EPSILON >= self.rule.clear_after
            return self._end(signal.at, episode.good_since) if over else None
        held = episode.held + EPSILON >= self.rule.hold
        return self._start(episode, signal) if held and self._started is None else None

    def _begin(self, signal: Signal) -> None:
        since = signal.at if signal.since is None else signal.since
        self._episode = Episode(signal, min(signal.at, max(since, self._ended_at)))

    def _start(self, episode: Episode, signal: Signal) -> Transition:
        self._started = Transition(
            edge=Edge.STARTED,
            label=episode.label(),
            at=signal.at,
            started_at=episode.started_at,
            ended_at=None,
            confidence=episode.confidence(),
            evidence=episode.evidence(),
            severity=signal.severity or self.rule.severity,
        )
        return self._started

    def _end(self, at: float, ended_at: float) -> Transition | None:
        episode, started = self._episode, self._started
        self._episode = self._started = None
        if episode is None or started is None:
            return None
        self._ended_at = ended_at
        return Transition(
            edge=Edge.ENDED,
            label=started.label,
            at=at,
            started_at=started.started_at,
            ended_at=ended_at,
            confidence=started.confidence,
            evidence=episode.summary(ended_at),
            severity=started.severity,
        )
