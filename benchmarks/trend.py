"""A straight line through measurements."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

Z95 = 1.959964


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend:
    """Change per unit of time, by least squares."""

    slope: float
    margin: float
    """The slope lies within so much of it with 95 % confidence, if the measurements are independent
    of each other; infinite for fewer than three."""


def trend(times: Sequence[float], values: Sequence[float]) -> Trend:
    """The line through the points. Raises ValueError without two different times."""
    count = len(times)
    middle, mean = sum(times) / max(count, 1), sum(values) / max(count, 1)
    spread = sum((time - middle) ** 2 for time in times)
    if spread == 0:
        raise ValueError("a trend needs two different times")
    pairs = list(zip(times, values, strict=True))
    slope = sum((time - middle) * (value - mean) for time, value in pairs) / spread
    if count < 3:
        return Trend(slope=slope, margin=math.inf)
    rest = sum((value - mean - slope * (time - middle)) ** 2 for time, value in pairs)
    error = math.sqrt(rest / (count - 2) / spread)
    return Trend(slope=slope, margin=_student95(count - 2) * error)


def _student95(freedom: int) -> float:
    """Student's t for 95 %, both sides (Cornish and Fisher): within 1 % from 5 degrees on."""
    z = Z95
    first = (z**3 + z) / 4
    second = (5 * z**5 + 16 * z**3 + 3 * z) / 96
    return z + first / freedom + second / freedom**2
