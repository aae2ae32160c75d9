"""Diarization error rate, as NIST's md-eval computes it: overlapping speech counts too."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy.optimize import linear_sum_assignment

from app.types import SpeakerTurn

COLLAR = 0.25
"""Seconds on either side of where a true turn begins or ends that are not scored."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DiarizationError:
    """Seconds of each error; they add up over sessions."""

    missed: float = 0.0
    false: float = 0.0
    confused: float = 0.0
    spoken: float = 0.0
    """Scored seconds of true speech; two at once count twice."""

    @property
    def rate(self) -> float | None:
        """Errors over speech, may be above 1; None: nothing was spoken."""
        return (self.missed + self.false + self.confused) / self.spoken if self.spoken else None

    def __add__(self, other: "DiarizationError") -> "DiarizationError":
        return DiarizationError(
            missed=self.missed + other.missed,
            false=self.false + other.false,
            confused=self.confused + other.confused,
            spoken=self.spoken + other.spoken,
        )


def diarization_error(
    truth: Sequence[SpeakerTurn], found: Sequence[SpeakerTurn], collar: float = COLLAR
) -> DiarizationError:
    """With the pairing of speakers that makes the error least."""
    pieces = _pieces(truth, found, collar)
    together: dict[tuple[int, int], float] = {}
    for seconds, true, heard in pieces:
        for pair in ((a, b) for a in true for b in heard):
            together[pair] = together.get(pair, 0.0) + seconds
    pairs = _best_pairs(together)
    error = DiarizationError()
    for seconds, true, heard in pieces:
        right = sum((a, b) in pairs for a in true for b in heard)
        error += DiarizationError(
            missed=seconds * max(0, len(true) - len(heard)),
            false=seconds * max(0, len(heard) - len(true)),
            confused=seconds * (min(len(true), len(heard)) - right),
            spoken=seconds * len(true),
        )
    return error


def _pieces(
    truth: Sequence[SpeakerTurn], found: Sequence[SpeakerTurn], collar: float
) -> list[tuple[float, set[int], set[int]]]:
    """Scored stretches in which nobody begins or ends: seconds, who speaks, who is said to."""
    edges = [edge for turn in truth for edge in (turn.started_at, turn.ended_at)]
    collars = [(edge - collar, edge + collar) for edge in edges]
    times = {edge for turn in (*truth, *found) for edge in (turn.started_at, turn.ended_at)}
    times |= {time for pair in collars for time in pair}
    pieces = []
    for start, end in pairwise(sorted(times)):
        middle = (start + end) / 2
        if not any(a < middle < b for a, b in collars):
            pieces.append((end - start, _speaking(truth, middle), _speaking(found, middle)))
    return pieces


def _speaking(turns: Sequence[SpeakerTurn], at: float) -> set[int]:
    return {turn.speaker for turn in turns if turn.started_at <= at < turn.ended_at}


def _best_pairs(together: dict[tuple[int, int], float]) -> set[tuple[int, int]]:
    if not together:
        return set()
    rows, columns = (sorted({pair[side] for pair in together}) for side in (0, 1))
    seconds = np.array([[together.get((a, b), 0.0) for b in columns] for a in rows])
    best = linear_sum_assignment(seconds, maximize=True)
    return {(rows[i], columns[j]) for i, j in zip(*best, strict=True)}
