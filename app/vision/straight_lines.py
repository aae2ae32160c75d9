"""Long straight lines in a small grey picture, and from where to where each can be seen.

A Hough transform over thinned edges proposes lines; along each the edges are then looked at one by
one, since a line through leaves or letters collects as many votes as a rim.
"""

from dataclasses import dataclass
from math import radians
from typing import Self

import cv2
import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.uint8]
Floats = NDArray[np.float64]
Signs = NDArray[np.int8]
Places = NDArray[np.intp]

EDGE = 32
"""A step of 8 levels, as Sobel's operator weighs it."""
STEEPEST = 25.0
"""Degrees between a line and the rows, at most."""
VOTES = 0.8
"""Of Hough's transform, for each pixel of a unit."""
VOTED = 800
"""So many lines of the transform are considered, those with the most votes first."""
NEAREST, FARTHEST = 0.55, 3.0
"""Units between a line and the centre."""
SAME_PIXELS, SAME_SLOPE = 1.5, 0.15
"""Lines that differ by less are one."""
REFITTED = 0.08
"""A fit to the edges changes the slope by less, or it is not made."""
STRETCH, COVERED = 0.3, 0.58
"""Units over which a line is seen where edges cover this share of the pixels, all of which change
from dark to bright or all from bright to dark."""
STRAIGHT = 1.2
"""Pixels between an edge and the line that it belongs to, at most."""
GAP = 0.55
"""Units over which a line may be hidden: a finger."""


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines, one an entry; shape (n,) each. Across = slope * along + start, in pixels; lengths in
    units; positions along a line in units from the foot of the perpendicular from the centre."""

    slope: Floats
    start: Floats
    distance: Floats
    """From the centre; positive: the line lies further across."""
    begins: Floats
    """Where what is seen of the line begins."""
    ends: Floats
    """Where it ends."""
    leaves: Floats
    """Where the line leaves the picture."""
    enters: Floats
    """Where it enters it."""
    seen: Floats
    """Share of what lies between begin and end, 0 to 1."""
    seen_after: Floats
    """The same between the foot and the end; 0 where the line ends before."""

    def __len__(self) -> int:
        return len(self.slope)

    def take(self, which: NDArray[np.bool_]) -> Self:
        """Some of them."""
        return type(self)(*(getattr(self, name)[which] for name in self.__slots__))


def find_lines(grey: Grey, centre: tuple[float, float], unit: int, *, most: int) -> Lines:
    """Lines along the rows, the `most` that have the most edges.

    `centre`: along and across, pixels, need not lie within the picture; `unit`: pixels.
    """
    nothing = Lines(*(np.zeros(0) for _ in Lines.__slots__))
    if not most:
        return nothing
    signs = _thin_edges(grey)
    slope, start = _distinct(*_vote(signs, unit), centre, unit, most)
    if not len(slope):
        return nothing
    along = np.arange(grey.shape[1])
    nearest, offset = _spread(signs)
    about = np.abs(along - centre[0]) < 2 * unit
    slope, start = _fitted(slope, start, along, nearest, offset, about)
    rows, inside = _rows(slope, start, along, grey.shape[0])
    apart = rows + offset[rows, along] - (slope[:, None] * along + start[:, None])
    there = np.where(inside & (np.abs(apart) <= STRAIGHT), nearest[rows, along], 0)
    window = (max(3, round(STRETCH * unit)), 1)
    share = np.maximum(
        cv2.blur((there > 0).astype(np.float32), window),
        cv2.blur((there < 0).astype(np.float32), window),
    )
    return _measured(slope, start, share >= COVERED, inside, centre, unit)


def _thin_edges(grey: Grey) -> Signs:
    """1 and -1 where brightness rises or falls across, on the ridge of the change; else 0."""
    across = cv2.Sobel(grey, cv2.CV_16S, 0, 1)
    size, other = np.abs(across), np.abs(cv2.Sobel(grey, cv2.CV_16S, 1, 0))
    edge = (size >= EDGE) & (size > other + (other >> 1))
    edge[1:] &= size[1:] >= size[:-1]
    edge[:-1] &= size[:-1] > size[1:]
    edge[:2] = edge[-2:] = False
    return np.where(edge, np.sign(across), 0).astype(np.int8)


def _vote(signs: Signs, unit: int) -> tuple[Floats, Floats]:
    """Slopes and starts, those with the most votes first."""
    found = cv2.HoughLines(
        np.abs(signs).view(np.uint8),
        1,
        np.pi / 180,
        max(8, round(VOTES * unit)),
        min_theta=radians(90 - STEEPEST),
        max_theta=radians(90 + STEEPEST),
    )
    if found is None:
        return np.zeros(0), np.zeros(0)
    flat = np.asarray(found, np.float64).reshape(-1, found.shape[-1])[:VOTED]
    sine = np.sin(flat[:, 1])
    return -np.cos(flat[:, 1]) / sine, flat[:, 0] / sine


def _distinct(
    slope: Floats, start: Floats, centre: tuple[float, float], unit: int, most: int
) -> tuple[Floats, Floats]:
    """The first of those that nearly coincide."""
    beside = slope * centre[0] + start - centre[1]
    left = (np.abs(beside) > NEAREST * unit) & (np.abs(beside) < FARTHEST * unit)
    kept: list[int] = []
    while len(kept) < most and left.any():
        best = int(left.argmax())
        kept.append(best)
        left &= (np.abs(beside - beside[best]) > SAME_PIXELS) | (
            np.abs(slope - slope[best]) > SAME_SLOPE
        )
    return slope[kept], start[kept]


def _spread(signs: Signs) -> tuple[Signs, Signs]:
    """For each pixel the sign of the nearest edge within 2 pixels across, and how far it is."""
    nearest, offset = signs.copy(), np.zeros_like(signs)
    for shift in (1, -1, 2, -2):
        if shift > 0:
            to, source = slice(None, -shift), slice(shift, None)
        else:
            to, source = slice(-shift, None), slice(None, shift)
        free = (nearest[to] == 0) & (signs[source] != 0)
        np.copyto(offset[to], shift, where=free)
        np.copyto(nearest[to], signs[source], where=free)
    return nearest, offset


def _rows(
    slope: Floats, start: Floats, along: Places, height: int
) -> tuple[Places, NDArray[np.bool_]]:
    """Across at each place along each line, shape (n, along), and whether the picture has it."""
    rows = np.rint(slope[:, None] * along + start[:, None]).astype(np.intp)
    return np.clip(rows, 0, height - 1), (rows >= 0) & (rows < height)


def _fitted(
    slope: Floats,
    start: Floats,
    along: Places,
    nearest: Signs,
    offset: Signs,
    about: NDArray[np.bool_],
) -> tuple[Floats, Floats]:
    """Least squares over the edges beside each line, at the places in `about`."""
    rows, inside = _rows(slope, start, along, len(nearest))
    used = inside & about & (nearest[rows, along] != 0)
    across = rows + offset[rows, along]
    count = np.maximum(used.sum(1), 1)
    mean_along, mean_across = (used * along).sum(1) / count, (used * across).sum(1) / count
    apart = used * (along - mean_along[:, None])
    spread = np.maximum((apart**2).sum(1), 1.0)
    fit = (apart * (across - mean_across[:, None])).sum(1) / spread
    good = np.abs(fit - slope) < REFITTED
    return np.where(good, fit, slope), np.where(good, mean_across - fit * mean_along, start)


def _measured(
    slope: Floats,
    start: Floats,
    seen: NDArray[np.bool_],
    inside: NDArray[np.bool_],
    centre: tuple[float, float],
    unit: int,
) -> Lines:
    foot = (centre[0] + slope * (centre[1] - start)) / (1 + slope**2)
    runs = [_longest_run(np.flatnonzero(row), GAP * unit) for row in seen]
    begins, ends, pixels = np.array(runs, np.float64).T
    along = np.arange(seen.shape[1])
    after = (along >= np.maximum(foot, begins)[:, None]) & (along < ends[:, None])
    scale = np.sqrt(1 + slope**2) / unit
    return Lines(
        slope=slope,
        start=start,
        distance=(slope * centre[0] + start - centre[1]) / (1 + slope**2) * scale,
        begins=(begins - foot) * scale,
        ends=(ends - foot) * scale,
        leaves=(inside.shape[1] - inside[:, ::-1].argmax(1) - foot) * scale,
        enters=(inside.argmax(1) - foot) * scale,
        seen=pixels / np.maximum(ends - begins, 1.0),
        seen_after=(seen & after).sum(1) / np.maximum(after.sum(1), 1),
    )


def _longest_run(places: Places, gap: float) -> tuple[int, int, int]:
    """Begin, end and size of the run with the most places; between runs lies more than a gap."""
    if not len(places):
        return 0, 0, 0
    cuts = np.flatnonzero(np.diff(places) > gap)
    firsts = np.concatenate(([0], cuts + 1))
    lasts = np.concatenate((cuts, [len(places) - 1]))
    best = int((lasts - firsts).argmax())
    size = int(lasts[best] - firsts[best]) + 1
    return int(places[firsts[best]]), int(places[lasts[best]]) + 1, size
