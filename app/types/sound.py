"""What a stretch of sound held."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeakerTurn:
    """One speaker's uninterrupted speech."""

    speaker: int
    """Numbered from 0 in the order of appearance."""
    started_at: float
    """Seconds on the session's clock."""
    ended_at: float
    """Seconds on the session's clock."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AudioAnalysis:
    """What a stretch of sound held."""

    at: float
    """Seconds on the session's clock: its end."""
    turns: tuple[SpeakerTurn, ...] | None
    """None: speakers were not told apart."""
