"""How probable it is that a group of windows is another speaker than the candidate."""

from dataclasses import dataclass
from math import exp, log

LEAST = 3
"""Windows, 2.4 s of sound."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What speaks for a group of windows."""

    windows: float
    """In the group, 1 or more."""
    likeness: float
    """-1 to 1: mean cosine between its windows and the candidate's."""
    coherence: float
    """-1 to 1: mean cosine between its own windows."""


def probability(evidence: Evidence) -> float:
    """0 to 1; 0 for fewer windows than a word or a noise may fill.

    A logistic regression over the judgements of 96 sessions with one speaker and 96 with two
    (clean, telephone band, rooms, noise; a minute each), of all speakers, after one that was
    fitted on half of them had proved calibrated on the other half: `benchmarks/README.md`.
    """
    if evidence.windows < LEAST:
        return 0.0
    x = 7.21 - 41.5 * evidence.likeness + 1.11 * evidence.coherence + 1.29 * log(evidence.windows)
    return 1 / (1 + exp(-max(-50.0, min(50.0, x))))
