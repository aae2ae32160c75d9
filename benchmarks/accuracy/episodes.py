"""Episodes: what happens in a video against what the service tells, and how soon."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from app.types import Alert, AlertKind, Edge, Label, ObjectClass
from benchmarks.accuracy.chapter import Chapter, Shot
from benchmarks.accuracy.conditions import Conditions, figured
from benchmarks.accuracy.drawing import (
    GREEN,
    ORANGE,
    RED,
    SIDE,
    WHITE,
    Bar,
    Colour,
    canvas,
    captioned,
    draw_boxes,
    draw_gaze,
    draw_mesh,
    draw_pose,
    timeline,
    widened,
)
from benchmarks.accuracy.figures import Figure, Unit, mean, number, percentile, proportion
from benchmarks.accuracy.footage import MediaError, frames_at
from benchmarks.accuracy.labels import Kind
from benchmarks.accuracy.replay import Replayed, Setting
from benchmarks.accuracy.timeline import Expected, Timeline
from benchmarks.accuracy.workbench import Workbench

KIND = Kind.EPISODES
PERSON, PHONE = ObjectClass.PERSON, ObjectClass.PHONE
WORST = 12
EARLY = 1.0
"""Seconds by which an episode may be told to begin before it is labelled to: labels are made by
hand. One that goes on from earlier is another one, and false."""
BY_OBJECTS = (AlertKind.NOBODY, AlertKind.SEVERAL_PERSONS, AlertKind.PHONE)


class Outcome(StrEnum):
    """What became of one episode."""

    FOUND = "found"
    MISSED = "missed"
    FALSE = "false"
    REPEATED = "repeated"
    """Told again while the labelled one, told already, goes on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One episode as the service told it."""

    kind: AlertKind
    label: Label
    at: float
    """Seconds of the video: when the alert was there."""
    begins: float
    ends: float


@dataclass(frozen=True, slots=True, kw_only=True)
class EpisodeCase:
    """One episode, labelled or told or both."""

    timeline: Timeline
    expected: Expected | None
    told: Told | None
    outcome: Outcome
    conditions: Conditions

    @property
    def kind(self) -> AlertKind:
        """Of either."""
        either = self.expected or self.told
        assert either is not None
        return either.kind

    @property
    def delay(self) -> float | None:
        """Seconds from the labelled beginning to the alert; None unless found."""
        if self.outcome is not Outcome.FOUND or self.expected is None or self.told is None:
            return None
        return self.told.at - self.expected.begins


def score(timelines: Sequence[Timeline], bench: Workbench) -> Chapter:
    """Each video is played through a session of its own."""
    cases: list[EpisodeCase] = []
    remarks, seconds, scored = [], 0.0, 0
    for each in bench.each(list(timelines), "episodes"):
        try:
            played = bench.played(each.video, _setting(each))
            _check_end(each, played)
        except MediaError as error:
            remarks.append(f"not scored: {error}")
            continue
        scored, seconds = scored + 1, seconds + played.seconds
        if played.unanalysed:
            remarks.append(f"{bench.name(each.video)}: {played.unanalysed} looks failed")
        cases += _cases(each, played, bench)
    remarks.append(f"{seconds:.0f} s of video in all")
    return Chapter(
        kind=KIND,
        media=scored,
        figures=figured(cases, figures, slices=bench.slices),
        worst=tuple(_shot(case, bench) for case in _worst(cases)),
        remarks=tuple(remarks),
    )


def figures(cases: Sequence[EpisodeCase]) -> list[Figure]:
    """Of all kinds together, then of each."""
    found = _of(cases, "all kinds")
    for kind in AlertKind:
        if own := [case for case in cases if case.kind is kind]:
            found += _of(own, str(kind))
    return found


def matched(expected: Sequence[Expected], told: Sequence[Told]) -> dict[int, int]:
    """Index told to index expected: the same kind, the same label where one is labelled, begun
    while it goes on, or a little before. Several may belong to one; the first of them found it."""
    pairs = {}
    for j, tale in enumerate(told):
        for i, episode in enumerate(expected):
            same = tale.kind is episode.kind and episode.label in (None, tale.label)
            if same and episode.begins - EARLY <= tale.begins <= episode.ends:
                pairs[j] = i
                break
    return pairs


def _of(cases: Sequence[EpisodeCase], name: str) -> list[Figure]:
    counts = {o: sum(case.outcome is o for case in cases) for o in Outcome}
    found, missed, false, repeated = counts.values()
    delays = [case.delay for case in cases if case.delay is not None]
    return [
        proportion(KIND, f"{name}, recall", found, found + missed),
        proportion(KIND, f"{name}, precision", found, found + false),
        number(KIND, f"{name}, missed", missed, found + missed),
        number(KIND, f"{name}, false", false, found + false + repeated),
        number(KIND, f"{name}, repeated", repeated, found + false + repeated),
        mean(KIND, f"{name}, delay to the alert, mean", delays, Unit.SECONDS),
        percentile(KIND, f"{name}, delay to the alert, 95 % are below", delays, 95, Unit.SECONDS),
    ]


def _setting(timeline: Timeline) -> Setting:
    return Setting(purpose=timeline.purpose, mirrored=timeline.mirrored, rules=timeline.rules)


def _cases(each: Timeline, played: Replayed, bench: Workbench) -> list[EpisodeCase]:
    told = [tale for tale in _tales(played) if tale.kind in each.kinds]
    pairs = matched(each.episodes, told)
    finders: dict[int, int] = {}
    for j, i in pairs.items():
        finders.setdefault(i, j)

    def case(expected: Expected | None, tale: Told | None, outcome: Outcome) -> EpisodeCase:
        either = expected or tale
        assert either is not None
        conditions = bench.conditions_between(each.video, played.looks, either.begins, either.ends)
        return EpisodeCase(
            timeline=each, expected=expected, told=tale, outcome=outcome, conditions=conditions
        )

    cases = []
    for i, episode in enumerate(each.episodes):
        tale = told[finders[i]] if i in finders else None
        cases.append(case(episode, tale, Outcome.FOUND if tale else Outcome.MISSED))
    for j, tale in enumerate(told):
        if j not in pairs:
            cases.append(case(None, tale, Outcome.FALSE))
        elif finders[pairs[j]] != j:
            cases.append(case(None, tale, Outcome.REPEATED))
    return cases


def _check_end(each: Timeline, played: Replayed) -> None:
    for episode in each.episodes:
        if episode.begins >= played.seconds:
            raise MediaError(
                f"{each.video} ends at {played.seconds:.1f} s, before {episode.begins:g} s"
            )


def _tales(played: Replayed) -> list[Told]:
    """An episode's first alert tells its label; its end may tell another one."""
    ends = {a.id: a.ended_at for a in played.alerts if a.edge is Edge.ENDED}

    def tale(alert: Alert) -> Told:
        end = ends.get(alert.id)
        return Told(
            kind=alert.kind,
            label=alert.label,
            at=alert.at,
            begins=alert.started_at,
            ends=played.seconds if end is None else end,
        )

    return [tale(alert) for alert in played.alerts if alert.edge is Edge.STARTED]


