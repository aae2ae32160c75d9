"""Speakers that were never recorded, and items made by hand."""

import numpy as np
from numpy.typing import NDArray

from app.audio.ring import BLOCK, SAMPLE_RATE
from app.types import SpeakerTurn, Voices
from benchmarks.voices.choices import Condition
from benchmarks.voices.corpus import LOUDNESS, Speaker
from benchmarks.voices.ear import Heard
from benchmarks.voices.item import Item
from benchmarks.voices.mixer import Order
from benchmarks.voices.script import Manner
from benchmarks.voices.sound import Sound


def speaker(name: str, phrases: int = 5) -> Speaker:
    """Tones of a height of their own, 1.2 s and longer."""
    pitch = 150 + 7 * int(name)
    return Speaker(
        name=name, phrases=tuple(tone(pitch + 20 * n, 1.2 + 0.3 * n) for n in range(phrases))
    )


def tone(hertz: float, seconds: float) -> Sound:
    """As loud as the corpus."""
    times = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    return np.asarray(np.sqrt(2) * LOUDNESS * np.sin(2 * np.pi * hertz * times), np.float32)


def order(
    *cast: str,
    manner: Manner = Manner.TURNS,
    condition: Condition = Condition.CLEAN,
    level: float | None = 0.0,
    seconds: float = 60.0,
    seed: int = 1,
) -> Order:
    return Order(
        name="talk",
        cast=tuple(speaker(name) for name in cast),
        manner=manner,
        condition=condition,
        level=level,
        seconds=seconds,
        seed=seed,
    )


def turn(speaker: int, start: float, end: float) -> SpeakerTurn:
    return SpeakerTurn(speaker=speaker, started_at=start, ended_at=end)


def item(*turns: SpeakerTurn, seconds: float = 60.0, name: str = "talk") -> Item:
    """Silence, with this truth."""
    count = max((each.speaker for each in turns), default=0) + 1
    return Item(
        name=name,
        samples=np.zeros(round(seconds * SAMPLE_RATE), np.int16),
        turns=tuple(sorted(turns, key=lambda each: each.started_at)),
        speakers=tuple(f"speaker{number}" for number in range(count)),
        condition=Condition.CLEAN,
        manner=Manner.TURNS if count > 1 else Manner.ALONE,
        level=0.0 if count > 1 else None,
        split="fit",
    )


def voices(
    at: float,
    confidence: float = 0.0,
    other: tuple[float, float] | None = None,
    turns: tuple[SpeakerTurn, ...] = (),
) -> Voices:
    """A judgement; `other`: the newest stretch with another voice."""
    return Voices(
        at=at,
        speakers=1 + (other is not None),
        confidence=confidence,
        share=0.0,
        similarity=None if other is None else 0.4,
        other_since=None if other is None else other[0],
        other_until=None if other is None else other[1],
        speech=at,
        turns=turns,
    )


class TrueEar:
    """Knows the truth and tells it late; for scoring, not for hearing."""

    def __init__(
        self, item: Item, *, late: float = 0.0, deaf: bool = False, alarm: float | None = None
    ) -> None:
        """`deaf`: it knows nobody but the candidate; `alarm`: it cries wolf once at this time."""
        self._item = item
        self._late = late
        self._deaf = deaf
        self._alarm = alarm

    def hear(self, samples: NDArray[np.int16]) -> Heard:
        ends = [n * BLOCK / SAMPLE_RATE for n in range(1, len(samples) // BLOCK + 1)]
        turns = tuple(t for t in self._item.turns if not (self._deaf and t.speaker))
        return Heard(
            judgements=tuple(map(self._judged, ends)), turns=turns, cost={"all": 0.001 * len(ends)}
        )

    def _judged(self, at: float) -> Voices:
        if self._alarm is not None and 0 <= at - self._alarm < BLOCK / SAMPLE_RATE:
            return voices(at, 0.9, (at - 1, at))
        known = [t for t in self._item.turns if t.speaker and t.started_at + self._late <= at]
        if self._deaf or not known:
            return voices(at, 0.1)
        return voices(at, 0.9, (known[-1].started_at, min(at, known[-1].ended_at + self._late)))
