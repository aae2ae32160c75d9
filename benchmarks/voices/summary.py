"""Outcomes added up."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import pairwise
from operator import add

import numpy as np
from scipy.stats import chi2

from benchmarks.accuracy.figures import wilson
from benchmarks.voices.diarization_error import DiarizationError
from benchmarks.voices.outcome import Outcome

BINS = (0.0, 0.05, 0.2, 0.5, 0.8, 0.95, 1.0)
"""Edges between which confidences are compared with what was true."""

Interval = tuple[float, float]
"""95 %."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """So many of so many."""

    part: int
    whole: int

    @property
    def value(self) -> float | None:
        """0 to 1; None: of none."""
        return self.part / self.whole if self.whole else None

    @property
    def interval(self) -> Interval | None:
        """Wilson's."""
        return wilson(self.part, self.whole) if self.whole else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """So many in so many hours."""

    count: int
    hours: float

    @property
    def value(self) -> float | None:
        """Per hour; None: in no time."""
        return self.count / self.hours if self.hours else None

    @property
    def interval(self) -> Interval | None:
        """The exact one of a Poisson process (Garwood 1936)."""
        if not self.hours:
            return None
        low = chi2.ppf(0.025, 2 * self.count) / 2 if self.count else 0.0
        return float(low / self.hours), float(chi2.ppf(0.975, 2 * self.count + 2) / 2 / self.hours)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bin:
    """Judgements of about the same confidence."""

    low: float
    high: float
    count: int
    confidence: float
    """The mean."""
    true: float
    """0 to 1: of these, where more than one had spoken."""


def precision(outcomes: Sequence[Outcome]) -> Share:
    """Of sessions with an alert, those whose first alert is right."""
    alerted = [each for each in outcomes if each.alerts]
    return Share(part=sum(each.caught for each in alerted), whole=len(alerted))


def recall(outcomes: Sequence[Outcome]) -> Share:
    """Of sessions with several speakers, those whose first alert is right."""
    several = [each for each in outcomes if each.several]
    return Share(part=sum(each.caught for each in several), whole=len(several))


def f_score(outcomes: Sequence[Outcome]) -> float | None:
    """The harmonic mean of precision and recall; None: one of them is not defined."""
    right, found = precision(outcomes).value, recall(outcomes).value
    if right is None or found is None:
        return None
    return 2 * right * found / (right + found) if right + found else 0.0


def delay(outcomes: Sequence[Outcome], percent: float) -> float | None:
    """Seconds from the second voice's first word to the alert, of those that were caught."""
    delays = [each.delay for each in outcomes if each.delay is not None]
    return float(np.percentile(delays, percent)) if delays else None


def false_alarms(outcomes: Sequence[Outcome]) -> Rate:
    """While nobody but the candidate had spoken, in conversations too."""
    return Rate(
        count=sum(each.false_alarms for each in outcomes),
        hours=sum(each.alone for each in outcomes) / 3600,
    )


def error(outcomes: Sequence[Outcome]) -> DiarizationError:
    """Of all together."""
    return reduce(add, (each.error for each in outcomes), DiarizationError())


def brier(outcomes: Sequence[Outcome]) -> float | None:
    """The mean squared distance of confidence and truth, 0 to 1; None: nothing was claimed."""
    claims = [claim for each in outcomes for claim in each.claims]
    if not claims:
        return None
    return float(np.mean([(confidence - true) ** 2 for confidence, true in claims]))


def reliability(outcomes: Sequence[Outcome]) -> list[Bin]:
    """What was true where the confidence was so high; bins without a judgement are left out."""
    claims = np.array([claim for each in outcomes for claim in each.claims]).reshape(-1, 2)
    bins = []
    for low, high in pairwise(BINS):
        within = claims[(claims[:, 0] >= low) & ((claims[:, 0] < high) | (high == BINS[-1]))]
        if len(within):
            confidence, true = within.mean(axis=0)
            bins.append(
                Bin(
                    low=low,
                    high=high,
                    count=len(within),
                    confidence=float(confidence),
                    true=float(true),
                )
            )
    return bins


def cost(outcomes: Sequence[Outcome]) -> dict[str, float]:
    """Milliseconds of CPU time per second of sound, by stage."""
    stages = dict.fromkeys(stage for each in outcomes for stage in each.cost)
    seconds = sum(each.seconds for each in outcomes)
    return {
        stage: 1000 * sum(each.cost.get(stage, 0.0) for each in outcomes) / seconds
        for stage in stages
    }
