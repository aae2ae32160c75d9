"""Whether the person repeats in pictures that repeat, or only what is behind: an animated one does.

A fingerprint has few cells; the person's are those well within the face and the body below it. Each
is compared with what it showed a period ago, as the whole picture is, and that with its motion.
"""

import numpy as np
from numpy.typing import NDArray

from app.types import BoundingBox

CELLS = 16, 12
"""Columns and rows of a fingerprint: so few that encoding and decoding at a half hardly matter."""
HEAD, BODY = 0.5, 1.0
"""Face widths to either side of the face's middle that are the person's: beside the face and, from
so far below it on, down to the lower edge."""
SHOULDERS = 0.6
"""Face heights below the face at which the body is that wide."""
WITHIN = 0.75
"""Share of a cell that must lie within, for the background to hardly reach into it."""
MOVES = 0.5
"""Levels squared within 0.3 s, from which a cell moves."""
LEAST_CELLS, MOVING = 2, 0.25
"""Cells that must move, and the share of the person's."""
REPEATS, DIFFERS = 0.25, 0.5
"""The difference over the motion: at most, in a cell that repeats; at least, in one that does
not."""
MOST, FEW = 0.8, 0.5
"""Share of the moving cells that repeat: at least, where the person does; at most, where not."""
LEAST_ROWS = 20
"""Steps that must be known."""

Floats = NDArray[np.float32]


def person_cells(face: BoundingBox) -> NDArray[np.intp]:
    """Places in a fingerprint; empty where the face is too small or beside the picture."""
    columns, rows = CELLS
    middle = face.left + face.width / 2
    chin = face.top + face.height
    inside = np.zeros(columns * rows, np.float32)
    for half, top, bottom in (
        (HEAD, face.top, chin + SHOULDERS * face.height),
        (BODY, chin + SHOULDERS * face.height, 1.0),
    ):
        across = _covered(middle - half * face.width, middle + half * face.width, columns)
        inside += np.outer(_covered(top, bottom, rows), across).ravel()
    return np.flatnonzero(inside >= WITHIN)


def person_repeats(shown: Floats, later: Floats, earlier: Floats, before: Floats) -> bool | None:
    """Of the person's cells, a row for each step: what was shown, what was shown a period ago (the
    way from `earlier` to `later` it), and what was shown 0.3 seconds before.

    None: they hardly moved, or some repeat and some do not.
    """
    steps, cells = shown.shape
    if steps < LEAST_ROWS:
        return None
    motion = np.square(shown - before).mean(0)
    moving = motion >= MOVES
    count = int(np.count_nonzero(moving))
    if count < max(LEAST_CELLS, MOVING * cells):
        return None
    way, from_there = earlier - later, shown - later
    lengths = np.maximum(np.square(way).sum(1), 1e-3)
    share = np.clip((way * from_there).sum(1) / lengths, 0, 1)[:, None]
    off = np.square(from_there - share * way).mean(0)[moving] / motion[moving]
    if np.count_nonzero(off <= REPEATS) >= MOST * count and off.mean() <= DIFFERS:
        return True
    return False if np.count_nonzero(off < DIFFERS) <= FEW * count else None


def _covered(begin: float, end: float, count: int) -> Floats:
    """The share of each of so many equal parts of 0 to 1 that lies between."""
    edges = np.arange(count, dtype=np.float32) / count
    parts = np.minimum(edges + 1 / count, end) - np.maximum(edges, begin)
    return np.asarray(np.clip(parts * count, 0, 1), np.float32)
