"""Under which conditions a case was seen, and the slices that they make."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol, TypeVar

import numpy as np

from app.types import BoundingBox
from app.vision.decode import Picture
from benchmarks.accuracy.figures import Figure

DARK, BRIGHT = 0.3, 0.6
"""Mean luma, 0 to 1, below and above which a face (or a picture without one) is dark or bright."""
SMALL, LARGE = 100.0, 200.0
"""Pixels of a face's width, as sent, below and above which it is small or large."""
LUMA = np.array((0.299, 0.587, 0.114), np.float32)


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """None: it does not apply, or nobody said."""

    brightness: float | None = None
    """Mean luma, 0 to 1."""
    face_width: float | None = None
    """Pixels; 0: no face was found."""
    glasses: bool | None = None


class Case(Protocol):
    """One thing that is right or wrong."""

    @property
    def conditions(self) -> Conditions: ...


C = TypeVar("C", bound=Case)


def brightness(picture: Picture, box: BoundingBox | None) -> float:
    """Mean luma of a face, or of the whole picture where there is none."""
    if box is not None:
        height, width = picture.shape[:2]
        rows = slice(max(0, round(box.top * height)), round((box.top + box.height) * height))
        columns = slice(max(0, round(box.left * width)), round((box.left + box.width) * width))
        if picture[rows, columns].size:
            picture = picture[rows, columns]
    return float(picture[::2, ::2].mean(axis=(0, 1)) @ LUMA) / 255


def figured(
    cases: Sequence[C], figures: Callable[[Sequence[C]], list[Figure]], *, slices: bool
) -> tuple[Figure, ...]:
    """Of all cases and, where asked, of each slice of them."""
    found = figures(cases)
    for name, part in _slices(cases) if slices else ():
        found += [replace(figure, slice=name) for figure in figures(part)]
    return tuple(found)


def _slices(cases: Sequence[C]) -> Iterator[tuple[str, list[C]]]:
    for class_of, names in (
        (_light, (f"dark (under {DARK:g})", "medium light", f"bright ({BRIGHT:g} or more)")),
        (
            _size,
            (
                "no face found",
                f"face under {SMALL:g} px",
                f"face {SMALL:g} to {LARGE:g} px",
                f"face {LARGE:g} px or more",
            ),
        ),
        (_glasses, ("with glasses", "without glasses")),
    ):
        for number, name in enumerate(names):
            if part := [case for case in cases if class_of(case.conditions) == number]:
                yield name, part


def _light(conditions: Conditions) -> int | None:
    value = conditions.brightness
    return None if value is None else (value >= DARK) + (value >= BRIGHT)


def _size(conditions: Conditions) -> int | None:
    width = conditions.face_width
    return None if width is None else (width > 0) + (width >= SMALL) + (width >= LARGE)


def _glasses(conditions: Conditions) -> int | None:
    return None if conditions.glasses is None else int(not conditions.glasses)
