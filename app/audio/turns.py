"""Who spoke when: stretches of speech, dealt out to the voices whose windows lie nearest."""

from collections.abc import Sequence
from itertools import pairwise

from app.types import SpeakerTurn

Segments = Sequence[tuple[float, float]]
"""Beginning and end of stretches of speech, seconds, in order."""


def speaker_turns(
    segments: Segments, times: Sequence[float], owners: Sequence[int | None]
) -> tuple[SpeakerTurn, ...]:
    """`times`: the middles of windows, ascending; `owners`: whose each is, None: nobody's here.

    Where two windows in succession have different owners, the turn changes halfway between.
    """
    if not times:
        return ()
    edges = [
        ((before + after) / 2, owner)
        for (before, old), (after, owner) in pairwise(zip(times, owners, strict=True))
        if owner != old
    ]
    borders = [(float("-inf"), owners[0]), *edges]
    ends = [*(edge for edge, _ in edges), float("inf")]
    turns: list[SpeakerTurn] = []
    for begun, ended in segments:
        for (start, owner), end in zip(borders, ends, strict=True):
            first, last = max(begun, start), min(ended, end)
            if owner is not None and last > first:
                turns.append(SpeakerTurn(speaker=owner, started_at=first, ended_at=last))
    return tuple(turns)


def newest_stretch(
    turns: Sequence[SpeakerTurn], candidate: int, bridge: float
) -> tuple[float, float] | None:
    """Beginning and end of the last stretch of speech that is not the candidate's.

    Pauses up to `bridge` seconds, and what the candidate says meanwhile, do not end it.
    """
    others = [turn for turn in turns if turn.speaker != candidate]
    if not others:
        return None
    since, until = others[-1].started_at, others[-1].ended_at
    for turn in reversed(others):
        if since - turn.ended_at > bridge:
            break
        since = min(since, turn.started_at)
    return since, until
