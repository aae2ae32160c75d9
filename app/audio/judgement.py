"""What a session's voices amount to."""

import math
from collections.abc import Sequence

from app.audio.known_voice import KnownVoice
from app.audio.spans import Span, joined
from app.audio.tie_limits import TieLimits
from app.types import SpeakerTurn, Voices

SOFTNESS = 0.08
"""Of a cosine: how far from the middle between "same" and "other" it is near certain."""
UNSURE = 0.4
"""Of the probability, for a voice that is not yet somebody."""


def judge(
    voices: Sequence[KnownVoice],
    candidate: KnownVoice | None,
    *,
    at: float,
    of_nobody: float,
    before: Span | None,
    limits: TieLimits,
) -> Voices:
    """`of_nobody`: seconds of speech that belong to none of the voices.

    `before`: the newest stretch with another voice, as it was told last.
    """
    somebody = sorted((v for v in voices if v.confirmed), key=lambda v: v.first_at)
    others = [v for v in somebody if v is not candidate]
    speech = of_nobody + sum(v.heard for v in voices)
    turns = [
        SpeakerTurn(speaker=number, started_at=start, ended_at=end)
        for number, voice in enumerate(somebody)
        for start, end in voice.turns()
    ]
    stretches = joined((s for v in others for s in v.turns()), limits.pause)
    newest = stretches[-1] if stretches else None
    if others and before is not None:
        newest = _older(before, newest, at - limits.forget, limits.pause)
    main = max(others, key=lambda v: v.heard, default=None)
    return Voices(
        at=at,
        speakers=len(somebody),
        confidence=max((_probability(v, candidate, limits) for v in voices), default=0.0),
        share=min(1.0, sum(v.heard for v in others) / speech) if speech else 0.0,
        similarity=None if main is None or candidate is None else candidate.cosine(main.direction),
        other_since=newest[0] if newest else None,
        other_until=newest[1] if newest else None,
        speech=speech,
        turns=tuple(sorted(turns, key=lambda turn: (turn.started_at, turn.speaker))),
    )


def _older(before: Span, newest: Span | None, forgotten: float, pause: float) -> Span:
    """With the beginning of the stretch, where that is no longer remembered."""
    if newest is None:
        return before
    goes_on = newest[0] <= before[1] + pause
    cut_off = before[0] < forgotten
    return (before[0], newest[1]) if goes_on and cut_off else newest


def _probability(voice: KnownVoice, candidate: KnownVoice | None, limits: TieLimits) -> float:
    """That this is another than the candidate: how unlike, how long, and how often heard."""
    if candidate is None or voice is candidate:
        return 0.0
    middle = (limits.same + limits.other) / 2
    unlike = 1 / (1 + math.exp((candidate.cosine(voice.direction) - middle) / SOFTNESS))
    ample = 1 - math.exp(-voice.heard / limits.at_once)
    return unlike * ample * (1.0 if voice.confirmed else UNSURE)
