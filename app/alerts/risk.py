"""How much of a session there is to review: 0 to 100, and what of it each kind of episode makes.

It says where to look first and nothing about anybody. It knows episodes alone: what could not be
judged is no term, and has to be told beside them. A rate is that of the time which was judged: it
takes the rest neither for quiet nor for worse.

**Load.** Of each kind and severity, the episodes add up to a load `x`, each by its confidence `c`:

    what is looked away    x = w * (sum(c) / hours / GLANCES_PER_HOUR + sum(c * s) / judged / AWAY)
    all other kinds        x = w * (sum(c) + sum(c * s) / LASTS)

with `s` the episode's seconds, `judged` the seconds in which the kind could be judged, taken as no
less than LEAST_JUDGED, and `hours` the same in hours. Glances are human: they count by their share
and their number per hour, so that five in ten minutes are not five in three hours. A phone or a
second person counts by itself, however long the session is.

**Saturation.** A load cannot pass its severity's MOST: `MOST * (1 - exp(-x / MOST))`. The tenth
glance says less than the second, and no kind of glances alone fills the scale.

**Score.** Loads are those of a noisy-or: a kind whose load is `y` stands for `1 - exp(-y)`, and all
of them for `1 - exp(-sum(y))`; that, in hundredths, is the score. It rises with every episode and
never passes 100.

**Terms.** In the exponent the kinds simply add up. Each gets its share of the score by its share of
that sum, in whole points by the largest remainders: the terms add up to the score exactly.

The constants are choices, not measurements: there is no truth to fit them to. One sure and short
critical episode makes about 30 points, two about 47, five about 70; one hot word makes 11; five
sure glances of 4 s in ten minutes 28, in three hours 2.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from app.types import AlertKind, Severity

AWAY_KINDS = (AlertKind.GAZE_AWAY, AlertKind.HEAD_TURNED)
"""What is looked away: everybody does it now and then."""
WEIGHT = {Severity.CRITICAL: 0.36, Severity.WARNING: 0.12}
"""Load of one sure episode that is over at once; three warnings weigh as much as what is critical.
Info is for the record, and weighs nothing."""
MOST = {Severity.CRITICAL: 2.3, Severity.WARNING: 0.7}
"""The largest load of one kind: 90 points for what is critical, 50 for what is a warning."""
LASTS = 60.0
"""Seconds that weigh as much as another episode of the same kind."""
GLANCES_PER_HOUR = 10.0
"""So many weigh as one episode of another kind: people look away every few minutes while they
think, and a hold of 2 s has let the short ones pass already."""
AWAY = 0.05
"""The share of the judged time that weighs as one episode of another kind."""
LEAST_JUDGED = 600.0
"""Seconds: below these, one glance would be a rate that nobody measured."""
STEPS = 1000
"""Confidence and seconds are added up in whole thousandths, so that no order matters."""


@dataclass(slots=True)
class _Sum:
    episodes: int = 0
    milliseconds: int = 0
    sure: int = 0
    """Thousandths of confidence."""
    sure_milliseconds: int = 0
    """Thousandths of confidence times milliseconds."""
    is_cut: bool = False
    """One of them may have lasted longer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One kind's part."""

    kind: AlertKind
    points: int
    """0 to 100."""
    episodes: int
    """Those that weigh anything: not the ones of severity info."""
    seconds: float
    """All of theirs."""
    judged: float | None
    """Seconds of which they were weighed as a share, LEAST_JUDGED or more; None: they count by
    themselves."""
    at_least: bool = False
    """One of them may have lasted longer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Risk:
    """How much there is to review."""

    score: int
    """0 to 100."""
    terms: tuple[Term, ...]
    """The most points first; they add up to the score."""


@dataclass(slots=True)
class Weighing:
    """Collects a session's episodes: memory does not grow with their number."""

    _sums: dict[tuple[AlertKind, Severity], _Sum] = field(default_factory=dict)

    def add(
        self,
        kind: AlertKind,
        severity: Severity,
        *,
        confidence: float,
        milliseconds: int,
        is_cut: bool = False,
    ) -> None:
        """One episode, which may last still; `is_cut`: it may have lasted longer."""
        if severity not in WEIGHT:
            return
        sums = self._sums.setdefault((kind, severity), _Sum())
        lasted, sure = max(milliseconds, 0), round(min(max(confidence, 0.0), 1.0) * STEPS)
        sums.episodes += 1
        sums.is_cut |= is_cut
        sums.milliseconds += lasted
        sums.sure += sure
        sums.sure_milliseconds += sure * lasted

    def risk(self, judged: Mapping[AlertKind, float]) -> Risk:
        """Of all of them. `judged`: seconds in which each kind could be judged."""
        loads = dict.fromkeys(sorted({kind for kind, _ in self._sums}), 0.0)
        for (kind, severity), sums in sorted(self._sums.items()):
            load = WEIGHT[severity] * _amount(kind, sums, _base(judged, kind))
            loads[kind] += MOST[severity] * -math.expm1(-load / MOST[severity])
        total = sum(loads.values())
        score = round(-100 * math.expm1(-total))
        points = _apportioned(score, loads)
        terms = [self._term(kind, points[kind], _base(judged, kind)) for kind in loads]
        return Risk(score=score, terms=tuple(sorted(terms, key=lambda term: -term.points)))

    def _term(self, kind: AlertKind, points: int, base: float) -> Term:
        of_kind = [sums for (each, _), sums in self._sums.items() if each is kind]
        episodes = sum(sums.episodes for sums in of_kind)
        seconds = sum(sums.milliseconds for sums in of_kind) / STEPS
        return Term(
            kind=kind,
            points=points,
            episodes=episodes,
            seconds=seconds,
            judged=base if kind in AWAY_KINDS else None,
            at_least=any(sums.is_cut for sums in of_kind),
        )


def _base(judged: Mapping[AlertKind, float], kind: AlertKind) -> float:
    return max(judged.get(kind, 0.0), LEAST_JUDGED)


def _amount(kind: AlertKind, sums: _Sum, base: float) -> float:
    """In episodes that are sure and over at once."""
    sure, sure_seconds = sums.sure / STEPS, sums.sure_milliseconds / STEPS**2
    if kind in AWAY_KINDS:
        return sure / (base / 3600) / GLANCES_PER_HOUR + sure_seconds / base / AWAY
    return sure + sure_seconds / LASTS


def _apportioned(score: int, loads: Mapping[AlertKind, float]) -> dict[AlertKind, int]:
    """Whole points by the largest remainders; of equals, the first by name."""
    total = sum(loads.values())
    if not total:
        return dict.fromkeys(loads, 0)
    exact = {kind: score * load / total for kind, load in loads.items()}
    points = {kind: math.floor(each) for kind, each in exact.items()}
    by_remainder = sorted(exact, key=lambda kind: points[kind] - exact[kind])
    for kind in by_remainder[: score - sum(points.values())]:
        points[kind] += 1
    return points
