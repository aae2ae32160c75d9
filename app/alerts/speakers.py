"""From who was heard to the signals of `several_speakers`."""

import math

from app.types import AlertKind, AlertRule, Label, Severity, Signal, Track, Voices

LATE = 6.0
"""Seconds after its last word in which it may still become clear that it was another voice."""
RECENT = 1.0
"""Seconds after its last word for which another voice counts as present: windows overlap pauses."""


class Speakers:
    """Judges one session's voices by its rule."""

    def __init__(self, rule: AlertRule) -> None:
        self._least = rule.limits["confidence_fraction"]
        self._critical = rule.limits["critical_fraction"]
        self._easier = rule.limits["hysteresis_fraction"]
        self._told = -math.inf
        """Seconds: up to here another voice's words are accounted for."""

    def signal(self, voices: Voices) -> Signal:
        """Another voice than the candidate's is present or is not.

        It is present while it is heard: its episode ends with its silence, and its return is a
        new one. What becomes clear only after its last word is told then, once. How sure the
        service is decides how severe it is.
        """
        until = -math.inf if voices.other_until is None else voices.other_until
        present = voices.at - until <= RECENT
        news = until > self._told and voices.at - until <= LATE
        entered = (present or news) and voices.confidence >= self._least
        if entered:
            self._told = voices.at
        sure = voices.confidence >= self._critical
        return Signal(
            kind=AlertKind.SEVERAL_SPEAKERS,
            at=voices.at,
            entered=entered,
            remains=entered or (present and voices.confidence >= self._least - self._easier),
            label=Label.SEVERAL_SPEAKERS,
            since=voices.other_since if entered else None,
            confidence=voices.confidence,
            evidence=_evidence(voices),
            severity=Severity.CRITICAL if sure else Severity.WARNING,
            track=Track.AUDIO,
        )

    def nobody(self, at: float) -> Signal:
        """No sound comes: nobody is heard."""
        return Signal(
            kind=AlertKind.SEVERAL_SPEAKERS,
            at=at,
            entered=False,
            remains=False,
            label=Label.SEVERAL_SPEAKERS,
            track=Track.AUDIO,
        )


def _evidence(voices: Voices) -> dict[str, float | str]:
    numbers: dict[str, float | str] = {
        "speaker_count": voices.speakers,
        "other_share_fraction": voices.share,
        "speech_seconds": voices.speech,
    }
    if voices.similarity is not None:
        numbers["similarity_cosine"] = voices.similarity
    return numbers
