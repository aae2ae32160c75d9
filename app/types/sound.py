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


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """Of one block and what came shortly before. Decibels are of full scale, 0 the most."""

    at: float
    """Seconds on the session's clock, after the block."""
    rms_decibels: float
    """Of the block without its mean; -120: nothing."""
    peak_decibels: float
    """Of the block; -120: nothing."""
    clipped: float
    """0 to 1: of the samples of the last 10 s that were not quiet, those in flat tops."""
    noise_decibels: float
    """The quietest eighth of a second of the last 10 s: the noise floor; -120: nothing."""
    speech_seconds: float
    """Of the last 10 s."""
    signal_to_noise: float | None
    """Decibels, speech over the noise floor; None: less than a second of speech in 10 s."""
    flat_seconds: float
    """How long there has been nothing but silence in numbers, without a break."""
    open_microphone: bool
    """Whether its noise was heard between words, and seldom a gate's silence: then a long silence
    is no gate's. False too where too little was heard to tell."""
