"""Blinks of one session: short dips of the eye aspect ratio below its own course.

The course is the series' grey closing over 0.8 s: what the series would be if every shorter dip
were filled. It follows the head's pitch, a squint and a look downwards, which a fixed limit takes
for blinks. A look is judged once the longest blink around it would be over, 0.6 s late.
"""

import math
from collections import deque
from dataclasses import dataclass

from app.types import FaceObservation

FILLED = 0.8
"""Seconds: the width of the closing."""
DIPPED, RISEN = 0.65, 0.85
"""Shares of the course: an eye below the first blinks, until it is above the second again."""
SHORTEST, LONGEST = 0.04, 0.6
"""Seconds of a blink, between the passages through the second share."""
BROKEN = 0.35
"""Seconds between two looks over which nothing is known."""
SHARP = 0.08
"""The face's sharpness below which the lids are guesses: a moving face loses it first."""
EYE_WIDTH = 12.0
"""Pixels, likewise."""
FRONTAL = 35.0, 25.0
"""Degrees of yaw and pitch within which both eyes are seen."""
SLACK = 1e-6
"""Seconds: what floating numbers may lose."""
MINUTE = 60.0
ENOUGH = 10.0
"""Measured seconds of the last minute without which there is no rate."""


def opening(face: FaceObservation, sharpness: float) -> float | None:
    """The eye aspect ratio, or None where it cannot be trusted."""
    pose = face.head_pose
    trusted = (
        sharpness >= SHARP
        and face.eye_width >= EYE_WIDTH
        and abs(pose.yaw) <= FRONTAL[0]
        and abs(pose.pitch) <= FRONTAL[1]
    )
    return face.eye_aspect_ratio if trusted else None


@dataclass(frozen=True, slots=True)
class Blink:
    """One blink."""

    at: float
    """When the eyes were closed most; seconds on the session's clock."""
    seconds: float
    """From falling to rising through 0.85 of the course."""


class BlinkCounter:
    """Counts the blinks of one session, whatever its frame rate is; slower ones show fewer."""

    def __init__(self) -> None:
        self.count = 0
        """All so far."""
        self._series: deque[tuple[float, float]] = deque()
        self._next = 0
        """The first of the series that has not been judged."""
        self._judged: tuple[float, float] | None = None
        """The newest judged time and share."""
        self._fell_at = math.nan
        self._lowest: tuple[float, float] | None = None
        self._blinks: deque[float] = deque()
        self._measured: deque[tuple[float, float]] = deque()
        self._measured_seconds = 0.0

    def update(self, at: float, ratio: float | None) -> list[Blink]:
        """One look; None: the eyes were not seen. The blinks that are now known, late by 0.6 s."""
        newest = self._series[-1][0] if self._series else None
        if newest is not None and (at <= newest or at - newest > BROKEN):
            self._break_off()
        if ratio is None:
            return []
        if self._series:
            self._measure(at, at - self._series[-1][0])
        self._series.append((at, ratio))
        found = []
        while (
            self._next < len(self._series) and self._series[self._next][0] <= at - LONGEST + SLACK
        ):
            blink = self._judge(self._next)
            self._next += 1
            if blink is not None:
                found.append(blink)
        while self._next and self._series[0][0] < at - LONGEST - FILLED - BROKEN:
            self._series.popleft()
            self._next -= 1
        self.count += len(found)
        self._blinks.extend(blink.at for blink in found)
        return found

    def per_minute(self, now: float) -> float | None:
        """Of the measured part of the last minute; None: too little of it was measured."""
        while self._measured and self._measured[0][0] <= now - MINUTE:
            self._measured_seconds -= self._measured.popleft()[1]
        while self._blinks and self._blinks[0] <= now - MINUTE:
            self._blinks.popleft()
        if self._measured_seconds < ENOUGH:
            return None
        return len(self._blinks) * MINUTE / self._measured_seconds

    def without(self, now: float) -> float | None:
        """Measured seconds of the last minute, if there was no blink in it; None: there was."""
        self.per_minute(now)  # which forgets what is older
        return None if self._blinks else self._measured_seconds

    def _measure(self, at: float, seconds: float) -> None:
        self._measured.append((at, seconds))
        self._measured_seconds += seconds
        self.per_minute(at)  # which forgets what is older than a minute

    def _break_off(self) -> None:
        self._series.clear()
        self._next, self._judged, self._lowest = 0, None, None

    def _judge(self, index: int) -> Blink | None:
        at, ratio = self._series[index]
        course = self._course(at)
        share = ratio / course if course > 0 else 1.0
        before, self._judged = self._judged, (at, share)
        if before is None:
            return None
        if share < RISEN <= before[1]:
            self._fell_at, self._lowest = _passage(before, (at, share)), (at, share)
        elif self._lowest is not None and share < self._lowest[1]:
            self._lowest = (at, share)
        if self._lowest is None or share < RISEN:
            return None
        lowest, self._lowest = self._lowest, None
        seconds = _passage(before, (at, share)) - self._fell_at
        if lowest[1] < DIPPED and SHORTEST <= seconds <= LONGEST:
            return Blink(lowest[0], seconds)
        return None

    def _course(self, at: float) -> float:
        """The closing at this time: the least maximum of all stretches of 0.8 s around it."""
        least, before = math.inf, at - FILLED
        for start, _ in self._series:
            if start > at:
                break
            end = before + FILLED
            if end >= at:
                there = (ratio for other, ratio in self._series if start <= other <= end)
                least = min(least, max(there))
            before = start
        return least


def _passage(one: tuple[float, float], other: tuple[float, float]) -> float:
    """When the share passed 0.85 between two looks."""
    part = (RISEN - one[1]) / (other[1] - one[1])
    return one[0] + part * (other[0] - one[0])
