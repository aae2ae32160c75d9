"""From who was heard to the signals of `several_speakers`."""

from app.types import AlertKind, AlertRule, Label, Severity, Signal, Track, Voices

RECENT = 2.0
"""Seconds after its last word for which another voice counts as present: windows overlap pauses."""


class Speakers:
    """Judges one session's voices by its rule."""

    def __init__(self, rule: AlertRule) -> None:
        self._least = rule.limits["confidence_fraction"]
        self._critical = rule.limits["critical_fraction"]
        self._easier = rule.limits["hysteresis_fraction"]

    def signal(self, voices: Voices) -> Signal:
        """Another voice than the candidate's is present or is not.

        It is present while it is heard: its episode ends with its silence, and its return is a
        new one. How sure the service is decides how severe that is.
        """
        present = voices.other_until is not None and voices.at - voices.other_until <= RECENT
        entered = present and voices.confidence >= self._least
        sure = voices.confidence >= self._critical
        return Signal(
            kind=AlertKind.SEVERAL_SPEAKERS,
            at=voices.at,
            entered=entered,
            remains=present and voices.confidence >= self._least - self._easier,
            label=Label.SEVERAL_SPEAKERS,
            since=voices.other_since if entered else None,
            confidence=voices.confidence,
            evidence=_evidence(voices),
            severity=Severity.CRITICAL if sure else Severity.WARNING,
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
