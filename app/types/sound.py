"""What was heard."""

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
class Voices:
    """Who has been heard, as judged at one moment.

    The candidate is who was enrolled, else whose voice came first. Voices that are known not to be
    in the room, such as the interviewer's from a loudspeaker, are nobody here.
    """

    at: float
    """Seconds on the session's clock: how far the sound was heard."""
    speakers: int
    """Told apart so far."""
    confidence: float
    """0 to 1: how probable it is that more than one person spoke."""
    share: float
    """0 to 1: of the speech so far, what others than the candidate said."""
    similarity: float | None
    """-1 to 1: cosine of the candidate's voice and the other's; None: no other."""
    other_since: float | None
    """Seconds on the session's clock: where the newest stretch with another voice began."""
    other_until: float | None
    """Seconds on the session's clock: how far that stretch is heard."""
    speech: float
    """Seconds of speech so far."""
    turns: tuple[SpeakerTurn, ...]
    """Of the recent past, as judged now; later judgements may differ."""
