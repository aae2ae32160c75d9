"""The pictures that the cameras of a measurement send: JPEGs of the portrait, made beforehand."""

from pathlib import Path

import cv2
import numpy as np

from benchmarks.portrait import Portrait, jpegs
from benchmarks.scenes import AWAY, Act, Scene, act_at
from benchmarks.warp import Image

ACTS = (Act(scene=Scene.FACING, seconds=9.0), Act(scene=Scene.LOOK_RIGHT, seconds=3.0))
"""A candidate who mostly works, with one alert a round, so that the events' delay is measured."""
SHARE_ABOVE = 0.25
"""Of the rows that a wider picture lacks, those above: the face stays in view."""


def write_clip(folder: Path, *, fps: float, width: int, height: int) -> None:
    """One round of the clip as numbered files."""
    for number, picture in enumerate(Portrait().frames(ACTS, fps)):
        (jpeg,) = jpegs([fitted(picture, width, height)])
        if ACTS[act_at(ACTS, number / fps)].scene is not Scene.FACING:
            jpeg = commented(jpeg, AWAY)
        (folder / f"{number:05}.jpg").write_bytes(jpeg)


def fitted(picture: Image, width: int, height: int) -> Image:
    """Enlarged to the size and cut to its shape."""
    rows, columns = picture.shape[:2]
    scale = max(width / columns, height / rows)
    size = round(columns * scale), round(rows * scale)
    larger = cv2.resize(picture, size, interpolation=cv2.INTER_CUBIC)
    left, top = (size[0] - width) // 2, round((size[1] - height) * SHARE_ABOVE)
    return np.ascontiguousarray(larger[top : top + height, left : left + width], np.uint8)


def commented(jpeg: bytes, comment: bytes) -> bytes:
    """With a comment segment after the start of the image."""
    return jpeg[:2] + b"\xff\xfe" + (len(comment) + 2).to_bytes(2, "big") + comment + jpeg[2:]
