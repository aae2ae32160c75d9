"""What a report says, and how it says it: of one session, what happened and what was watched."""

from collections.abc import Mapping
from pathlib import PurePath
from typing import Any, Self

from pydantic import BaseModel, Field

from app.alerts.past import Past
from app.alerts.risk import LEAST_JUDGED, Risk, Term
from app.alerts.sums import KindSum, Sums
from app.api.watched_views import GapView, Watched, lasted
from app.types import (
    Alert,
    AlertKind,
    AlertRule,
    Label,
    Purpose,
    SessionInfo,
    SessionState,
    Severity,
)

HOW = (
    "How much there is to review, from 0 to 100, and not what it means: each kind counts by the "
    "severity, sureness, number and length of its episodes, looking away by its share and its "
    "number per hour of the judged time; what could not be judged adds nothing."
)


class SessionHead(BaseModel):
    """Which session."""

    id: str
    purpose: Purpose
    state: SessionState
    mirrored: bool
    created_at: float = Field(description="UNIX seconds.")
    ended_at: float | None = Field(description="UNIX seconds; null: it goes on.")
    ended_by: str | None
    room: str | None
    participant: str | None

    @classmethod
    def of(cls, info: SessionInfo) -> Self:
        """As stored."""
        return cls(**{name: getattr(info, name) for name in cls.model_fields})


class Clock(BaseModel):
    """What the report covers, in seconds on the session's clock."""

    since: float = Field(serialization_alias="from", description="The first that was watched.")
    until: float = Field(
        serialization_alias="to", description="The newest time that is known of the session."
    )


class KindSummary(BaseModel):
    """All episodes of one kind, those that are left out of the list included."""

    kind: AlertKind
    severity: Severity = Field(description="The highest.")
    episodes: int
    seconds: float
    longest_seconds: float
    mean_confidence: float
    labels: dict[Label, int]

    @classmethod
    def of(cls, kind: AlertKind, sums: KindSum) -> Self:
        """Of one kind."""
        return cls(
            kind=kind,
            severity=sums.severity,
            episodes=sums.episodes,
            seconds=sums.milliseconds / 1000,
            longest_seconds=sums.longest / 1000,
            mean_confidence=round(sums.confidence / sums.episodes, 3),
            labels=dict(sums.labels.most_common()),
        )


class Summary(BaseModel):
    """All episodes."""

    episodes: int
    open: int = Field(description="Those of them that have not ended.")
    by_severity: dict[Severity, int]
    by_kind: list[KindSummary] = Field(description="The severest first, then the most.")

    @classmethod
    def of(cls, sums: Sums) -> Self:
        """In numbers."""
        kinds = [KindSummary.of(kind, of_kind) for kind, of_kind in sums.by_kind.items()]
        order = list(sums.by_severity)
        return cls(
            episodes=sums.episodes,
            open=sums.open,
            by_severity=sums.by_severity,
            by_kind=sorted(kinds, key=lambda k: (order.index(k.severity), -k.episodes, k.kind)),
        )


class EpisodeView(BaseModel):
    """One episode, from its alerts."""

    id: str
    kind: AlertKind
    label: Label
    severity: Severity
    started_at: float
    ended_at: float | None = Field(description="null: it is open.")
    seconds: float = Field(description="How long it lasted; an open one, so far.")
    at_least: bool = Field(description="It may have lasted longer: nobody saw how it ended.")
    told_at: float
    confidence: float
    announced: bool
    evidence: dict[str, float | str] = Field(description="As its start told it.")
    end_evidence: dict[str, float | str] | None = Field(description="null: it is open.")
    rule: str = Field(description="The rule's name and version at that time.")
    seqs: list[int] = Field(description="The numbers of its alerts.")

    @classmethod
    def of(cls, past: Past, until: float) -> Self:
        """`until`: the session's newest time."""
        alert = past.known
        return cls(
            id=alert.id,
            kind=alert.kind,
            label=alert.label,
            severity=alert.severity,
            started_at=round(alert.started_at, 3),
            ended_at=None if past.ended_at is None else round(past.ended_at, 3),
            seconds=past.milliseconds(until) / 1000,
            at_least=past.is_cut,
            told_at=round(alert.at, 3),
            confidence=round(alert.confidence, 3),
            announced=alert.announced,
            evidence=_evidence(past.start) or {},
            end_evidence=_evidence(past.end),
            rule=alert.rule,
            seqs=past.seqs,
        )


