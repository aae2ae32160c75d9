"""What was said."""

from dataclasses import dataclass
from enum import StrEnum


class TranscriptState(StrEnum):
    """What a piece of transcript is."""

    INTERIM = "interim"
    """A later piece says the same stretch again, better."""
    FINAL = "final"
    GAP = "gap"
    """Sound of which the words are not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """One word that was heard."""

    text: str
    started_at: float
    """Seconds on the session's clock."""
    ended_at: float
    """Seconds on the session's clock."""
    confidence: float
    """0 to 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Transcript:
    """A stretch of sound in words."""

    state: TranscriptState
    started_at: float
    """Seconds on the session's clock."""
    ended_at: float | None
    """Seconds on the session's clock; None: a gap without an end."""
    text: str = ""
    """With punctuation; empty in a gap."""
    words: tuple[Word, ...] = ()
    confidence: float | None = None
    """0 to 1; None: nothing was said."""
    language: str | None = None
    """A BCP 47 tag such as "en"; None: not known."""
