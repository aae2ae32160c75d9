"""Makes a report of what is stored and what runs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.alerts.history import History
from app.alerts.rules import rules_for
from app.api.report_views import (
    Clock,
    EpisodeView,
    ReportView,
    RiskView,
    RuleView,
    ServiceView,
    SessionHead,
    Summary,
)
from app.api.watched_views import GapView, SoundWatched, Watched, sentence
from app.session.coverage import BY_ARRIVAL
from app.session.periods import INTERRUPTED, LEFT, SILENT, Period, gaps, read
from app.types import AlertKind, SessionInfo, SessionState, Track

BY_PICTURES = (AlertKind.GAZE_AWAY, AlertKind.HEAD_TURNED, AlertKind.NOBODY)
"""Of which kind the sentence speaks: the first that was watched for, which needs the most."""
BY_SOUND = (AlertKind.SEVERAL_SPEAKERS, AlertKind.VOICE_WITHOUT_LIPS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known of a session beside its alerts."""

    coverage: Mapping[str, Any] | None
    """As it is stored, or as it runs; None: nothing was watched."""
    now: float | None = None
    """The newest time on the session's clock; None: it does not run in this process."""
    publishing: tuple[Track, ...] = ()
    """What connections send at present."""

    @property
    def sound(self) -> Mapping[str, Any] | None:
        """The same of its sound."""
        return self.coverage and self.coverage.get("sound")


def report_of(
    info: SessionInfo, history: History, known: Known, *, made_at: float, service: ServiceView
) -> ReportView:
    """The whole. `history` has taken in all alerts; `made_at`: UNIX seconds."""
    seen, heard = _periods(known.coverage), _periods(known.sound)
    complete = info.state not in (SessionState.RUNNING, SessionState.PAUSED)
    clock = _clock(history, [*seen, *heard], _now(info, known, made_at))
    sums = history.close(clock.until)
    listed = [EpisodeView.of(past, clock.until) for past in history.newest]
    of_sound, share = _judged(known)
    risk = sums.weighing.risk(_judged_seconds(known, clock))
    track = Track.VIDEO if seen else Track.AUDIO
    rules = rules_for(info.purpose, info.rules)
    return ReportView(
        session=SessionHead.of(info),
        made_at=round(made_at, 3),
        complete=complete,
        clock=clock,
        summary=Summary.of(sums),
        episodes=listed,
        episodes_left_out=sums.episodes - len(listed),
        coverage=_watched(known, heard, clock, share, of_sound=of_sound),
        gaps=_gaps(seen or heard, clock, known, track),
        rules=[RuleView.of(rule, info.rules.get(kind, {})) for kind, rule in rules.items()],
        service=service,
        risk=RiskView.of(risk, share),
    )


def _periods(coverage: Mapping[str, Any] | None) -> list[Period]:
    return read((coverage or {}).get("periods", ()))


def _now(info: SessionInfo, known: Known, made_at: float) -> float | None:
    """The newest time, in a pause and after it too; None: only its sender knew it."""
    end = made_at if info.state is SessionState.PAUSED else info.ended_at
    runs = info.state is SessionState.RUNNING
    by_arrival = (known.coverage or {}).get(BY_ARRIVAL)
    if known.now is not None or end is None or runs or not by_arrival:
        return known.now
    return end - info.created_at


def _clock(history: History, periods: Sequence[Period], now: float | None) -> Clock:
    since = [p.since for p in periods] + [at for at in (history.since,) if at is not None]
    until = [p.until for p in periods] + [at for at in (history.until, now) if at is not None]
    first = min(since, default=0.0)
    return Clock(since=round(first, 3), until=round(max(until, default=first), 3))


def _judged(known: Known) -> tuple[bool, float | None]:
    """Whether the sentence speaks of sound, and the share that it tells; None: of nothing."""
    for of_sound, coverage in ((False, known.coverage), (True, known.sound)):
        judged = (coverage or {}).get("judged", {})
        for kind in BY_SOUND if of_sound else BY_PICTURES:
            if kind in judged:
                return of_sound, judged[kind]
    return False, None


def _judged_seconds(known: Known, clock: Clock) -> dict[AlertKind, float]:
    """Of each kind; where nobody kept them, the whole of the session's time."""
    if known.coverage is None:
        return dict.fromkeys(AlertKind, clock.until - clock.since)
    return {
        AlertKind(kind): share * coverage["seconds"]
        for coverage in (known.sound or {"judged": {}}, known.coverage)
        for kind, share in coverage["judged"].items()
    }


def _watched(
    known: Known,
    heard: Sequence[Period],
    clock: Clock,
    share: float | None,
    *,
    of_sound: bool,
) -> Watched | None:
    coverage, sound = known.coverage, known.sound
    if coverage is None:
        return None
    told = (sound or {}) if of_sound else coverage
    return Watched(
        seconds=coverage["seconds"],
        judged=coverage["judged"],
        not_assessable=coverage["not_assessable"],
        sound=None
        if sound is None
        else SoundWatched(
            seconds=sound["seconds"],
            judged=sound["judged"],
            not_assessable=sound["not_assessable"],
            gaps=_gaps(heard, clock, known, Track.AUDIO),
        ),
        sentence=None if share is None else sentence(share, told["seconds"], of_sound=of_sound),
    )


def _gaps(periods: Sequence[Period], clock: Clock, known: Known, track: Track) -> list[GapView]:
    """Why nothing came after a period that has not ended, only a running session knows."""
    why = INTERRUPTED
    if known.now is not None:
        why = SILENT if track in known.publishing else LEFT
    of_sound = track is Track.AUDIO
    return [GapView.of(gap, of_sound=of_sound) for gap in gaps(periods, clock.until, why)]
