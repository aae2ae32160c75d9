"""Speakers that were never recorded, and items made by hand."""

import numpy as np

from app.audio.ring import SAMPLE_RATE
from app.types import SpeakerTurn
from benchmarks.voices.conditions import Condition
from benchmarks.voices.corpus import LOUDNESS, Speaker
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
