"""From sound that was lost to the signals of `audio_gap`."""

from app.alerts.machine import UNBROKEN
from app.types import AlertKind, AlertRule, Label, Signal, Track

SURELY = 1.0
"""Seconds beyond the rule's own after which an episode has ended."""


class Gaps:
    """One session's."""

    def __init__(self, rule: AlertRule) -> None:
        self._over_after = rule.clear_after + SURELY
        self._seconds = 0.0
        """Lost within the present episode."""
        self._end = 0.0
        self._told = 0.0
        """The newest signal: none goes back behind it."""
        self._heard = 0.0
        self._heard_since = 0.0
        """Since when sound was heard without a break."""

    def lost(self, at: float, seconds: float) -> Signal:
        """Sound from `at` on, seconds on the session's clock, will never be heard."""
        self._seconds += seconds
        self._end = at + seconds
        return self._signal(at, lost=True)

    def missing(self, at: float, since: float, seconds: float) -> Signal:
        """Before the sound of `at`, its sender lost so many seconds, from `since` on."""
        self._seconds += seconds
        self._end = at
        return self._signal(at, lost=True, since=since)

    def heard(self, at: float) -> Signal | None:
        """Sound of this time was heard; None: nothing was lost of late, or this came before it."""
        if not self._seconds or at < self._end:
            return None
        if self._heard < self._end or at - self._heard > UNBROKEN:
            self._heard_since = at
        self._heard = at
        signal = self._signal(at, lost=False)
        if at - self._heard_since > self._over_after:
            self._seconds = 0.0
        return signal

    def _signal(self, at: float, *, lost: bool, since: float | None = None) -> Signal:
        self._told = max(at, self._told)
        return Signal(
            kind=AlertKind.AUDIO_GAP,
            at=self._told,
            entered=lost,
            remains=lost,
            label=Label.AUDIO_GAP,
            since=at if since is None else since,
            evidence={"lost_seconds": self._seconds},
            track=Track.AUDIO,
        )
