"""Voiceprints as seen from what tells speakers apart, not from what all have in common.

The mean of many speakers is taken off, and what varies within one speaker (from sentence to
sentence, room to room, line to line) is evened out: within-class covariance normalisation, Hatch et
al., Within-class covariance normalization for SVM-based speaker recognition (2006). The numbers in
`voice_space.npz` come from `benchmarks/voice_space.py`.
"""

from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

FILE = Path(__file__).with_name("voice_space.npz")


class VoiceSpace:
    """Turns voiceprints into unit vectors: about 0.5 of cosine for one speaker, 0 for two."""

    def __init__(self, mean: NDArray[np.float32], evening: NDArray[np.float32]) -> None:
        """`mean`: shape (256,); `evening`: shape (256, 256)."""
        self._mean = mean
        self._evening = evening

    def __call__(self, prints: NDArray[np.float32]) -> NDArray[np.float32]:
        """Shape (n, 256) into (n, 256)."""
        even = (prints - self._mean) @ self._evening
        unit: NDArray[np.float32] = even / np.linalg.norm(even, axis=1, keepdims=True)
        return unit


@cache
def voice_space() -> VoiceSpace:
    """The one that was measured."""
    with np.load(FILE) as file:
        return VoiceSpace(file["mean"].astype(np.float32), file["evening"].astype(np.float32))
