"""Objects: which of the labelled boxes are found, and what else is."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from app.types import BoundingBox, Detection, ObjectClass
from benchmarks.accuracy.box_labels import LabelledPicture, LabelledPictures
from benchmarks.accuracy.chapter import Chapter, Shot
from benchmarks.accuracy.conditions import Conditions, brightness, figured
from benchmarks.accuracy.drawing import GREEN, ORANGE, RED, Colour, canvas, captioned, draw_boxes
from benchmarks.accuracy.figures import Figure, Unit, number, proportion
from benchmarks.accuracy.footage import MediaError, picture_of
from benchmarks.accuracy.labels import Kind
from benchmarks.accuracy.matching import average_precision, matched_boxes
from benchmarks.accuracy.parts import Detector
from benchmarks.accuracy.workbench import Workbench

KIND = Kind.OBJECTS
OVERLAP = 0.5
"""Intersection over union of a box that is right, at least."""
SIZES = {
    "small (under 32x32 px)": (0.0, 32.0**2),
    "medium": (32.0**2, 96.0**2),
    "large (96x96 px or more)": (96.0**2, float("inf")),
}
"""Pixels of a box's area, as COCO divides them."""
WORST_OF_EACH = 4
"""Pictures of each class that are shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectCase:
    """One object, labelled or detected or both."""

    object_class: ObjectClass
    picture: LabelledPicture
    labelled: BoundingBox | None
    """None: it is not there."""
    detected: Detection | None
    """None: it was not found."""
    area: float
    """Pixels: of the labelled box, or of the detected one where none is labelled."""
    conditions: Conditions


def score(labels: LabelledPictures, bench: Workbench) -> Chapter:
    """Every picture goes through the detector as the service has it, thresholds included."""
    detector = bench.parts.detector
    if detector is None:
        return Chapter(
            kind=KIND, media=0, figures=(), remarks=(f"not measured: {bench.parts.detector_name}",)
        )
    cases: list[ObjectCase] = []
    remarks = [f"{bench.parts.detector_name}; average precision is taken over what it reports"]
    unread = 0
    if labels.alone:
        names = ", ".join(file.name for file in labels.alone[:5])
        remarks.append(f"label files without a picture: {len(labels.alone)}, such as {names}")
    for picture in bench.each(list(labels.pictures), "objects"):
        try:
            cases += _cases(picture, detector, bench)
        except MediaError as error:
            unread += 1
            remarks.append(f"not scored: {error}")
    return Chapter(
        kind=KIND,
        media=len(labels.pictures) - unread,
        figures=figured(cases, figures, slices=bench.slices),
        worst=tuple(_shot(*worst, bench) for worst in _worst(cases)),
        remarks=tuple(remarks),
    )


def figures(cases: Sequence[ObjectCase]) -> list[Figure]:
    """Of each class, then of each of its sizes."""
    found = []
    for object_class in ObjectClass:
        own = [case for case in cases if case.object_class is object_class]
        if not own:
            continue
        found += _of_class(own, str(object_class))
        told = sum(case.detected is not None for case in own)
        false = sum(case.labelled is None for case in own)
        found.append(number(KIND, f"{object_class}, false", false, told))
        for size, (least, most) in SIZES.items():
            part = [case for case in own if least <= case.area < most]
            if part:
                found += _of_class(part, f"{object_class}, {size}")
    return found


def _of_class(cases: Sequence[ObjectCase], name: str) -> list[Figure]:
    hits = [
        (case.detected.confidence, case.labelled is not None)
        for case in cases
        if case.detected is not None
    ]
    labelled = sum(case.labelled is not None for case in cases)
    right = sum(hit for _, hit in hits)
    return [
        proportion(KIND, f"{name}, recall", right, labelled),
        proportion(KIND, f"{name}, precision", right, len(hits)),
        Figure(
            kind=KIND,
            name=f"{name}, average precision",
            value=average_precision(hits, labelled),
            unit=Unit.SHARE,
            n=labelled,
        ),
    ]


def _cases(picture: LabelledPicture, detector: Detector, bench: Workbench) -> list[ObjectCase]:
    pixels = picture_of(picture.picture)
    detections = sorted(detector(pixels), key=lambda d: -d.confidence)
    height, width = pixels.shape[:2]
    conditions = bench.conditions(
        picture.picture, brightness=brightness(pixels, None), face_width=None
    )
    cases = []
    for object_class in ObjectClass:
        expected = [box for labelled, box in picture.objects if labelled is object_class]
        found = [d for d in detections if d.object_class is object_class]
        pairs = matched_boxes(expected, [d.box for d in found], OVERLAP)
        together = [
            *((expected[pairs[j]] if j in pairs else None, d) for j, d in enumerate(found)),
            *((box, None) for i, box in enumerate(expected) if i not in pairs.values()),
        ]
        for labelled, detected in together:
            box = labelled or (detected.box if detected else None)
            assert box is not None
            cases.append(
                ObjectCase(
                    object_class=object_class,
                    picture=picture,
                    labelled=labelled,
                    detected=detected,
                    area=box.area * width * height,
                    conditions=conditions,
                )
            )
    return cases


def _worst(cases: Sequence[ObjectCase]) -> list[tuple[ObjectClass, list[ObjectCase]]]:
    """Of each class the pictures with the most and largest objects missed or false."""
    worst = []
    for object_class in ObjectClass:
        by_picture: dict[str, list[ObjectCase]] = {}
        for case in cases:
            if case.object_class is object_class:
                by_picture.setdefault(str(case.picture.picture), []).append(case)
        ranked = sorted(by_picture.values(), key=_badness, reverse=True)
        worst += [(object_class, own) for own in ranked[:WORST_OF_EACH] if _badness(own)]
    return worst


def _badness(cases: Sequence[ObjectCase]) -> float:
    """Pixels: the sides of what is wrong, added up."""
    wrong = [case for case in cases if case.labelled is None or case.detected is None]
    return sum(math.sqrt(case.area) for case in wrong)


def _shot(object_class: ObjectClass, cases: Sequence[ObjectCase], bench: Workbench) -> Shot:
    path = cases[0].picture.picture
    drawn = canvas(picture_of(path), 800)
    boxes: list[tuple[BoundingBox, Colour, str]] = []
    found = missed = false = 0
    for case in cases:
        sure = "" if case.detected is None else f"{case.detected.confidence:.2f}"
        if case.labelled is None and case.detected is not None:
            false += 1
            boxes.append((case.detected.box, ORANGE, sure))
        elif case.labelled is not None:
            found, missed = found + (case.detected is not None), missed + (case.detected is None)
            boxes.append((case.labelled, RED if case.detected is None else GREEN, sure))
    draw_boxes(drawn, boxes)
    drawn = captioned(
        drawn,
        (f"{object_class}: {found} found as labelled", GREEN),
        (f"{missed} labelled but missed", RED),
        (f"{false} detected but not labelled", ORANGE),
    )
    title = f"{object_class}: {missed} missed, {false} false"
    return Shot(title=title, source=bench.name(path), picture=drawn)
