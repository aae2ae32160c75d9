"""From what is odd about a feed to the signals of `feed_loop`, `feed_timing` and `feed_change`.

None of them says who is before the camera, or that nobody is.
"""

from collections.abc import Mapping

from app.types import AlertKind, AlertRule, Label, Signal

HINTS = {True: 0.2, False: 0.4}
"""How sure times that are too regular make: those that the sender gave, those of arrival."""
FACTS = {Label.SIZE_CHANGED: 1.0, Label.NOISE_CHANGED: 0.5}
"""How sure it is that something changed other than the light and the scene."""


class FeedSignals:
    """One session's rules; times are seconds on its clock."""

    def __init__(self, rules: Mapping[AlertKind, AlertRule]) -> None:
        self._matched = rules[AlertKind.FEED_LOOP].limits["matched_seconds"]
        self._regular = rules[AlertKind.FEED_TIMING].limits["regular_seconds"]

    def no_loop(self, at: float) -> Signal:
        """What moved could be judged, and did not repeat."""
        return _signal(AlertKind.FEED_LOOP, Label.PICTURES_REPEAT, at, entered=False)

    def loop(
        self,
        at: float,
        confidence: float,
        matched_seconds: float,
        evidence: Mapping[str, float | str],
    ) -> Signal:
        """Pictures repeat; `evidence`: in which numbers, and whether the person does."""
        return Signal(
            kind=AlertKind.FEED_LOOP,
            at=at,
            entered=matched_seconds >= self._matched,
            remains=matched_seconds >= self._matched,
            label=Label.PICTURES_REPEAT,
            since=at - matched_seconds,
            confidence=confidence,
            evidence={
                **evidence,
                "matched_seconds": matched_seconds,
                "limit_matched_seconds": self._matched,
            },
        )

    def no_regularity(self, at: float, judged_seconds: float) -> Signal | None:
        """Times jitter; None: too few came to say so."""
        if judged_seconds < self._regular:
            return None
        return _signal(AlertKind.FEED_TIMING, Label.TIMES_TOO_REGULAR, at, entered=False)

    def regularity(
        self, at: float, seconds: float, evidence: Mapping[str, float], *, by_source: bool
    ) -> Signal | None:
        """Times do not jitter; None: for too short a time to say so."""
        if seconds < self._regular:
            return None
        return Signal(
            kind=AlertKind.FEED_TIMING,
            at=at,
            entered=True,
            remains=True,
            label=Label.TIMES_TOO_REGULAR,
            since=at - seconds,
            confidence=HINTS[by_source],
            evidence={
                **evidence,
                "regular_seconds": seconds,
                "limit_regular_seconds": self._regular,
                "times": "by source" if by_source else "by arrival",
            },
        )

    def no_change(self, at: float) -> Signal:
        """Nothing changed at once; also ends the episode of what did."""
        return _signal(AlertKind.FEED_CHANGE, Label.SIZE_CHANGED, at, entered=False)

    def change(
        self, at: float, since: float, label: Label, evidence: Mapping[str, float | str]
    ) -> Signal:
        """Something changed at once; the episode lasts from then to now."""
        return Signal(
            kind=AlertKind.FEED_CHANGE,
            at=at,
            entered=True,
            remains=True,
            label=label,
            since=since,
            confidence=FACTS[label],
            evidence=evidence,
        )


def _signal(kind: AlertKind, label: Label, at: float, *, entered: bool) -> Signal:
    return Signal(kind=kind, at=at, entered=entered, remains=entered, label=label)
