"""Which sessions a measurement is made of."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle, islice

import numpy as np

from benchmarks.voices.choices import Condition, Split
from benchmarks.voices.corpus import CorpusError, Speaker
from benchmarks.voices.mixer import Order
from benchmarks.voices.script import Manner

LEVELS = (0.0, -10.0)
"""Decibels, of others relative to the candidate."""
ALONE = (60.0, 300.0)
"""Seconds of a session with one speaker, at least and at most."""
REPEATED = 5.0
"""Times what there is of a speaker's speech, a session alone lasts: nobody recites for long."""
MANNERS = (Manner.TURNS, Manner.INTERJECTION, Manner.TURNS, Manner.OVERLAPPING)
CAST = (2, 2, 3)
"""Speakers of conversations, in turn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How much of what."""

    hours: float = 2.0
    """Of sessions with one speaker, over all conditions and splits."""
    conversations: int = 24
    """For each condition and level, over all splits."""
    seed: int = 1
    conditions: tuple[Condition, ...] = tuple(Condition)
    splits: tuple[Split, ...] = tuple(Split)


def orders(plan: Plan, corpus: Sequence[Speaker]) -> list[Order]:
    """All of them. What one is does not depend on how many others, or which, there are.

    Raises CorpusError where a split has too few speakers.
    """
    found: list[Order] = []
    groups = [(condition, split) for condition in plan.conditions for split in plan.splits]
    for number, (condition, split) in enumerate(groups):
        cast = [speaker for speaker in corpus if speaker.split is split]
        if len(cast) < max(CAST):
            raise CorpusError(f"{len(cast)} speakers in the split {split}: too few to mix")
        for level in LEVELS:
            count = _share(plan.conversations, number % len(plan.splits), len(plan.splits))
            found += islice(_conversations(plan.seed, condition, split, level, cast), count)
        alone = _monologues(plan.seed, condition, split, cast)
        found += _lasting(alone, plan.hours * 3600 / len(groups))
    return found


def _conversations(
    seed: int, condition: Condition, split: Split, level: float, corpus: Sequence[Speaker]
) -> Iterator[Order]:
    key = f"{condition}-{split}-{abs(level):g}dB"
    chance = np.random.default_rng([seed, *key.encode()])
    sizes, manners = cycle(CAST), cycle(MANNERS)
    for number, candidate in enumerate(_by_turns(corpus, chance)):
        manner, size = next(manners), next(sizes)
        others = [speaker for speaker in corpus if speaker is not candidate]
        chosen = chance.choice(len(others), size - 1, replace=False)
        yield Order(
            name=f"{key}-{number:03}-{manner}-{size}",
            cast=(candidate, *(others[index] for index in chosen)),
            manner=manner,
            condition=condition,
            level=level,
            seconds=float(chance.uniform(60, 110)),
            seed=seed,
        )


def _monologues(
    seed: int, condition: Condition, split: Split, corpus: Sequence[Speaker]
) -> Iterator[Order]:
    key = f"{condition}-{split}-alone"
    chance = np.random.default_rng([seed, *key.encode()])
    for number, candidate in enumerate(_by_turns(corpus, chance)):
        yield Order(
            name=f"{key}-{number:03}",
            cast=(candidate,),
            manner=Manner.ALONE,
            condition=condition,
            level=None,
            seconds=min(max(ALONE[0], REPEATED * candidate.seconds), ALONE[1]),
            seed=seed,
        )


def _lasting(sessions: Iterator[Order], seconds: float) -> Iterator[Order]:
    """As many as last so long together, to the half of one."""
    for order in sessions:
        if seconds < order.seconds / 2:
            return
        yield order
        seconds -= order.seconds


def _by_turns(corpus: Sequence[Speaker], chance: np.random.Generator) -> Iterator[Speaker]:
    """Without end; everybody once before anybody twice."""
    while True:
        for index in chance.permutation(len(corpus)):
            yield corpus[index]


def _share(whole: int, number: int, parts: int) -> int:
    """Of a whole dealt out one by one, what this part gets."""
    return whole // parts + (number < whole % parts)
