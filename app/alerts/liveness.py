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

from app.alerts.rule_changes import UNKNOWN_LIVENESS
from app.types import AlertKind, AlertRule, Label, Severity, Signal

BEFORE = math.log(UNKNOWN_LIVENESS / (1 - UNKNOWN_LIVENESS))
"""The odds of a living person before anything is known."""
NETWORK_AGAINST, NETWORK_FOR = 4.0, 1.0
"""What the networks can say: the logarithm of their own odds, up to this. They may miss a good
screen, so that what they say for a person does not outweigh a rim that is plainly seen."""
BEZEL_MOST = 2.5
"""A rim about the face, by itself, is a reason to look: liveness falls to 0.25."""
FLAT_MOST = 2.5
LOOP_MOST = 3.5
CHALLENGE_PASSED = 0.7
"""A film guesses one side in two, and whoever passes may hold up a picture afterwards: it weighs
little, and nothing where the picture itself speaks against a person."""
CHALLENGE_FAILED = 1.0
NO_BLINK = 0.7
REGULAR = 0.3
CHANGED = 0.3
"""What merely did not happen, or happens to honest people too."""
HINTS_MOST = 1.2
"""All of these together: they raise nothing by themselves."""
PLAIN = 1.0
"""What a cue takes from the odds where the picture itself speaks against a person."""
NAMED = 0.2
"""What a cue must take from the odds to be named."""


class Suspicion(StrEnum):
    """How much speaks against a living person."""

    UNKNOWN = "unknown"
    """Nothing speaks for or against one."""
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
    """0 to 1: how surely lines about the face are a rim; lines that prove nothing are no cue."""
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
        shown = {"network": network, "bezel": -BEZEL_MOST * (self.bezel or 0.0)}
        flat = {"network": max(network, 0.0), "flatness": -FLAT_MOST * (self.flatness or 0.0)}
        fed = {"loop": -LOOP_MOST * (self.loop or 0.0)}
        measured = [way for way in (shown, flat, fed) if any(way.values())]
        way = min(measured, key=lambda way: sum(way.values()), default={})
        passed = self.challenge_passed is True and min(way.values(), default=0.0) > -PLAIN
        weights = way | self._hints() | {"passed": CHALLENGE_PASSED * passed}
        return {name: weight for name, weight in weights.items() if weight}

    def _hints(self) -> dict[str, float]:
        """Each less where there are many."""
        hints = {
            "no_blink": -NO_BLINK * self.without_blink,
            "challenge": -CHALLENGE_FAILED * (self.challenge_passed is False),
            "regular_times": -REGULAR * self.regular,
            "changed_source": -CHANGED * self.changed,
        }
        together = -sum(hints.values())
        less = min(1.0, HINTS_MOST / together) if together else 1.0
        return {name: weight * less for name, weight in hints.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Liveness:
    """How probable a living person before a camera is, by all cues together."""

    at: float
    """Seconds on the session's clock."""
    fraction: float
    """0 to 1: the median of the last looks; of two in the middle the better."""
    confidence: float
    """0 to 1: how much is known, and how far it agrees; 0: nothing speaks for or against."""
    suspicion: Suspicion
    against: tuple[str, ...]
    """The cues that speak against a person, the weightiest first."""
    numbers: Mapping[str, float | str]
    """What the cues were made of; the unit ends each name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Look:
    at: float
    fraction: float
    weights: Mapping[str, float]
    numbers: Mapping[str, float | str]


class LivenessJudge:
    """Follows the cues of one session."""

    def __init__(self, rule: AlertRule) -> None:
        self.newest: Liveness | None = None
        self._limit = rule.limits["liveness_fraction"]
        self._leaves = self._limit + rule.limits["hysteresis_fraction"]
        self._span = rule.limits["median_seconds"]
        self._looks: deque[_Look] = deque()

    def forget(self) -> None:
        """Nothing is known any more."""
        self._looks.clear()
        self.newest = None

    def update(self, at: float, cues: Cues, numbers: Mapping[str, float | str]) -> Signal | None:
        """One look; `numbers` are what the cues were made of. None: its time went backwards."""
        looks = self._looks
        if looks and at < looks[-1].at:
            return None
        weights = cues.likeliest()
        fraction = 1 / (1 + math.exp(-BEFORE - sum(weights.values())))
        looks.append(_Look(at=at, fraction=fraction, weights=weights, numbers=numbers))
        while looks[0].at < at - self._span:
            looks.popleft()
        middle = sorted(looks, key=lambda look: look.fraction)[len(looks) // 2]
        self.newest = judged = self._judged(at, middle)
        return Signal(
            kind=AlertKind.SPOOF,
            at=at,
            entered=judged.fraction < self._limit,
            remains=judged.fraction < self._leaves,
            label=Label.SPOOF,
            confidence=judged.confidence,
            evidence={
                "liveness_fraction": judged.fraction,
                "limit_liveness_fraction": self._limit,
                **judged.numbers,
                "cues": ", ".join(judged.against),
                "suspicion": judged.suspicion.value,
            },
            severity=None if judged.suspicion is Suspicion.STRONG else Severity.WARNING,
        )

    def _judged(self, at: float, middle: _Look) -> Liveness:
        """Reasons and numbers are those of the look in the middle, like the fraction."""
        weights, fraction = middle.weights, middle.fraction
        confidence = _confidence(weights)
        against = sorted(
            (name for name in weights if weights[name] <= -NAMED), key=lambda name: weights[name]
        )
        return Liveness(
            at=at,
            fraction=fraction,
            confidence=confidence,
            suspicion=self._suspicion(fraction, confidence),
            against=tuple(against),
            numbers=middle.numbers,
        )

    def _suspicion(self, fraction: float, confidence: float) -> Suspicion:
        if not confidence:
            return Suspicion.UNKNOWN
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
