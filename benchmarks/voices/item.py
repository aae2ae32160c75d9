"""Sound with its truth."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.audio.ring import SAMPLE_RATE
from app.types import SpeakerTurn


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One session's sound, and who speaks in it."""

    name: str
    """Also of its files."""
    samples: NDArray[np.int16]
    """Mono, 16 kHz."""
    turns: tuple[SpeakerTurn, ...]
    """The truth, by time; speaker 0, the candidate, speaks first."""
    speakers: tuple[str, ...]
    """Their names, by number."""
    condition: str
    """What the sound went through; of a recording: `recording`."""
    manner: str
    """How the voices meet."""
    level: float | None
    """Decibels, of others relative to the candidate; None: alone, or not known."""
    split: str
    """Which half the speakers belong to; of a recording: `recording`."""

    @property
    def seconds(self) -> float:
        """How long it is."""
        return len(self.samples) / SAMPLE_RATE

    @property
    def second_at(self) -> float | None:
        """Seconds, where anybody else than the candidate begins first; None: nobody does."""
        return min((turn.started_at for turn in self.turns if turn.speaker), default=None)

    def spoken(self, until: float = float("inf")) -> tuple[float, ...]:
        """Seconds that each speaker has spoken by then."""
        seconds = [0.0] * len(self.speakers)
        for turn in self.turns:
            seconds[turn.speaker] += max(0.0, min(turn.ended_at, until) - turn.started_at)
        return tuple(seconds)