class RuleView(BaseModel):
    """A rule as it is in force at present; episodes name the version that raised them."""

    kind: AlertKind
    rule: str
    enabled: bool
    changed: dict[str, float | bool] = Field(description="What the session asked for.")
    severity: Severity = Field(description="Of most of its episodes; some have their own.")
    hold: float
    clear_after: float
    cooldown: float
    limits: dict[str, float]

    @classmethod
    def of(cls, rule: AlertRule, changed: Mapping[str, float | bool]) -> Self:
        """With what the session changed."""
        return cls(
            kind=rule.kind,
            rule=rule.name,
            enabled=rule.enabled,
            changed=dict(changed),
            severity=rule.severity,
            hold=rule.hold,
            clear_after=rule.clear_after,
            cooldown=rule.cooldown,
            limits=dict(rule.limits),
        )


class ServiceView(BaseModel):
    """What made the report: now, which need not be what watched."""

    version: str
    models: dict[str, str] = Field(description="What is at work for each.")


def model_name(told: str) -> str:
    """What /readyz says of a model, by the name of its file alone: where it lies is nobody's."""
    state, sep, what = told.partition(": ")
    return f"{state}{sep}{PurePath(what).name}" if PurePath(what).is_absolute() else told


class TermView(BaseModel):
    """One kind's part of the score."""

    kind: AlertKind
    points: int
    because: str

    @classmethod
    def of(cls, term: Term) -> Self:
        """In words."""
        noun = "episode" if term.episodes == 1 else "episodes"
        tenths = (round(term.seconds * 1000) + 50) // 100  # as pages round
        least = "at least " if term.at_least else ""
        because = f"{term.episodes} {noun}, {least}{tenths / 10:.1f} s"
        if term.judged is not None:
            of = lasted(term.judged)
            few = term.judged <= LEAST_JUDGED
            because += f", counted as in {of}" if few else f", in {of} judged"
        return cls(kind=term.kind, points=term.points, because=because)


class RiskView(BaseModel):
    """How much there is to review."""

    score: int = Field(description="0 to 100.")
    terms: list[TermView] = Field(description="They add up to the score.")
    how: str
    judged: float | None = Field(
        description="The share of the coverage's sentence, 0 to 1; null: nothing was watched."
    )

    @classmethod
    def of(cls, risk: Risk, judged: float | None) -> Self:
        """In words."""
        terms = [TermView.of(term) for term in risk.terms]
        return cls(score=risk.score, terms=terms, how=HOW, judged=judged)


class ReportView(BaseModel):
    """What happened in a session, and how much of it could be judged. No verdict."""

    session: SessionHead
    made_at: float = Field(description="UNIX seconds.")
    complete: bool = Field(description="false: it runs or pauses, and more may come.")
    clock: Clock
    summary: Summary
    episodes: list[EpisodeView] = Field(description="In the order in which they were told.")
    episodes_left_out: int = Field(
        description="Older ones, of which only the sums are told: they are in /events."
    )
    coverage: Watched | None = Field(description="null: nothing was watched yet.")
    gaps: list[GapView] = Field(
        description="When no picture was looked at; of a session that has sound alone, no sound."
    )
    rules: list[RuleView]
    service: ServiceView
    risk: RiskView


def _evidence(alert: Alert | None) -> dict[str, Any] | None:
    if alert is None:
        return None
    return {
        name: round(value, 3) if isinstance(value, float) else value
        for name, value in alert.evidence.items()
    }
