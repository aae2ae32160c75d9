"""Made-up voices: unit vectors as alike as one speaker's windows are."""

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
SIZE = 256


class MadeUpVoice:
    """Speaks windows whose cosines are about `alike`; two voices' are about 0."""

    def __init__(self, seed: int, alike: float = 0.5) -> None:
        self._chance = np.random.default_rng([77, seed])
        self._self = self._unit(1)[0]
        self._alike = alike

    def says(self, count: int) -> Vectors:
        """So many windows."""
        own = np.sqrt(self._alike) * self._self
        said: Vectors = (own + np.sqrt(1 - self._alike) * self._unit(count)).astype(np.float32)
        unit: Vectors = said / np.linalg.norm(said, axis=1, keepdims=True)
        return unit

    def _unit(self, count: int) -> Vectors:
        vectors = self._chance.normal(size=(count, SIZE)).astype(np.float32)
        unit: Vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        return unit


def noises(count: int, seed: int = 0) -> Vectors:
    """Windows that are like nothing, not even each other."""
    return np.concatenate([MadeUpVoice(1000 + seed * 99 + n).says(1) for n in range(count)])
