"""Who spoke when in one window of sound, by labels that hold in this window alone."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Embedding = NDArray[np.float32]
"""(dimension,): a voice as a direction; its length means nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalTurn:
    """One label's uninterrupted speech."""

    label: int
    """0 to the number of embeddings less 1."""
    started_at: float
    """Seconds from the window's beginning."""
    ended_at: float
    """Seconds from the window's beginning."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Diarization:
    """One window as it was told apart. Turns of several labels may overlap."""

    seconds: float
    """The window's length."""
    turns: tuple[LocalTurn, ...]
    embeddings: tuple[Embedding | None, ...]
    """Of each label; None: it spoke too little to be known again."""

    def spoken(self, label: int) -> float:
        """Seconds of this label's speech."""
        return sum(t.ended_at - t.started_at for t in self.turns if t.label == label)

    @property
    def main(self) -> Embedding | None:
        """Of the label that spoke most; None: nobody who can be known again spoke."""
        known = [label for label, each in enumerate(self.embeddings) if each is not None]
        return self.embeddings[max(known, key=self.spoken)] if known else None
