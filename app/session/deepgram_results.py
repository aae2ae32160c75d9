"""What Deepgram's Results say, in the service's own words."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from app.types import Transcript, TranscriptState, Word


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """One message."""

    transcript: Transcript | None
    """None: nothing was said."""
    final: bool
    until: float
    """Seconds of the sound sent that it speaks of."""


def read_results(message: Any, time: Callable[[float], float]) -> Results:
    """`time` tells when a second of the sound sent was on the session's clock.

    Raises AttributeError, IndexError, TypeError or ValueError where the message is no such thing.
    """
    begin, until, final = float(message.start), message.start + message.duration, message.is_final
    said = message.channel.alternatives[0]
    transcript = None
    if said.transcript:
        words = tuple(_word(each, time) for each in said.words)
        languages = getattr(said, "languages", None)
        transcript = Transcript(
            state=TranscriptState.FINAL if final else TranscriptState.INTERIM,
            started_at=words[0].started_at if words else time(begin),
            ended_at=words[-1].ended_at if words else time(until),
            text=str(said.transcript),
            words=words,
            confidence=_share(said.confidence),
            language=str(languages[0]) if languages else None,
        )
    return Results(transcript=transcript, final=bool(final), until=until)


def _word(word: Any, time: Callable[[float], float]) -> Word:
    return Word(
        text=str(getattr(word, "punctuated_word", None) or word.word),
        started_at=time(float(word.start)),
        ended_at=time(float(word.end)),
        confidence=_share(word.confidence),
    )


def _share(value: Any) -> float:
    return min(max(float(value), 0.0), 1.0)
