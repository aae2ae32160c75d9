"""Head pose: how far the measured angles are from the labelled ones."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.types import BoundingBox, FaceObservation, HeadPose
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
    draw_mesh,
    draw_pose,
    within,
)
from benchmarks.accuracy.eye import Sight
from benchmarks.accuracy.figures import Figure, Unit, mean, percentile, proportion
from benchmarks.accuracy.footage import MediaError, picture_of
from benchmarks.accuracy.labels import Kind
from benchmarks.accuracy.pose_labels import HeadLabel
from benchmarks.accuracy.workbench import Workbench

ANGLES = ("yaw", "pitch", "roll")
NEAR, FAIR = 5.0, 10.0
"""Degrees within which an angle is counted as near, and as fair."""
USUAL = 99.0
"""Degrees: AFLW2000 is usually scored without the few heads turned further."""
WORST, NOT_FOUND = 8, 4
"""Pictures of each that are shown."""
KIND = Kind.HEAD_POSE


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadCase:
    """One labelled head."""

    label: HeadLabel
    found: FaceObservation | None
    """None: no face, or another one than the labelled."""
    conditions: Conditions

    @property
    def errors(self) -> tuple[float, float, float] | None:
        """Degrees of yaw, pitch and roll, 0 to 180."""
        if self.found is None:
            return None
        measured, true = self.found.head_pose, self.label.pose
        return (
            _apart(measured.yaw, true.yaw),
            _apart(measured.pitch, true.pitch),
            _apart(measured.roll, true.roll),
        )


def score(labels: Sequence[HeadLabel], bench: Workbench) -> Chapter:
    """Every head is seen as the first picture of a session, against the camera's axis."""
    usual = [label for label in labels if max(map(abs, _angles(label.pose))) <= USUAL]
    cases, remarks = [], []
    if left_out := len(labels) - len(usual):
        remarks.append(f"left out for heads turned beyond {USUAL:g} degrees, as usual: {left_out}")
    for label in bench.each(usual, "head pose"):
        try:
            cases.append(_case(label, bench))
        except MediaError as error:
            remarks.append(f"not scored: {error}")
    return Chapter(
        kind=KIND,
        media=len(cases),
        figures=figured(cases, figures, slices=bench.slices),
        worst=tuple(_shot(case, bench) for case in _worst(cases)),
        remarks=tuple(remarks),
    )


def figures(cases: Sequence[HeadCase]) -> list[Figure]:
    """Errors are those of the heads that were found."""
    errors = np.array([case.errors for case in cases if case.errors is not None]).reshape(-1, 3)
    found = [proportion(KIND, "heads found", len(errors), len(cases))]
    for angle, column in zip(ANGLES, errors.T.tolist(), strict=True):
        found += [
            mean(KIND, f"{angle}, mean absolute error", column, Unit.DEGREES),
            percentile(KIND, f"{angle}, 95 % are below", column, 95, Unit.DEGREES),
            proportion(
                KIND,
                f"{angle} within {NEAR:g} degrees",
                sum(e <= NEAR for e in column),
                len(column),
            ),
            proportion(
                KIND,
                f"{angle} within {FAIR:g} degrees",
                sum(e <= FAIR for e in column),
                len(column),
            ),
        ]
    of_all = errors.mean(axis=1).tolist() if len(errors) else []
    return [*found, mean(KIND, "mean of the three errors", of_all, Unit.DEGREES)]


def _case(label: HeadLabel, bench: Workbench) -> HeadCase:
    sight = bench.eye.file(label.picture)
    face = sight.face if _is_labelled(sight, label) else None
    box = None if face is None else face.box
    return HeadCase(
        label=label,
        found=face,
        conditions=bench.conditions(
            label.picture,
            brightness=brightness(picture_of(label.picture), box),
            face_width=0.0 if box is None else box.width * sight.width,
        ),
    )


def _is_labelled(sight: Sight, label: HeadLabel) -> bool:
    """Whether the face found is the labelled one, as far as the label says where that is."""
    if sight.face is None or label.nose is None:
        return True
    box, (x, y) = sight.face.box, label.nose
    return (
        box.left <= x / sight.width <= box.left + box.width
        and box.top <= y / sight.height <= box.top + box.height
    )


def _worst(cases: Sequence[HeadCase]) -> list[HeadCase]:
    found = sorted(cases, key=lambda case: -max(case.errors or (0.0,)))
    return [case for case in found if case.errors][:WORST] + [
        case for case in cases if not case.errors
    ][:NOT_FOUND]


def _shot(case: HeadCase, bench: Workbench) -> Shot:
    picture, true = picture_of(case.label.picture), case.label.pose
    expected = f"expected: {_words(true)}"
    name = bench.name(case.label.picture)
    if case.found is None or case.errors is None:
        drawn = canvas(picture)
        draw_pose(drawn, true, (drawn.shape[1] / 2, drawn.shape[0] / 2), GREEN)
        drawn = captioned(drawn, (expected, GREEN), ("found: no face, or another one", RED))
        return Shot(title="head not found", source=name, picture=drawn)
    whole = BoundingBox(left=0.0, top=0.0, width=1.0, height=1.0)
    near, part = (
        close_up(picture, case.found.box) if case.found.box.width < 0.4 else (picture, whole)
    )
    drawn = canvas(near)
    landmarks = within(case.found.landmarks, part)
    draw_mesh(drawn, landmarks)
    middle = landmarks[:, :2].mean(axis=0) * (drawn.shape[1], drawn.shape[0])
    at = float(middle[0]), float(middle[1])
    draw_pose(drawn, true, at, GREEN)
    draw_pose(drawn, case.found.head_pose, at, ORANGE)
    errors = ", ".join(f"{a} {e:.1f}" for a, e in zip(ANGLES, case.errors, strict=True))
    drawn = captioned(
        drawn,
        (expected, GREEN),
        (f"found: {_words(case.found.head_pose)}", ORANGE),
        (f"errors in degrees: {errors}", WHITE),
    )
    worst = int(np.argmax(case.errors))
    title = f"{ANGLES[worst]} is {case.errors[worst]:.1f} degrees off"
    return Shot(title=title, source=name, picture=drawn)


def _words(pose: HeadPose) -> str:
    return ", ".join(f"{a} {v:+.1f}" for a, v in zip(ANGLES, _angles(pose), strict=True))


def _angles(pose: HeadPose) -> tuple[float, float, float]:
    return pose.yaw, pose.pitch, pose.roll


def _apart(one: float, other: float) -> float:
    return abs((one - other + 180) % 360 - 180)
