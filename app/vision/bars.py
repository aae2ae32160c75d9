"""The part of a picture that a camera filled: bars beside it are somebody else's."""

import numpy as np
from numpy.typing import NDArray

from app.vision.decode import Picture

NOISE = 12
"""Levels between the darkest and the brightest pixel of a line of one colour, after JPEG."""
SAMPLES = 160
"""Pixels of a line that are looked at, about."""


def without_bars(picture: Picture) -> tuple[slice, slice]:
    """Lines and columns that are left once those of one colour are taken off the edges.

    All of them where none of them differs from that.
    """
    lines = _between_bars(picture)
    return lines, _between_bars(picture[lines].transpose(1, 0, 2))


def _between_bars(lines: Picture) -> slice:
    lines = lines[:, :: max(1, lines.shape[1] // SAMPLES)]
    if _varied(lines[:1]).all() and _varied(lines[-1:]).all():
        return slice(0, len(lines))  # soon found, and so it mostly is
    varied = np.flatnonzero(_varied(lines))
    return slice(int(varied[0]), int(varied[-1]) + 1) if varied.size else slice(0, len(lines))


def _varied(lines: Picture) -> NDArray[np.bool_]:
    """Which of the lines have more than one colour."""
    return np.asarray((lines.max(axis=1) - lines.min(axis=1) > NOISE).any(axis=1))
