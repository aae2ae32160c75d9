"""The whole card: finds the labels of a folder, scores each kind, writes what came out."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.accuracy import blinks, episodes, gaze, head_pose, objects
from benchmarks.accuracy.box_labels import LabelledPictures, labelled_pictures
from benchmarks.accuracy.chapter import Chapter
from benchmarks.accuracy.eye_labels import (
    BlinkLabel,
    GazeLabel,
    blink_labels,
    gaze_labels,
    glasses,
)
from benchmarks.accuracy.labels import Kind, LabelError
from benchmarks.accuracy.parts import Parts
from benchmarks.accuracy.pose_labels import HeadLabel, head_labels
from benchmarks.accuracy.timeline import Timeline, timelines
from benchmarks.accuracy.workbench import Workbench

NO_PICTURES = LabelledPictures(pictures=(), alone=())


@dataclass(frozen=True, slots=True, kw_only=True)
class Labels:
    """All labels of a folder."""

    heads: Sequence[HeadLabel]
    gazes: Sequence[GazeLabel]
    blinks: Sequence[BlinkLabel]
    objects: LabelledPictures
    timelines: Sequence[Timeline]


def measure(
    folder: Path,
    parts: Parts,
    *,
    only: Collection[Kind] = tuple(Kind),
    slices: bool = False,
    progress: Callable[[str], None] = lambda line: None,
) -> list[Chapter]:
    """Every label is read before anything is scored. Raises LabelError."""
    if not folder.is_dir():
        raise LabelError(f"there is no folder {folder}")
    labels = _read(folder, only)
    bench = Workbench(folder, parts, slices=slices, glasses=glasses(folder), progress=progress)
    try:
        return _chapters(labels, bench)
    finally:
        bench.close()


def _read(folder: Path, only: Collection[Kind]) -> Labels:
    labels = Labels(
        heads=head_labels(folder) if Kind.HEAD_POSE in only else (),
        gazes=gaze_labels(folder) if Kind.GAZE in only else (),
        blinks=blink_labels(folder) if Kind.BLINKS in only else (),
        objects=labelled_pictures(folder) if Kind.OBJECTS in only else NO_PICTURES,
        timelines=timelines(folder) if Kind.EPISODES in only else (),
    )
    if not any(
        (labels.heads, labels.gazes, labels.blinks, labels.objects.pictures, labels.timelines)
    ):
        raise LabelError(f"{folder} holds no labels of {', '.join(only)}; see --help for the forms")
    return labels


def _chapters(labels: Labels, bench: Workbench) -> list[Chapter]:
    found = []
    if labels.heads:
        found.append(head_pose.score(labels.heads, bench))
    if labels.gazes:
        found.append(gaze.score(labels.gazes, bench))
    if labels.blinks:
        found.append(blinks.score(labels.blinks, bench))
    if labels.objects.pictures:
        found.append(objects.score(labels.objects, bench))
    if labels.timelines:
        found.append(episodes.score(labels.timelines, bench))
    return found
