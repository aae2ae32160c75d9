"""A rim that was told stays told while its sides are seen, whatever the face in it does.

One look proves a rim only where the face stands so that a body would hide the lines. In a film the
face comes nearer and goes away while the rim stays: what was proven a moment ago still holds.
"""

from collections import deque

from app.vision.bezel import PROVEN

HELD = 0.7
"""Score while it holds, at least."""
LOOKS, PROOFS = 4, 2
"""So many of the last looks must prove it."""
LASTS = 30.0
"""Seconds for which it holds after the last look that proved it."""
UNSEEN = 3.0
"""Seconds without a line on each side after which it is forgotten."""


class BezelMemory:
    """What one session remembers of the rims that its looks told. About one look a second."""

    def __init__(self) -> None:
        self._looks: deque[tuple[float, bool]] = deque(maxlen=LOOKS)
        self._holds = False
        self._proven_at = 0.0
        self._seen_at = 0.0

    def update(self, score: float, at: float) -> float:
        """The score of a look (`Bezel.score`) in the light of those before; `at`: seconds."""
        if score > 0:
            self._seen_at = at
        self._looks.append((at, score >= PROVEN))
        if score >= PROVEN:
            self._proven_at = at
            recent = [proof for when, proof in self._looks if 0 <= at - when <= 2 * LOOKS]
            self._holds |= sum(recent) >= PROOFS
        if at - self._proven_at > LASTS or at - self._seen_at > UNSEEN:
            self._holds = False
        return max(score, HELD) if self._holds and score > 0 else score
