"""Small labelled folders of generated media."""

from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from app.types import BoundingBox, Detection, ObjectClass
from benchmarks.accuracy.card import measure
from benchmarks.accuracy.chapter import Chapter
from benchmarks.accuracy.figures import EVERYTHING, Figure
from benchmarks.accuracy.labels import Kind
from benchmarks.accuracy.parts import Parts
from benchmarks.portrait import Act, Portrait
from tests.media import Picture

RED = np.array((220, 20, 30), np.uint8)
"""What the detector of these tests takes for a phone."""


def write(folder: Path, name: str, text: str) -> Path:
    """A label file."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def write_picture(path: Path, picture: Picture) -> None:
    """By its ending."""
    path.parent.mkdir(parents=True, exist_ok=True)
    assert cv2.imwrite(str(path), cv2.cvtColor(picture, cv2.COLOR_RGB2BGR))


def write_video(path: Path, pictures: Iterable[NDArray[np.uint8]], fps: float) -> None:
    """Motion JPEG, which OpenCV itself writes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    writer = None
    for picture in pictures:
        height, width = picture.shape[:2]
        if writer is None:
            code = cv2.VideoWriter.fourcc(*"MJPG")
            writer = cv2.VideoWriter(str(path), code, fps, (width, height))
        writer.write(cv2.cvtColor(picture, cv2.COLOR_RGB2BGR))
    assert writer is not None
    writer.release()


@cache
def actor() -> Portrait:
    """Making one takes seconds."""
    return Portrait()


def act(path: Path, acts: Sequence[Act], fps: float = 10.0) -> None:
    """A video of the portrait."""
    write_video(path, actor().frames(acts, fps), fps)


def scored(
    folder: Path, kind: Kind, parts: Parts | None = None, *, slices: bool = False
) -> Chapter:
    """The folder's only chapter of this kind."""
    [chapter] = measure(folder, parts or Parts(), only=[kind], slices=slices)
    return chapter


def figure(chapter: Chapter, name: str, part: str = EVERYTHING) -> Figure:
    """The only one of this name and slice."""
    [found] = [f for f in chapter.figures if (f.name, f.slice) == (name, part)]
    return found


def value(chapter: Chapter, name: str) -> float | None:
    """Of all cases."""
    return figure(chapter, name).value


def red_things(picture: Picture) -> list[Detection]:
    """A detector: each red patch is a phone, the surer the larger."""
    away = np.abs(picture.astype(np.int16) - RED.astype(np.int16)).max(axis=2)
    height, width = picture.shape[:2]
    count, _, stats, _ = cv2.connectedComponentsWithStats((away < 40).astype(np.uint8))
    return [
        Detection(
            object_class=ObjectClass.PHONE,
            confidence=min(1.0, across * down / 10_000),
            box=BoundingBox(
                left=left / width, top=top / height, width=across / width, height=down / height
            ),
        )
        for left, top, across, down, area in stats[1:count].tolist()
        if area > 50
    ]
