"""Whether the pictures show again what they showed some seconds ago, as a looped feed does.

Each look is reduced to a fingerprint, and a minute of fingerprints is kept, laid on a grid in time.
A loop is looked at in other moments of each round, so a picture is compared with the way between
two earlier ones. The feed repeats where that distance stays, for seconds of motion, a small share
of what the picture moves in a third of a second, and at no other lag does: people return to poses
and move in rhythms, but to neither that exactly. Where little moves, nothing can be said.
"""

import math
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from app.types import BoundingBox
from app.vision.loop_person import CELLS, person_cells, person_repeats
from app.vision.quality import Grey

STEP = 0.1
"""Seconds of the grid."""
SHORTEST, LONGEST = 2.0, 60.0
"""Seconds of a period; what comes round sooner is a rhythm."""
WINDOW = 5.0
"""Seconds that are compared."""
COMPARED = 0.8
"""Share of them that must have been seen, both times."""
LASTS, TURNS = 1.5, 12.0
"""Seconds for which it must then go on matching: at least, and together with the period. What
moves in a rhythm matches itself for a turn or two."""
LINGERS = 10.0
"""Seconds without motion after which nothing is known any more."""
UNBROKEN = 0.45
"""Seconds between two looks, at most, for what lies between them to be known."""
CUT, LEAST_CUT = 25.0, 2.0
"""Times the usual change from look to look, and levels squared, from which there is a cut: nothing
lies between its two pictures."""
ADAPTS = 0.1
"""The newest change's weight in the usual one."""
JUDGED_EVERY = 5
"""Steps from one judgement to the next: each costs as much as a few looks."""
MOTION_STEPS = 3
"""Over so many steps motion is measured."""
BESIDE_STEPS = 6
"""So far from a period and its multiples the pictures must differ."""
DRIFT_STEPS = 2
"""By so much a period may change from one judgement to the next."""
SHARE, OTHERS = 0.12, 7.0
"""The difference over the motion, at most; the difference at any other lag over it, at least."""
ENCODED, BLENDED = 0.45, 0.02
"""Levels squared of difference that encoding makes, at most; share of the motion that what lies
between two looks may be off."""
EXACT = 0.01
"""Levels squared: what differs by less is the same."""
MOVES, MOVING = 0.5, 0.3
"""Levels squared in a step that moves, and the share of the steps that must."""

Floats = NDArray[np.float32]

PIXELS = CELLS[0] * CELLS[1]
ROWS = round(WINDOW / STEP)
FIRST, LAST = round(SHORTEST / STEP) - 1, round(LONGEST / STEP) - 1
SOONEST = round(0.4 / STEP)
"""Of the shortest rhythm that is looked for."""
KEPT = LAST + BESIDE_STEPS + 3
RING = KEPT + ROWS
"""Steps that are kept: every compared one's period ago is among them."""
LAGS = np.arange(KEPT) + 1.5
"""In steps: the n-th place stands for the way between lags n + 1 and n + 2."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Loop:
    """Pictures that repeat."""

    period_seconds: float
    """2 to 60."""
    matched_seconds: float
    """For how long they have been repeating, at least; 5.5 or more."""
    difference: float
    """Levels, root of the mean square over the fingerprint: from the pictures a period ago."""
    motion: float
    """Levels, the same: from the pictures 0.3 seconds ago."""
    confidence: float
    """0 to 1: how far the difference lies below the motion, and for how long."""
    person: bool | None
    """Whether the person's part of the pictures repeats as well, by the newest motion there; None:
    no face was seen, or it hardly moved."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Candidate:
    """A lag at which the pictures seem to repeat; times in seconds."""

    place: int
    since: float
    seen_at: float
    seen_seconds: float


