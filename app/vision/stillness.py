"""For how long a picture has not changed: a frozen one, told from a quiet scene.

Somebody in the picture moves: within seconds the edges of a face shift by more than any encoder
changes. An empty room does not, but its sensor's noise is new in every picture, while a frozen
picture stays the same, or the same but for what an encoder does to it now and then.
"""

import math
from collections import deque
from statistics import median

import cv2

from app.types import FrameAnalysis, Quality
from app.vision.quality import Grey

MOVED = 5
"""Cells of the thumbnail that must have changed for something to have moved."""
LEAST, MOST = 4.0, 20.0
"""Levels by which such a cell changes, in pictures of little and of ordinary contrast."""
OF_CONTRAST = 0.3
"""The same as a share of the picture's standard deviation, between the two."""
NOISE, NOISE_ABOUT_FACE = 0.12, 0.25
"""Levels: mean change from look to look from which a picture without or with a face is alive. A
face moves as well, so that more may be asked of it; whom a camera shows in noise is never frozen,
however still they sit."""
NOISE_LOOKS = 10
UNBROKEN = 2.5
"""Seconds between two looks over which a picture counts as unchanged."""
SIZES = 4
"""Of pictures that are remembered: each is compared with its own kind alone, since decoding at a
half changes edges as well."""


class Stillness:
    """What one session remembers of its thumbnails."""

    def __init__(self) -> None:
        self._since = math.nan
        self._at = -math.inf
        self._references: dict[int, tuple[Grey, float]] = {}
        """What each size is compared with, and the change in levels that counts."""
        self._previous: dict[int, Grey] = {}
        self._changes: deque[float] = deque(maxlen=NOISE_LOOKS)

    def update(self, analysis: FrameAnalysis, quality: Quality) -> float:
        """Seconds for which the picture has been the same; 0 while it is alive."""
        thumbnail, size, at = quality.thumbnail, analysis.width, analysis.at
        continues = 0.0 <= at - self._at <= UNBROKEN
        self._at = at
        reference, previous = self._references.get(size), self._previous.get(size)
        if previous is not None:
            self._changes.append(float(cv2.mean(cv2.absdiff(thumbnail, previous))[0]))
        self._previous[size] = thumbnail
        if not continues or _moved(thumbnail, reference):
            self._since = at
            self._references = {size: (thumbnail, _counts_from(thumbnail))}
            if len(self._previous) > SIZES:
                self._previous = {size: thumbnail}
        elif reference is None and len(self._references) < SIZES:
            self._references[size] = thumbnail, _counts_from(thumbnail)
        noise = NOISE_ABOUT_FACE if analysis.faces else NOISE
        if self._changes and median(self._changes) >= noise:
            return 0.0
        return at - self._since


def _counts_from(thumbnail: Grey) -> float:
    deviation = float(cv2.meanStdDev(thumbnail)[1][0, 0])
    return min(max(OF_CONTRAST * deviation, LEAST), MOST)


def _moved(thumbnail: Grey, reference: tuple[Grey, float] | None) -> bool:
    if reference is None:
        return False
    then, counts_from = reference
    change = cv2.absdiff(thumbnail, then)
    _, moved = cv2.threshold(change, counts_from, 1, cv2.THRESH_BINARY)
    return cv2.countNonZero(moved) >= MOVED
