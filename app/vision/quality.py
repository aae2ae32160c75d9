"""How well a picture can be judged. Measured at every look, hence on few of its pixels.

Sharpness is the standard deviation of the Laplacian over four times that of the picture itself,
once it was brought to one width: a face to 64 columns, a whole picture to 80. So it depends neither
on the light nor on the size at which the picture was decoded, and a blur counts by its share of the
face: about 0.15 for a sharp one, 0.035 for one blurred by 3 % of its width.
"""

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from app.types import BoundingBox, Quality
from app.vision.decode import Picture

GREEN = 1
"""The channel that is looked at: it holds most of the light, and a conversion costs more."""
SAMPLED = 320
"""Pixels of the longer side of which a whole picture is measured, about."""
THUMBNAIL = (80, 60)
"""Columns and rows."""
FACE_COLUMNS = 64
BLOCK = 8
"""Pixels of a block in which noise is measured, in the upper half of the picture, where there is
most background; the flattest quarter of them counts."""
SECOND_DIFFERENCE = np.array([1, -2, 1], np.float32)
"""Across and down, it makes the kernel that leaves of a picture mostly its noise (J. Immerkaer,
Fast noise variance estimation, 1996)."""
FINER = 4
"""Parts of a level that are told apart."""
DEVIATION = math.sqrt(math.pi / 2) / 6
"""Of noise, over the mean of what that kernel makes of it."""
DULL = 1.0
"""Levels: what is flatter than this has no sharpness to speak of."""

Grey = NDArray[np.uint8]


def measure(picture: Picture, face: BoundingBox | None, width: int) -> Quality:
    """Of the face, or of the whole picture where there is none; `width`: pixels as it was sent."""
    step = max(1, max(picture.shape[:2]) // SAMPLED)
    grey = np.ascontiguousarray(picture[::step, ::step, GREEN])
    thumbnail = _resized(grey, THUMBNAIL, cv2.INTER_AREA)
    noise = _noise(grey[: len(grey) // 2])
    part = None if face is None else _cut(picture, face)
    if part is None:
        small = thumbnail
    else:
        step = max(1, part.shape[1] // (2 * FACE_COLUMNS))
        grey = np.ascontiguousarray(part[::step, ::step, GREEN])
        small = _at_columns(grey, FACE_COLUMNS)
    mean, deviation = cv2.meanStdDev(grey)
    return Quality(
        brightness=float(mean[0, 0]) / 255,
        contrast=float(deviation[0, 0]) / 255,
        sharpness=_sharpness(small),
        face_width=None if face is None else face.width * width,
        thumbnail=thumbnail,
        noise=noise,
    )


def _cut(picture: Picture, face: BoundingBox) -> Picture | None:
    """What of the face lies within the picture; None: nothing to speak of."""
    height, width = picture.shape[:2]
    left, right = (round(x * width) for x in (face.left, face.left + face.width))
    top, bottom = (round(y * height) for y in (face.top, face.top + face.height))
    part = picture[max(top, 0) : max(bottom, 0), max(left, 0) : max(right, 0)]
    return part if min(part.shape[:2]) >= 8 else None


def _at_columns(grey: Grey, columns: int) -> Grey:
    height, width = grey.shape
    rows = max(8, round(height * columns / width))
    how = cv2.INTER_AREA if width > columns else cv2.INTER_LINEAR
    return _resized(grey, (columns, rows), how)


def _resized(grey: Grey, size: tuple[int, int], how: int) -> Grey:
    return np.asarray(cv2.resize(grey, size, interpolation=how), np.uint8)


def _sharpness(small: Grey) -> float:
    _, edges = cv2.meanStdDev(cv2.Laplacian(small, cv2.CV_16S))
    _, all_of_it = cv2.meanStdDev(small)
    return float(edges[0, 0] / max(all_of_it[0, 0], DULL)) / 4


def _noise(grey: Grey) -> float:
    """Levels."""
    height, width = grey.shape
    edges = cv2.sepFilter2D(grey, cv2.CV_16S, SECOND_DIFFERENCE, SECOND_DIFFERENCE)
    size = max(width // BLOCK, 2), max(height // BLOCK, 2)
    blocks = _resized(
        np.asarray(cv2.convertScaleAbs(edges, alpha=FINER), np.uint8), size, cv2.INTER_AREA
    ).ravel()
    quarter = len(blocks) // 4
    return float(np.partition(blocks, quarter)[quarter]) / FINER * DEVIATION
