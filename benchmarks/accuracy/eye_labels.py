"""Labels about eyes: `gaze.csv`, `blinks.csv` and `glasses.csv`."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from app.types import Label
from benchmarks.accuracy.labels import PICTURES, VIDEOS, Place, Row, table


class Direction(StrEnum):
    """Where the candidate looks; left and right are the candidate's own."""

    SCREEN = "screen"
    LEFT = "left"
    RIGHT = "right"
    UP = "up"
    DOWN = "down"


DIRECTIONS = {
    Label.LOOKING_LEFT: Direction.LEFT,
    Label.LOOKING_RIGHT: Direction.RIGHT,
    Label.LOOKING_UP: Direction.UP,
    Label.LOOKING_DOWN: Direction.DOWN,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class GazeLabel:
    """Where the candidate looks in a picture, or for some time of a video."""

    media: Path
    span: tuple[float, float] | None
    """Seconds of a video; None: the media is a picture."""
    direction: Direction
    mirrored: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class BlinkLabel:
    """All blinks of a video."""

    video: Path
    times: tuple[float, ...] | None
    """Seconds, in order; None: only their number is known."""
    count: int


def gaze_labels(folder: Path) -> list[GazeLabel]:
    """All of a folder and below. Raises LabelError."""
    return [
        _gaze(row)
        for file in sorted(folder.rglob("gaze.csv"))
        for row in table(file, ("file", "direction"), ("from", "to", "mirrored"))[0]
    ]


def _gaze(row: Row) -> GazeLabel:
    media = row.media("file", PICTURES + VIDEOS)
    span = None
    if media.suffix.lower() in VIDEOS:
        span = row.seconds("from"), row.seconds("to")
        if span[0] >= span[1]:
            raise row.place.error(f"from {span[0]:g} to {span[1]:g} is no time")
    elif row.cells.get("from") or row.cells.get("to"):
        raise row.place.error("a picture has no times: leave from and to empty")
    return GazeLabel(
        media=media,
        span=span,
        direction=Direction(row.choice("direction", Direction)),
        mirrored=row.flag("mirrored"),
    )


def blink_labels(folder: Path) -> list[BlinkLabel]:
    """All of a folder and below. Raises LabelError."""
    labels: dict[Path, BlinkLabel] = {}
    for file in sorted(folder.rglob("blinks.csv")):
        for place, label in _blinks(file):
            if label.video in labels:
                raise place.error(f"{label.video.name} has labels in another place too")
            labels[label.video] = label
    return list(labels.values())


def _blinks(file: Path) -> Iterator[tuple[Place, BlinkLabel]]:
    rows, _ = table(file, ("video",), ("time", "count"))
    times: dict[Path, list[float]] = {}
    places: dict[Path, Place] = {}
    for row in rows:
        video = row.media("video", VIDEOS)
        if "count" in row.cells and "time" in row.cells:
            raise row.place.error("either time or count, not both")
        if "count" in row.cells:
            count = row.number("count", 0, 1e6)
            if count != round(count):
                raise row.place.error(f"count: {count} is no whole number")
            yield row.place, BlinkLabel(video=video, times=None, count=round(count))
        elif "time" in row.cells:
            places.setdefault(video, row.place)
            seconds = times.setdefault(video, [])
            if row.cells["time"]:
                seconds.append(row.seconds("time"))
        else:
            raise row.place.error("column time or count is missing")
    for video, found in times.items():
        label = BlinkLabel(video=video, times=tuple(sorted(found)), count=len(found))
        yield places[video], label


def glasses(folder: Path) -> dict[Path, bool]:
    """Who wears glasses, by file. Raises LabelError."""
    return {
        row.media("file", PICTURES + VIDEOS): row.choice("glasses", ("yes", "no")) == "yes"
        for file in sorted(folder.rglob("glasses.csv"))
        for row in table(file, ("file", "glasses"))[0]
    }
