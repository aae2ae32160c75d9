"""What Deepgram's Results say, in the service's own words."""

from dataclasses import dataclass
from typing import Any

from app.audio.backlog import Backlog
from app.types import Transcript, TranscriptState, Word


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """One message."""

    transcript: Transcript | None
    """None: nothing was said."""
    final: bool
    until: float
    """Seconds of the sound sent that it speaks of."""


def read_results(message: Any, backlog: Backlog) -> Results:
    """`backlog` tells when the seconds of the sound sent were on the session's clock.

    Raises AttributeError, IndexError, TypeError or ValueError where the message is no such thing.
    """
    begin, until, final = float(message.start), message.start + message.duration, message.is_final
    said = message.channel.alternatives[0]
    transcript = None
    if said.transcript:
        words = tuple(_word(each, backlog) for each in said.words)
        languages = getattr(said, "languages", None)
        transcript = Transcript(
            state=TranscriptState.FINAL if final else TranscriptState.INTERIM,
            started_at=words[0].started_at if words else backlog.time(begin),
            ended_at=words[-1].ended_at if words else backlog.end_time(until),
            text=str(said.transcript),
            words=words,
            confidence=_share(said.confidence),
            language=str(languages[0]) if languages else None,
        )
    return Results(transcript=transcript, final=bool(final), until=until)


def _word(word: Any, backlog: Backlog) -> Word:
    return Word(
        text=str(getattr(word, "punctuated_word", None) or word.word),
        started_at=backlog.time(float(word.start)),
        ended_at=backlog.end_time(float(word.end)),
        confidence=_share(word.confidence),
    )


def _share(value: Any) -> float:
    return min(max(float(value), 0.0), 1.0)
