"""One person's voice, as it was heard in several windows."""

from dataclasses import dataclass, field

import numpy as np

from app.audio.diarization import Embedding
from app.audio.spans import Span, joined, length

MOST_WEIGHT = 60.0
"""Seconds of speech: beyond it, what is new counts as much as what is old."""


@dataclass(slots=True, kw_only=True, eq=False)
class KnownVoice:
    """It changes with every window in which it is heard."""

    direction: Embedding
    """(dimension,), length 1."""
    first_at: float
    """Seconds on the session's clock."""
    last_at: float
    """Seconds on the session's clock."""
    windows: int = 0
    """In which it said something new."""
    confirmed: bool = False
    """Whether it is somebody, and not a window's noise."""
    enrolled: bool = False
    settled: float = 0.0
    """Seconds of speech that no later window can judge otherwise."""
    open: list[Span] = field(default_factory=list)
    """Turns of the newest window, in seconds on the session's clock."""
    past: list[Span] = field(default_factory=list)
    """Turns before it that are settled, of the recent past."""
    _weight: float = 0.0

    @property
    def heard(self) -> float:
        """Seconds of speech so far."""
        return self.settled + length(self.open)

    def cosine(self, embedding: Embedding) -> float:
        """-1 to 1: how much a voice sounds like this one."""
        return cosine(self.direction, embedding)

    def learn(self, embedding: Embedding, seconds: float) -> None:
        """This is how it sounded for so long."""
        self._weight = min(self._weight, MOST_WEIGHT)
        self.direction = unit(self._weight * self.direction + seconds * unit(embedding))
        self._weight += seconds

    def settle(self, until: float, forget: float) -> None:
        """What was said before `until` stands; what ended before `forget` is no longer listed."""
        for start, end in self.open:
            if start < until:
                self.settled += min(end, until) - start
                self.past.append((start, min(end, until)))
        self.past = [turn for turn in self.past if turn[1] > forget]
        self.open = []

    def absorb(self, other: "KnownVoice") -> None:
        """The other was this one all the time."""
        self.learn(other.direction, max(other._weight, 0.1))
        self.first_at = min(self.first_at, other.first_at)
        self.last_at = max(self.last_at, other.last_at)
        self.windows = max(self.windows, other.windows)
        self.settled += other.settled
        self.open = sorted(self.open + other.open)
        self.past = sorted(self.past + other.past)

    def turns(self) -> list[Span]:
        """Of the recent past; what was cut at a window's edge is whole again."""
        return joined(self.past + self.open)


def unit(embedding: Embedding) -> Embedding:
    """The same direction, of length 1."""
    return (embedding / max(float(np.linalg.norm(embedding)), 1e-9)).astype(np.float32)


def cosine(one: Embedding, other: Embedding) -> float:
    """-1 to 1."""
    return float(unit(one) @ unit(other))
