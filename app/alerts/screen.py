"""A candidate's calibrated screen: how far the gaze goes when the eyes go to its corners."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Self

MARGIN = 4.0
"""Degrees beyond the dots that still count as the screen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """The extent of the dots as the gaze showed it; degrees from the line to the camera."""

    left: float
    """Yaw at the candidate's left; the largest."""
    right: float
    """Yaw at the candidate's right; the smallest."""
    up: float
    """Pitch; the largest."""
    down: float
    """Pitch; the smallest."""
    at: float
    """When it was calibrated, in seconds on the session's clock."""

    @classmethod
    def read(cls, stored: Mapping[str, float]) -> Self:
        """From what `stored` gave."""
        return cls(**{field.name: float(stored[field.name]) for field in fields(cls)})

    def stored(self) -> dict[str, float]:
        """As it is kept with the session."""
        return asdict(self)

    @property
    def yaw_limit(self) -> float:
        """Degrees from the middle, to either side."""
        return (self.left - self.right) / 2 + MARGIN

    @property
    def pitch_limit(self) -> float:
        """Degrees from the middle, upwards and downwards."""
        return (self.up - self.down) / 2 + MARGIN

    def deviation(self, yaw: float, pitch: float) -> tuple[float, float]:
        """Angles less the screen's middle, in degrees."""
        return yaw - (self.left + self.right) / 2, pitch - (self.up + self.down) / 2
