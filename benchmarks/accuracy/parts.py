"""What of the engine is scored beside the session: the one place where new parts are plugged in."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.types import Detection
from app.vision.decode import Picture

Detector = Callable[[Picture], Sequence[Detection]]
"""An RGB picture to the objects in it; boxes are fractions."""
BlinkCounter = Callable[[Path], Sequence[float]]
"""A video to the times of its blinks, in seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """None: this version has no such part; its kind is then said to be not measured."""

    detector: Detector | None = None
    detector_name: str = ""
    blinks: BlinkCounter | None = None


def parts_of_this_version() -> Parts:
    """What the service itself would use."""
    return Parts()
