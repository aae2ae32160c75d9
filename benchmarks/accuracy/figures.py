"""One line of the card: a number, from how many cases, and how sure."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from benchmarks.accuracy.labels import Kind

NINETY_FIVE = 1.959964
"""Standard deviations on either side that hold 95 % of a normal distribution."""
EVERYTHING = "all"


class Unit(StrEnum):
    """What a figure counts in."""

    DEGREES = "degrees"
    SECONDS = "seconds"
    SHARE = "share"
    COUNT = "count"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One number of the card."""

    kind: Kind
    name: str
    value: float | None
    """None: there was nothing to measure."""
    unit: Unit
    n: int
    """Cases that it is taken from."""
    interval: tuple[float, float] | None = None
    """Of a proportion: its 95 % interval."""
    slice: str = EVERYTHING
    """Which of the cases."""


def proportion(kind: Kind, name: str, part: int, whole: int) -> Figure:
    """A share with its interval."""
    return Figure(
        kind=kind,
        name=name,
        value=part / whole if whole else None,
        unit=Unit.SHARE,
        n=whole,
        interval=wilson(part, whole) if whole else None,
    )


def number(kind: Kind, name: str, value: int, of: int) -> Figure:
    """How many there were, of how many."""
    return Figure(kind=kind, name=name, value=value, unit=Unit.COUNT, n=of)


def mean(kind: Kind, name: str, values: Sequence[float], unit: Unit) -> Figure:
    """The arithmetic one."""
    value = sum(values) / len(values) if values else None
    return Figure(kind=kind, name=name, value=value, unit=unit, n=len(values))


def percentile(
    kind: Kind, name: str, values: Sequence[float], percent: float, unit: Unit
) -> Figure:
    """Between the two nearest values, linearly."""
    value = float(np.percentile(values, percent)) if values else None
    return Figure(kind=kind, name=name, value=value, unit=unit, n=len(values))


def wilson(part: int, whole: int) -> tuple[float, float]:
    """The 95 % score interval of a proportion (Wilson 1927); whole is above 0."""
    p, z = part / whole, NINETY_FIVE
    middle = p + z * z / (2 * whole)
    reach = z * math.sqrt(p * (1 - p) / whole + z * z / (4 * whole * whole))
    scale = 1 + z * z / whole
    return max(0.0, (middle - reach) / scale), min(1.0, (middle + reach) / scale)
