"""Gaze: whether the prevailing direction of a picture, or of some time of a video, is the labelled
one. The session's own neutral and the gaze rule's own limits decide, as they do for alerts."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.alerts.angles import Angles
from app.alerts.rules import DEFAULT_RULES
from app.alerts.signals import TRUSTED
from app.types import AlertKind
from app.vision.decode import Picture
from benchmarks.accuracy.chapter import Chapter, Shot
from benchmarks.accuracy.conditions import Conditions, brightness, figured
from benchmarks.accuracy.drawing import (
    GREEN,
    ORANGE,
    RED,
    WHITE,
    canvas,
    captioned,
    close_up,
    draw_gaze,
    draw_irises,
    within,
)
from benchmarks.accuracy.eye_labels import DIRECTIONS, Direction, GazeLabel
from benchmarks.accuracy.figures import Figure, proportion
from benchmarks.accuracy.footage import MediaError, frames_at, picture_of
from benchmarks.accuracy.labels import Kind
from benchmarks.accuracy.replay import Setting
from benchmarks.accuracy.workbench import Workbench

KIND = Kind.GAZE
NOT_MEASURED = "not measured"
WORST = 12
LIMITS = Angles(DEFAULT_RULES[AlertKind.GAZE_AWAY])

Angle = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class GazeCase:
    """One label and the looks that fall under it."""

    label: GazeLabel
    looks: tuple[tuple[float, Angle | None], ...]
    """Seconds of the video, and yaw and pitch in degrees, less the neutral."""
    conditions: Conditions

    @property
    def found(self) -> str:
        """The direction of most looks; of a tie the earliest."""
        votes = Counter(_direction(gaze) for _, gaze in self.looks)
        return votes.most_common(1)[0][0] if votes else NOT_MEASURED

    @property
    def agreeing(self) -> float:
        """The share of looks that see what is labelled."""
        right = sum(_direction(gaze) == self.label.direction for _, gaze in self.looks)
        return right / len(self.looks) if self.looks else 0.0


def score(labels: Sequence[GazeLabel], bench: Workbench) -> Chapter:
    """Videos are played through a session; a picture is judged without a neutral."""
    cases, remarks = [], []
    for label in bench.each(list(labels), "gaze"):
        try:
            cases.append(
                _in_picture(label, bench) if label.span is None else _in_video(label, bench)
            )
        except MediaError as error:
            remarks.append(f"not scored: {error}")
    if any(case.label.span is None for case in cases):
        remarks.append("single pictures are judged without a session's neutral")
    return Chapter(
        kind=KIND,
        media=len({case.label.media for case in cases}),
        figures=figured(cases, figures, slices=bench.slices),
        confusion=confusion(cases),
        worst=tuple(_shot(case, bench) for case in sorted(cases, key=lambda c: c.agreeing)[:WORST]),
        remarks=tuple(remarks),
    )


def figures(cases: Sequence[GazeCase]) -> list[Figure]:
    """Of all labels, then of each direction."""
    right = [case for case in cases if case.found == case.label.direction]
    found = [proportion(KIND, "direction right", len(right), len(cases))]
    for direction in Direction:
        hits = sum(case.label.direction is direction for case in right)
        expected = sum(case.label.direction is direction for case in cases)
        told = sum(case.found == direction for case in cases)
        if expected or told:
            found += [
                proportion(KIND, f"{direction}, recall", hits, expected),
                proportion(KIND, f"{direction}, precision", hits, told),
            ]
    return found


def confusion(cases: Sequence[GazeCase]) -> Mapping[str, Mapping[str, int]]:
    """Labelled, found, how often."""
    counts = Counter((case.label.direction.value, case.found) for case in cases)
    columns = (*(d.value for d in Direction), NOT_MEASURED)
    return {
        direction.value: {column: counts[direction.value, column] for column in columns}
        for direction in Direction
    }


def _direction(gaze: Angle | None) -> str:
    if gaze is None:
        return NOT_MEASURED
    signal = LIMITS.signal(0.0, *gaze, 1.0)
    return DIRECTIONS[signal.label].value if signal.entered else Direction.SCREEN.value


def _in_video(label: GazeLabel, bench: Workbench) -> GazeCase:
    assert label.span is not None
    begins, ends = label.span
    played = bench.played(label.media, Setting(mirrored=label.mirrored, rules={}))
    if begins >= played.seconds:
        raise MediaError(f"{label.media} ends at {played.seconds:.1f} s, before {begins:g} s")
    looks = [look for look in played.looks if begins <= look.at <= ends]
    return GazeCase(
        label=label,
        looks=tuple((look.at, look.gaze) for look in looks),
        conditions=bench.conditions_between(label.media, looks, begins, ends),
    )


def _in_picture(label: GazeLabel, bench: Workbench) -> GazeCase:
    sight, gaze, box = bench.eye.file(label.media), None, None
    if sight.face is not None:
        box, seen = sight.face.box, sight.face.gaze
        if seen is not None and seen.confidence >= TRUSTED:
            gaze = (-seen.yaw if label.mirrored else seen.yaw), seen.pitch
    return GazeCase(
        label=label,
        looks=((0.0, gaze),),
        conditions=bench.conditions(
            label.media,
            brightness=brightness(picture_of(label.media), box),
            face_width=0.0 if box is None else box.width * sight.width,
        ),
    )


def _shot(case: GazeCase, bench: Workbench) -> Shot:
    """The look in the middle of those that disagree, or of all."""
    label = case.label
    wrong = [look for look in case.looks if _direction(look[1]) != label.direction]
    shown = (
        (wrong or list(case.looks))[len(wrong or case.looks) // 2] if case.looks else (0.0, None)
    )
    at, gaze = shown
    source = bench.name(label.media)
    if label.span is None:
        picture = picture_of(label.media)
    else:
        source += f" at {at:.1f} s"
        picture = frames_at(label.media, [at])[0]
    drawn = _drawn(picture, gaze, -1.0 if label.mirrored else 1.0, bench)
    during = "" if label.span is None else f" from {label.span[0]:g} to {label.span[1]:g} s"
    here = "no gaze" if gaze is None else f"yaw {gaze[0]:+.1f}, pitch {gaze[1]:+.1f} degrees"
    right = case.found == label.direction
    drawn = captioned(
        drawn,
        (f"expected: {label.direction}{during}", GREEN),
        (f"found: {case.found} ({case.agreeing:.0%} of looks agree)", WHITE if right else RED),
        (f"in this look: {here}", ORANGE),
    )
    title = f"{label.direction}: {case.agreeing:.0%} of looks agree"
    return Shot(
        title=title if right else f"{label.direction} taken for {case.found}",
        source=source,
        picture=drawn,
    )


def _drawn(picture: Picture, gaze: Angle | None, side: float, bench: Workbench) -> Picture:
    """The face from near, its irises, and an arrow from between the eyes to where they look."""
    face = bench.eye.picture(picture).face
    if face is None:
        return canvas(picture)
    near, part = close_up(picture, face.box)
    drawn, landmarks = canvas(near), within(face.landmarks, part)
    draw_irises(drawn, landmarks)
    if gaze is not None:
        draw_gaze(drawn, landmarks, (side * gaze[0], gaze[1]), ORANGE)
    return drawn
