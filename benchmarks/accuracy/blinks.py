"""Blinks: which of the labelled ones are counted, and what else is."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from app.types import BoundingBox, FaceObservation
from app.vision.landmarks import LEFT_EYE_OUTER, RIGHT_EYE_OUTER
from benchmarks.accuracy.chapter import Chapter, Shot
from benchmarks.accuracy.conditions import Conditions, figured
from benchmarks.accuracy.drawing import ORANGE, RED, WHITE, beside, canvas, captioned, close_up
from benchmarks.accuracy.eye_labels import BlinkLabel
from benchmarks.accuracy.figures import Figure, number, proportion
from benchmarks.accuracy.footage import MediaError, frames_at
from benchmarks.accuracy.labels import Kind
from benchmarks.accuracy.matching import matched_times
from benchmarks.accuracy.parts import BlinkCounter
from benchmarks.accuracy.replay import Setting
from benchmarks.accuracy.workbench import Workbench

KIND = Kind.BLINKS
WITHIN = 0.3
"""Seconds between a labelled blink and the one counted, at most."""
WORST = 12
AROUND = (-0.3, -0.15, 0.0, 0.15, 0.3)
"""Seconds about the blink at which a picture is shown."""
TILE = 240
"""Pixels of the longer side of each."""
AROUND_EYES = (RIGHT_EYE_OUTER, LEFT_EYE_OUTER)


class Outcome(StrEnum):
    """What became of one blink."""

    FOUND = "found"
    MISSED = "missed"
    FALSE = "false"


@dataclass(frozen=True, slots=True, kw_only=True)
class BlinkCase:
    """One blink, labelled or counted or both."""

    video: Path
    at: float | None
    """Seconds; None: only the number of blinks is labelled."""
    outcome: Outcome
    conditions: Conditions


def score(labels: Sequence[BlinkLabel], bench: Workbench) -> Chapter:
    """By the times of the blinks, or by their number where no times are labelled."""
    counter = bench.parts.blinks
    cases: list[BlinkCase] = []
    remarks = []
    for label in bench.each(list(labels), "blinks"):
        try:
            cases += _cases(label, counter, bench)
        except MediaError as error:
            remarks.append(f"not scored: {error}")
    if counted := sum(label.times is None for label in labels):
        remarks.append(f"{counted} videos are compared by the number of blinks alone")
    timed = [case for case in cases if case.at is not None and case.outcome is not Outcome.FOUND]
    return Chapter(
        kind=KIND,
        media=len(labels) - len(remarks) + bool(counted),
        figures=figured(cases, figures, slices=bench.slices),
        worst=tuple(_shot(case, bench) for case in timed[:WORST]),
        remarks=tuple(remarks),
    )


def figures(cases: Sequence[BlinkCase]) -> list[Figure]:
    """Counts, and the shares that follow from them."""
    found, missed, false = (sum(case.outcome is outcome for case in cases) for outcome in Outcome)
    return [
        proportion(KIND, "recall", found, found + missed),
        proportion(KIND, "precision", found, found + false),
        number(KIND, "found", found, found + missed),
        number(KIND, "missed", missed, found + missed),
        number(KIND, "false", false, found + false),
    ]


def _cases(label: BlinkLabel, counter: BlinkCounter, bench: Workbench) -> list[BlinkCase]:
    told = list(counter(label.video))

    def case(at: float | None, outcome: Outcome) -> BlinkCase:
        return BlinkCase(
            video=label.video, at=at, outcome=outcome, conditions=_conditions(label, at, bench)
        )

    if label.times is None:
        found = min(label.count, len(told))
        return [
            *(case(None, Outcome.FOUND) for _ in range(found)),
            *(case(None, Outcome.MISSED) for _ in range(label.count - found)),
            *(case(None, Outcome.FALSE) for _ in range(len(told) - found)),
        ]
    pairs = matched_times(label.times, told, WITHIN)
    met, right = {i for i, _ in pairs}, {j for _, j in pairs}
    return [
        *(
            case(at, Outcome.FOUND if i in met else Outcome.MISSED)
            for i, at in enumerate(label.times)
        ),
        *(case(at, Outcome.FALSE) for j, at in enumerate(told) if j not in right),
    ]


def _conditions(label: BlinkLabel, at: float | None, bench: Workbench) -> Conditions:
    if not bench.slices:
        return Conditions()
    played = bench.played(label.video, Setting(rules={}))
    begins, ends = (0.0, played.seconds) if at is None else (at - 0.5, at + 0.5)
    return bench.conditions_between(label.video, played.looks, begins, ends)


def _shot(case: BlinkCase, bench: Workbench) -> Shot:
    assert case.at is not None
    pictures = frames_at(case.video, [max(0.0, case.at + apart) for apart in AROUND])
    face = bench.eye.picture(pictures[0]).face
    parts = [
        captioned(
            canvas(picture if face is None else close_up(picture, _eyes(face), 0.1)[0], TILE),
            (f"{apart:+.2f} s", WHITE),
        )
        for picture, apart in zip(pictures, AROUND, strict=True)
    ]
    words = {
        Outcome.MISSED: ("expected: a blink; found: none", RED),
        Outcome.FALSE: ("expected: no blink; found: one", ORANGE),
    }[case.outcome]
    drawn = captioned(beside(parts), words)
    source = f"{bench.name(case.video)} at {case.at:.2f} s"
    return Shot(title=f"{case.outcome} blink", source=source, picture=drawn)


def _eyes(face: FaceObservation) -> BoundingBox:
    """Around both."""
    left, top, _ = face.landmarks[list(AROUND_EYES)].min(axis=0).tolist()
    right, bottom, _ = face.landmarks[list(AROUND_EYES)].max(axis=0).tolist()
    return BoundingBox(left=left, top=top, width=right - left, height=bottom - top)
