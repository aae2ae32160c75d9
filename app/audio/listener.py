"""Stand-in until the real one is merged."""

import numpy as np
from numpy.typing import NDArray

from app.types import Voices

Samples = NDArray[np.float32]


class Listener:
    def __init__(self) -> None:
        self._speech = 0.0

    def hear(self, at: float, samples: Samples, speech: Samples) -> list[Samples]:
        self._speech += float((speech > 0.5).sum()) * 0.032
        return []

    def take(self, prints: Samples) -> None: ...

    def excuse(self, prints: Samples) -> None: ...

    def interrupt(self) -> None: ...

    def voices(self, at: float) -> Voices:
        return Voices(
            at=at,
            speakers=1,
            confidence=0.0,
            share=0.0,
            similarity=None,
            other_since=None,
            other_until=None,
            speech=self._speech,
            turns=(),
        )
