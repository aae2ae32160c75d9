"""Who is measured: something that hears sound block by block and judges who speaks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from app.types import SpeakerTurn, Voices


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What an ear made of one session."""

    judgements: tuple[Voices, ...]
    """One after each block of 0.512 s; each knows only what came before."""
    turns: tuple[SpeakerTurn, ...]
    """Of the whole session, as they stood when they were last told."""
    cost: Mapping[str, float]
    """Seconds of CPU time, by stage."""


class Ear(Protocol):
    """Remembers nothing of a session when it hears the next one."""

    def hear(self, samples: NDArray[np.int16]) -> Heard:
        """One whole session: mono, 16 kHz."""


def told(judgements: Sequence[Voices]) -> tuple[SpeakerTurn, ...]:
    """Turns of the whole session: of each moment those that the newest judgement of it tells."""
    kept: list[SpeakerTurn] = []
    newest: tuple[SpeakerTurn, ...] = ()
    for voices in judgements:
        if not voices.turns or voices.turns == newest:
            continue
        newest = voices.turns
        since = min(turn.started_at for turn in newest)
        kept = [_until(turn, since) for turn in kept if turn.started_at < since]
        kept += newest
    return tuple(kept)


def _until(turn: SpeakerTurn, end: float) -> SpeakerTurn:
    if turn.ended_at <= end:
        return turn
    return SpeakerTurn(speaker=turn.speaker, started_at=turn.started_at, ended_at=end)
