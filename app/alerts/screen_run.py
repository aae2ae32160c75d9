"""One calibration of the screen: five dots one after the other, and the gaze at each.

The dots' places and times are fixed when the run begins. What comes out is a screen, or why there
is none: somebody who did not follow the dots, whose pictures are mirrored, or who looked about the
room gets no limits from it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import median

from app.alerts.screen import MARGIN, Screen

PLACES = ((0.5, 0.5), (0.05, 0.05), (0.95, 0.05), (0.95, 0.95), (0.05, 0.95))
"""The middle, then round the corners from the upper left one."""
MIDDLE, UPPER_LEFT, UPPER_RIGHT, LOWER_RIGHT, LOWER_LEFT = range(5)
ROWS = ((UPPER_LEFT, UPPER_RIGHT), (LOWER_LEFT, LOWER_RIGHT))
COLUMNS = ((UPPER_LEFT, LOWER_LEFT), (UPPER_RIGHT, LOWER_RIGHT))

SETTLING = 0.7
"""Seconds from a dot's appearance until the eyes rest on it."""
ENOUGH = 5
"""Gazes at each dot, at least."""
STEADY = 4.0
"""Degrees about the median within which three quarters of a dot's gazes lie, in both angles."""
NARROWEST = 3.0
"""Degrees from left to right, at least: a telephone held upright is wider."""
LOWEST = 2.0
"""Degrees from top to bottom, at least: irises show about 0.6 of an eye's upward turn."""
FARTHEST_ASIDE, FARTHEST_UPRIGHT = 30.0, 25.0
"""Degrees from the line to the camera, at most: nobody may calibrate the room."""


class Flaw(StrEnum):
    """Why a run gave no screen."""

    TOO_FEW = "too_few_gazes"
    UNSTEADY = "unsteady"
    MIRRORED = "sides_swapped"
    NOT_FOLLOWED = "dots_not_followed"
    TOO_WIDE = "too_wide"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dot:
    """One place to look at."""

    x: float
    """Fraction of the screen's width; the candidate's left is 0."""
    y: float
    """Fraction of the screen's height; the top is 0."""
    begins: float
    """Seconds on the session's clock."""
    ends: float
    """Seconds on the session's clock."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A run that gave no screen."""

    flaw: Flaw
    dot: int | None = None
    """The number of the dot that it concerns, from 0; None: all."""


class ScreenRun:
    """Collects the gaze at each dot."""

    def __init__(self, begins: float, seconds: float) -> None:
        """`begins`: when the first dot is shown, on the session's clock; `seconds`: each dot."""
        self.dots = tuple(
            Dot(x=x, y=y, begins=begins + n * seconds, ends=begins + (n + 1) * seconds)
            for n, (x, y) in enumerate(PLACES)
        )
        self._gazes: tuple[list[tuple[float, float]], ...] = tuple([] for _ in self.dots)

    @property
    def begins(self) -> float:
        """When the first dot appears, in seconds on the session's clock."""
        return self.dots[0].begins

    @property
    def ends(self) -> float:
        """When the last dot goes, in seconds on the session's clock."""
        return self.dots[-1].ends

    def shown(self, at: float) -> int | None:
        """The number of the dot that is shown at this time, from 0."""
        return next((n for n, dot in enumerate(self.dots) if dot.begins <= at < dot.ends), None)

    def take(self, at: float, yaw: float, pitch: float) -> None:
        """One gaze in degrees from the line to the camera, at its time."""
        number = self.shown(at)
        if number is not None and at >= self.dots[number].begins + SETTLING:
            self._gazes[number].append((yaw, pitch))

    def result(self) -> Screen | Failure:
        """What the dots show, once they are over."""
        angles = []
        for number, gazes in enumerate(self._gazes):
            if len(gazes) < ENOUGH:
                return Failure(flaw=Flaw.TOO_FEW, dot=number)
            yaws, pitches = ([gaze[axis] for gaze in gazes] for axis in (0, 1))
            yaw, pitch = median(yaws), median(pitches)
            if not (_steady(yaws, yaw) and _steady(pitches, pitch)):
                return Failure(flaw=Flaw.UNSTEADY, dot=number)
            angles.append((yaw, pitch))
        return _screen(angles, self.ends)


def _screen(angles: Sequence[tuple[float, float]], at: float) -> Screen | Failure:
    """Of the gaze at each dot."""
    widths = [angles[left][0] - angles[right][0] for left, right in ROWS]
    heights = [angles[upper][1] - angles[lower][1] for upper, lower in COLUMNS]
    if max(widths) <= -NARROWEST and min(heights) >= LOWEST:
        return Failure(flaw=Flaw.MIRRORED)
    if min(widths) < NARROWEST or min(heights) < LOWEST:
        return Failure(flaw=Flaw.NOT_FOLLOWED)
    (yaw, pitch), *corners = angles
    yaws, pitches = [yaw for yaw, _ in corners], [pitch for _, pitch in corners]
    left, right, up, down = max(yaws), min(yaws), max(pitches), min(pitches)
    if not (right - MARGIN <= yaw <= left + MARGIN and down - MARGIN <= pitch <= up + MARGIN):
        return Failure(flaw=Flaw.NOT_FOLLOWED, dot=MIDDLE)
    if max(left, -right) > FARTHEST_ASIDE or max(up, -down) > FARTHEST_UPRIGHT:
        return Failure(flaw=Flaw.TOO_WIDE)
    return Screen(left=left, right=right, up=up, down=down, at=at)


def _steady(values: Sequence[float], middle: float) -> bool:
    return sum(abs(value - middle) <= STEADY for value in values) >= 0.75 * len(values)