class LoopFinder:
    """One session's; it keeps 0.6 MB."""

    def __init__(self) -> None:
        self.loop: Loop | None = None
        """What repeats at present."""
        self.moving = False
        """Whether enough moved in the last seconds for a loop to be told from another feed."""
        self._shown: Floats = np.zeros((RING, PIXELS), np.float32)
        """A ring of fingerprints, one a step: grey levels less those of the first."""
        self._first: Floats | None = None
        self._squares: Floats = np.full(RING, np.nan, np.float32)
        """Their squared lengths; NaN: nothing is known of that step."""
        self._ways: Floats = np.full(RING, np.nan, np.float32)
        """Squared distances, of each from the one before."""
        self._differences: Floats = np.full((ROWS, KEPT), np.nan, np.float32)
        """Squared distances of each of the newest steps from all earlier ways, by lag."""
        self._moved: Floats = np.full(ROWS, np.nan, np.float32)
        """Squared distances of each of the newest steps from what was shown 0.3 s before."""
        self._usual = 0.0
        self._step = 0
        self._next = 0.0
        self._previous: tuple[float, Floats] | None = None
        self._candidate: _Candidate | None = None
        self._face: BoundingBox | None = None

    def forget(self) -> None:
        """What comes next does not continue what was."""
        for ring in (self._squares, self._ways, self._differences, self._moved):
            ring.fill(np.nan)
        self._first = self._previous = self._candidate = self.loop = None
        self.moving = False

    def update(self, at: float, thumbnail: Grey, face: BoundingBox | None = None) -> Loop | None:
        """After a look; `at` never goes back. None: nothing repeats, or nothing can be said.

        `face`: where the person's is, or was of late.
        """
        self._face = face
        small = cv2.resize(thumbnail.astype(np.float32), CELLS, interpolation=cv2.INTER_AREA)
        levels = np.asarray(small, np.float32).ravel()
        if self._previous is not None and at - self._previous[0] > LONGEST:
            self.forget()
        if self._first is None:
            self._first = levels
        picture = levels - self._first  # the squares of large numbers lose their last digits
        if self._previous is None:
            self._next = at
        else:
            self._fill(at, picture, *self._previous)
        self._previous = at, picture
        return self.loop

    def _fill(self, at: float, picture: Floats, then: float, before: Floats) -> None:
        """All steps from one look to the next."""
        change = float(np.square(picture - before).mean())
        cut = change > max(CUT * self._usual, LEAST_CUT)
        self._usual += ADAPTS * (change - self._usual)
        while self._next <= at:
            if cut or at - then > UNBROKEN:
                self._skip()
            else:
                share = np.float32((self._next - then) / max(at - then, 1e-6))
                self._take(before + share * (picture - before))
            self._step += 1
            if self._step % JUDGED_EVERY == 0:
                self._judge(self._next)
            self._next += STEP

    def _skip(self) -> None:
        place, row = self._step % RING, self._step % ROWS
        self._squares[place] = self._ways[place] = self._moved[row] = np.nan
        self._differences[row] = np.nan

    def _take(self, picture: Floats) -> None:
        place, row = self._step % RING, self._step % ROWS
        square = picture @ picture
        far = _by_lag(self._squares - 2 * (self._shown @ picture) + square, place)
        ways = _by_lag(self._ways, place)[:-1]
        along = (far[:-1] + ways - far[1:]) / 2
        share = np.clip(along / np.maximum(ways, 1e-3), 0, 1)
        nearest = far[:-1] - share * (2 * along - share * ways)
        self._differences[row, : KEPT - 2] = np.maximum(nearest, 0)
        self._moved[row] = far[MOTION_STEPS - 1]
        self._shown[place], self._squares[place], self._ways[place] = picture, square, far[0]

    def _judge(self, at: float) -> None:
        differences, known = self._differences_by_lag()
        self.moving = int(np.count_nonzero(self._moved >= MOVES * PIXELS)) >= MOVING * ROWS
        candidate = self._candidate
        if candidate is not None and not self._goes_on(candidate, differences, known, at):
            candidate = self._candidate = self.loop = None
        place = self._repeats_at(differences, known)
        if place is None:
            return
        if candidate is None:
            since = at - COMPARED * WINDOW
            candidate = _Candidate(place=place, since=since, seen_at=at, seen_seconds=0.0)
        elif abs(place - candidate.place) > DRIFT_STEPS:
            return  # a multiple of it; or another, which waits until this one is over
        else:
            seen = candidate.seen_seconds + STEP * JUDGED_EVERY
            candidate = replace(candidate, place=place, seen_at=at, seen_seconds=seen)
        self._candidate = candidate
        period = _period(differences, place)
        if candidate.seen_seconds >= max(LASTS, TURNS - period):
            self.loop = self._found(period, float(differences[place]), known[:, place], candidate)

    def _differences_by_lag(self) -> tuple[Floats, NDArray[np.bool_]]:
        """Levels squared, infinite where too little is known; and what is known, step by step."""
        known = ~np.isnan(self._differences)
        counts = known.sum(0)
        summed = np.where(known, self._differences, np.float32(0)).sum(0)
        means = summed / np.maximum(counts, 1).astype(np.float32) / np.float32(PIXELS)
        means[counts < COMPARED * ROWS] = np.inf
        return means, known

    def _goes_on(
        self, candidate: _Candidate, differences: Floats, known: NDArray[np.bool_], at: float
    ) -> bool:
        """Whether it still may: while nothing moves, a loop cannot be told from a person."""
        first, place = candidate.place - DRIFT_STEPS, candidate.place
        difference = float(differences[first : place + DRIFT_STEPS + 1].min())
        within = difference <= _most(self._motion(known[:, place]))
        return within and at - candidate.seen_at < LINGERS

    def _motion(self, rows: NDArray[np.bool_]) -> float:
        """Levels squared, in these of the newest steps."""
        moved = self._moved[rows]
        return float(moved[~np.isnan(moved)].mean()) / PIXELS if np.isfinite(moved).any() else 0.0

    def _repeats_at(self, differences: Floats, known: NDArray[np.bool_]) -> int | None:
        """The place of the lag; None: at none."""
        within = differences[FIRST:LAST]
        least = float(within.min())
        if least == math.inf:
            return None
        place = FIRST + int(np.argmax(within <= 1.5 * least + 0.02))  # not a multiple of it
        place += int(np.argmin(differences[place : place + BESIDE_STEPS]))
        difference, rows = max(float(differences[place]), EXACT), known[:, place]
        motion = self._motion(rows)
        beside = float(min(differences[place - BESIDE_STEPS], differences[place + BESIDE_STEPS]))
        turns = np.maximum(np.round(LAGS / LAGS[place]), 1)
        elsewhere = np.abs(LAGS - turns * LAGS[place]) > BESIDE_STEPS
        elsewhere[:SOONEST] = False
        others = float(differences[elsewhere].min())
        moving = int(np.count_nonzero(self._moved[rows] >= MOVES * PIXELS)) >= MOVING * ROWS
        most = min(SHARE * min(motion, beside), others / OTHERS, _most(motion))
        return place if moving and difference <= most else None

    def _found(
        self, period: float, difference: float, rows: NDArray[np.bool_], candidate: _Candidate
    ) -> Loop:
        person = self._person(candidate.place, rows)
        if person is None and self.loop is not None:
            person = self.loop.person
        motion = self._motion(rows)
        matched = candidate.seen_at - candidate.since
        clear = 1 - difference / (SHARE * motion)
        return Loop(
            period_seconds=period,
            matched_seconds=matched,
            difference=math.sqrt(difference),
            motion=math.sqrt(motion),
            confidence=min(max((0.6 + 0.4 * clear) * min(matched / 10, 1.0), 0.0), 1.0),
            person=person,
        )

    def _person(self, place: int, rows: NDArray[np.bool_]) -> bool | None:
        """Whether the person repeats at this lag; `rows`: those of the newest steps to compare."""
        if self._face is None:
            return None
        cells = person_cells(self._face)
        newest = self._step - 1 - np.arange(ROWS)
        steps = newest[(rows & ~np.isnan(self._moved))[newest % ROWS]]
        if not cells.size or not steps.size:
            return None
        backs = (0, place + 1, place + 2, MOTION_STEPS)
        return person_repeats(*(self._shown[((steps - n) % RING)[:, None], cells] for n in backs))


def _most(motion: float) -> float:
    """Levels squared by which two rounds of a loop differ, at most."""
    return ENCODED + BLENDED * motion


def _period(differences: Floats, place: int) -> float:
    """Seconds; between the steps by the parabola through the least difference."""
    before, least, after = (float(differences[place + each]) for each in (-1, 0, 1))
    bend = before - 2 * least + after
    beyond = (before - after) / (2 * bend) if 0 < bend < math.inf else 0.0
    return float(LAGS[place] + min(max(beyond, -0.5), 0.5)) * STEP


def _by_lag(ring: Floats, place: int) -> Floats:
    """The newest before this place, from the one before it on back."""
    return np.concatenate((ring[:place][::-1], ring[place + 1 :][::-1]))[: KEPT - 1]
