"""How probable it is that a group of windows is another speaker than the candidate."""

from dataclasses import dataclass
from math import exp, log


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
    """0 to 1."""
    x = 4.0 * (evidence.coherence - evidence.likeness) + 2.5 * log(evidence.windows) - 5.0
    return 1 / (1 + exp(-max(-50.0, min(50.0, x))))
