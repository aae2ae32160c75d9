"""From what a room tells of its tracks to the signals of `unpublished`."""

import math

from app.alerts.machine import UNBROKEN
from app.types import AlertKind, AlertRule, Label, Signal, Track

TRAILS = 2.0
"""Seconds for which media that were under way may still come."""
SURELY = 1.0
"""Seconds beyond the rule's own after which an episode has ended."""
LABELS = {
    Track.VIDEO: Label.CAMERA_UNPUBLISHED,
    Track.AUDIO: Label.MICROPHONE_UNPUBLISHED,
}


class Unpublished:
    """One session's. All times are seconds on its clock."""

    def __init__(self, rule: AlertRule) -> None:
        self._over_after = rule.clear_after + SURELY
        self._since: dict[Track, float] = {}
        """Tracks that are not published, and since when."""
        self._again: dict[Track, float] = {}
        """Those of them whose media came again, and since when."""
        self._newest: dict[Track, float] = {}
        """Each track's newest media."""
        self._told: dict[Track, float] = {}
        """The newest signal: none goes back behind it."""

    def tell(self, track: Track, at: float, since: float) -> Signal | None:
        """The room says so at `at`; None: that is known already, or media came since."""
        if self._newest.get(track, -math.inf) > since + TRAILS:
            return None
        if track in self._since and track not in self._again:
            return None
        self._since[track] = since
        self._again.pop(track, None)
        return self._signal(track, at, since=since)

    def came(self, track: Track, at: float) -> Signal | None:
        """Media of this time; None: the track is published."""
        unbroken = at - self._newest.get(track, -math.inf) <= UNBROKEN
        self._newest[track] = at
        since = self._since.get(track)
        if since is None or at <= since + TRAILS:
            return None
        if track not in self._again or not unbroken:
            self._again[track] = at
        if at - self._again[track] > self._over_after:
            del self._since[track], self._again[track]
        return self._signal(track, at, lasts=False)

    def wait(self, track: Track, at: float) -> Signal | None:
        """Now and then; None: the track is published, or its media come again."""
        if track not in self._since or track in self._again:
            return None
        return self._signal(track, at)

    def _signal(
        self, track: Track, at: float, *, lasts: bool = True, since: float | None = None
    ) -> Signal:
        self._told[track] = at = max(at, self._told.get(track, at))
        return Signal(
            kind=AlertKind.UNPUBLISHED,
            at=at,
            entered=lasts,
            remains=lasts,
            label=LABELS[track],
            since=since,
            track=track,
        )
