"""Makes a report of what is stored and what runs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.alerts.history import History
from app.alerts.past import track_of
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
from app.session.periods import Period, gaps, read
from app.types import AlertKind, SessionInfo, SessionState, Track

BY_PICTURES = (AlertKind.GAZE_AWAY, AlertKind.HEAD_TURNED, AlertKind.NOBODY)
"""Of which kind the sentence speaks: the first that was watched for, which needs the most."""
BY_SOUND = (AlertKind.SEVERAL_SPEAKERS, AlertKind.VOICE_WITHOUT_LIPS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known of a session beside its alerts."""

    coverage: Mapping[str, Any] | None
    """As it is stored, or as it runs; None: nothing was watched."""
    now: float = 0.0
    """Seconds since the session was created, until its end or until now."""
    newest: Mapping[Track, float] = field(default_factory=dict)
    """The time of each track's newest media; empty: it does not run in this process."""

    @property
    def sound(self) -> Mapping[str, Any] | None:
        """The same of its sound."""
        return self.coverage and self.coverage.get("sound")


def report_of(
    info: SessionInfo, history: History, known: Known, *, made_at: float, service: ServiceView
) -> ReportView:
    """The whole. `history` has taken in all alerts; `made_at`: UNIX seconds."""
    seen, heard = _periods(known.coverage), _periods(known.sound)
    sight = _reached(known, known.coverage, Track.VIDEO)
    sound = _reached(known, known.sound, Track.AUDIO)
    clocks = _clocks(history, {Track.VIDEO: (seen, sight), Track.AUDIO: (heard, sound)}, known)
    clock = clocks[Track.VIDEO]
    until = {track: each.until for track, each in clocks.items()}
    sums = history.close(until)
    listed = [EpisodeView.of(past, until[track_of(past.known.label)]) for past in history.newest]
    of_sound, share = _judged(known)
    risk = sums.weighing.risk(_judged_seconds(known, clock))
    rules = rules_for(info.purpose, info.rules)
    return ReportView(
        session=SessionHead.of(info),
        made_at=round(made_at, 3),
        complete=info.state not in (SessionState.RUNNING, SessionState.PAUSED),
        clock=clock,
        summary=Summary.of(sums),
        episodes=listed,
        episodes_left_out=sums.episodes - len(listed),
        coverage=_watched(known, _gaps(heard, sound, of_sound=True), share, of_sound=of_sound),
        gaps=_gaps(seen, sight, of_sound=False) if seen else _gaps(heard, sound, of_sound=True),
        rules=[RuleView.of(rule, info.rules.get(kind, {})) for kind, rule in rules.items()],
        service=service,
        risk=RiskView.of(risk, share),
    )


def _periods(coverage: Mapping[str, Any] | None) -> list[Period]:
    return read((coverage or {}).get("periods", ()))


def _reached(known: Known, coverage: Mapping[str, Any] | None, track: Track) -> float | None:
    """How far its time goes: until the end or now, where it is the service's; None: not known."""
    if coverage is None:
        return known.newest.get(track)
    last = [p.until for p in _periods(coverage)[-1:]]
    if coverage.get("by_source") is False:
        return max(known.now, *last)
    return max([*last, *[at for each, at in known.newest.items() if each is track]], default=None)


def _clocks(
    history: History,
    watched: Mapping[Track, tuple[Sequence[Period], float | None]],
    known: Known,
) -> dict[Track, Clock]:
    """What is known on the clock of pictures and of sound: one, or each its own.

    A track of which nothing is known has the other's.
    """
    by_source = {(each or {}).get("by_source") for each in (known.coverage, known.sound)}
    apart = by_source == {True, False}
    since: dict[Track, list[float]] = {}
    until: dict[Track, list[float]] = {}
    for track, (periods, reached) in watched.items():
        first = [*[p.since for p in periods[:1]], *_if_known(history.since.get(track))]
        if first:
            since[track] = first
            until[track] = [*_if_known(reached), *_if_known(history.until.get(track)), *first]
    groups = [[track] for track in since] if apart else [list(since)]
    clocks: dict[Track, Clock] = {}
    for group in groups:
        clock = Clock(
            since=round(min((at for track in group for at in since[track]), default=0.0), 3),
            until=round(max((at for track in group for at in until[track]), default=0.0), 3),
        )
        clocks |= dict.fromkeys(group, clock)
    other = next(iter(clocks.values()), Clock(since=0.0, until=0.0))
    return {track: clocks.get(track, other) for track in watched}


def _if_known(at: float | None) -> list[float]:
    return [] if at is None else [at]


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
    known: Known, silences: list[GapView], share: float | None, *, of_sound: bool
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
            gaps=silences,
        ),
        sentence=None if share is None else sentence(share, told["seconds"], of_sound=of_sound),
    )


def _gaps(periods: Sequence[Period], reached: float | None, *, of_sound: bool) -> list[GapView]:
    if reached is None:
        return []
    return [GapView.of(gap, of_sound=of_sound) for gap in gaps(periods, reached)]