def _worst(cases: Sequence[EpisodeCase]) -> list[EpisodeCase]:
    order = [Outcome.FALSE, Outcome.MISSED, Outcome.REPEATED, Outcome.FOUND]
    return sorted(cases, key=lambda c: (order.index(c.outcome), -(c.delay or 0.0)))[:WORST]


def _shot(case: EpisodeCase, bench: Workbench) -> Shot:
    each = case.timeline
    played = bench.played(each.video, _setting(each))
    at = _shown(case)
    picture = frames_at(each.video, [at])[0]
    drawn = canvas(picture)
    face = bench.eye.picture(picture).face
    if face is not None:
        draw_mesh(drawn, face.landmarks)
        middle = face.landmarks[:, :2].mean(axis=0) * (drawn.shape[1], drawn.shape[0])
        if case.kind is AlertKind.GAZE_AWAY and face.gaze is not None:
            draw_gaze(drawn, face.landmarks, (face.gaze.yaw, face.gaze.pitch), ORANGE)
        else:
            draw_pose(drawn, face.head_pose, (float(middle[0]), float(middle[1])), ORANGE)
    detector = bench.parts.detector
    if case.kind in BY_OBJECTS and detector is not None:
        found = [d for d in detector(picture) if d.object_class in (PERSON, PHONE)]
        draw_boxes(drawn, [(d.box, ORANGE, f"{d.object_class} {d.confidence:.2f}") for d in found])
    drawn = widened(drawn, SIDE)
    expected = [
        Bar(e.begins, e.ends, GREEN if e == case.expected else (60, 120, 70))
        for e in each.episodes
        if e.kind is case.kind
    ]
    told = [
        Bar(t.begins, t.ends, ORANGE if t == case.told else (150, 100, 40))
        for t in _tales(played)
        if t.kind is case.kind
    ]
    rows = [("expected", expected), ("told", told)]
    strip = timeline(drawn.shape[1], played.seconds, rows, at)
    stacked = captioned(np.vstack([drawn, strip]), *_words(case))
    title = f"{case.kind}: {case.outcome}"
    if case.delay is not None:
        title += f" after {case.delay:.1f} s"
    return Shot(title=title, source=f"{bench.name(each.video)} at {at:.1f} s", picture=stacked)


def _shown(case: EpisodeCase) -> float:
    """The alert's time, or the middle of what was missed."""
    if case.told is not None:
        return case.told.at
    assert case.expected is not None
    return (case.expected.begins + case.expected.ends) / 2


def _words(case: EpisodeCase) -> list[tuple[str, Colour]]:
    expected, told = "nothing new", "nothing"
    if case.expected is not None:
        label = case.expected.label or "any label"
        expected = f"{label} from {case.expected.begins:.1f} to {case.expected.ends:.1f} s"
    if case.told is not None:
        told = f"{case.told.label} at {case.told.at:.1f} s"
        told += f", from {case.told.begins:.1f} to {case.told.ends:.1f} s"
    delay = "" if case.delay is None else f", {case.delay:.1f} s after it began"
    good = case.outcome is Outcome.FOUND
    return [
        (f"{case.kind}: {case.outcome}{delay}", WHITE if good else RED),
        (f"expected: {expected}", GREEN),
        (f"told: {told}", ORANGE),
    ]
