"""From all that speaks for or against a living person to one number, and to the signals of `spoof`.

There are three ways to fake one: a screen or print before the camera, a flat sheet that is moved,
and pictures that come from no camera at all. Each cue adds to the logarithm of the odds of the ways
that it concerns, at most what it is worth by itself: what is measured of the picture says much,
what merely did not happen says little. A picture that looks real says nothing about a feed, since a
recording looks real too. The likeliest way decides. The result is a suspicion with its reasons,
never a verdict.
"""

import math
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from statistics import median_high

from app.types import AlertKind, AlertRule, Label, Severity, Signal

BEFORE = math.log(0.8 / 0.2)
"""The odds of a living person before anything is known: 0.8."""
NETWORK_AGAINST, NETWORK_FOR = 4.0, 1.0
"""What the networks can say: the logarithm of their own odds, up to this. They may miss a good
screen, so that what they say for a person does not outweigh a rim that is plainly seen."""
BEZEL_MOST = 2.5
"""A rim about the face, by itself, is a reason to look: liveness falls to 0.25."""
FLAT_MOST = 2.5
LOOP_MOST = 3.5
CHALLENGE_PASSED = 2.0
CHALLENGE_FAILED = 1.0
"""Somebody may have overlooked it: by itself it raises nothing."""
NO_BLINK = 0.7
REGULAR = 0.3
CHANGED = 0.3
"""Hints: none of the three raises anything by itself, nor do all together."""
NAMED = 0.3
"""What a cue must take from the odds to be named."""


class Suspicion(StrEnum):
    """How much speaks against a living person."""

    NONE = "none"
    WEAK = "weak"
    MODERATE = "moderate"
    STRONG = "strong"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cues:
    """What is known at one look. None: not measured, or it says nothing at present."""

    network: float | None = None
    """0 to 1: how probable a living person is to the networks."""
    bezel: float | None = None
    """0 to 1: how much lines about the face resemble a rim."""
    flatness: float | None = None
    """0 to 1: how surely the face is flat."""
    loop: float | None = None
    """0 to 1: how surely the pictures repeat."""
    without_blink: bool = False
    """For a minute in which the eyes were seen."""
    regular: bool = False
    """The pictures' times are too regular for a camera."""
    changed: bool = False
    """The source changed of late."""
    challenge_passed: bool | None = None
    """The newest one of late."""

    def likeliest(self) -> dict[str, float]:
        """What each cue adds to the logarithm of the odds, for the way that is likeliest.

        Negative: against a person; cues that say nothing are left out.
        """
        network = 0.0
        if self.network is not None:
            odds = math.log((self.network + 1e-9) / (1 - self.network + 1e-9))
            network = min(max(odds, -NETWORK_AGAINST), NETWORK_FOR)
        passed = {True: CHALLENGE_PASSED, False: -CHALLENGE_FAILED, None: 0.0}
        always = {
            "no_blink": -NO_BLINK * self.without_blink,
            "challenge": passed[self.challenge_passed],
        }
        shown = {"network": network, "bezel": -BEZEL_MOST * (self.bezel or 0.0)}
        flat = {"network": max(network, 0.0), "flatness": -FLAT_MOST * (self.flatness or 0.0)}
        fed = {
            "loop": -LOOP_MOST * (self.loop or 0.0),
            "regular_times": -REGULAR * self.regular,
            "changed_source": -CHANGED * self.changed,
        }
        speaking = [way for way in (shown, flat, fed) if any(way.values())]
        way = min(speaking, key=lambda way: sum(way.values()), default={})
        return {name: weight for name, weight in (way | always).items() if weight}


@dataclass(frozen=True, slots=True, kw_only=True)
class Liveness:
    """How probable a living person before a camera is, by all cues together."""

    at: float
    """Seconds on the session's clock."""
    fraction: float
    """0 to 1: the median of the last looks; of two in the middle the better."""
    confidence: float
    """0 to 1: how much is known, and how far it agrees."""
    suspicion: Suspicion
    against: tuple[str, ...]
    """The cues that speak against a person, the weightiest first."""
    numbers: Mapping[str, float]
    """What the cues of the newest look were made of; the unit ends each name."""


class LivenessJudge:
    """Follows the cues of one session."""

    def __init__(self, rule: AlertRule) -> None:
        self.newest: Liveness | None = None
        self._limit = rule.limits["liveness_fraction"]
        self._leaves = self._limit + rule.limits["hysteresis_fraction"]
        self._span = rule.limits["median_seconds"]
        self._looks: deque[tuple[float, float]] = deque()

    def forget(self) -> None:
        """Nothing is known any more."""
        self._looks.clear()
        self.newest = None

    def update(self, at: float, cues: Cues, numbers: Mapping[str, float]) -> Signal | None:
        """One look; `numbers` are what the cues were made of. None: its time went backwards."""
        looks = self._looks
        if looks and at < looks[-1][0]:
            return None
        weights = cues.likeliest()
        looks.append((at, 1 / (1 + math.exp(-BEFORE - sum(weights.values())))))
        while looks[0][0] < at - self._span:
            looks.popleft()
        fraction = median_high(share for _, share in looks)
        confidence = _confidence(weights)
        suspicion = self._suspicion(fraction, confidence)
        against = sorted(
            (name for name in weights if weights[name] <= -NAMED), key=lambda name: weights[name]
        )
        self.newest = Liveness(
            at=at,
            fraction=fraction,
            confidence=confidence,
            suspicion=suspicion,
            against=tuple(against),
            numbers=numbers,
        )
        return Signal(
            kind=AlertKind.SPOOF,
            at=at,
            entered=fraction < self._limit,
            remains=fraction < self._leaves,
            label=Label.SPOOF,
            confidence=confidence,
            evidence={
                "liveness_fraction": fraction,
                "limit_liveness_fraction": self._limit,
                **numbers,
                "cues": ", ".join(against),
                "suspicion": suspicion.value,
            },
            severity=None if suspicion is Suspicion.STRONG else Severity.WARNING,
        )

    def _suspicion(self, fraction: float, confidence: float) -> Suspicion:
        if fraction >= self._leaves:
            return Suspicion.NONE
        if fraction >= self._limit:
            return Suspicion.WEAK
        return Suspicion.STRONG if fraction < 0.2 and confidence >= 0.8 else Suspicion.MODERATE


def _confidence(weights: Mapping[str, float]) -> float:
    """Of nothing 0; much that agrees comes near 1, much that does not stays low."""
    all_of_it = sum(abs(weight) for weight in weights.values())
    if not all_of_it:
        return 0.0
    agreement = abs(sum(weights.values())) / all_of_it
    return (1 - math.exp(-all_of_it / 2)) * agreement
