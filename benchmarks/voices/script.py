"""Who says what, when and how loudly: a conversation before it is heard."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from app.audio.ring import SAMPLE_RATE
from app.types import SpeakerTurn
from benchmarks.voices.corpus import Speaker
from benchmarks.voices.phrases import clipped
from benchmarks.voices.sound import Sound, gain, rms

MERGED = 0.3
"""Seconds: a shorter pause of one speaker does not end the turn."""
LOUDER = 1.5
"""Decibels by which a speaker's turns differ (standard deviation)."""


class Manner(StrEnum):
    """How the voices meet."""

    ALONE = "alone"
    """The candidate only."""
    TURNS = "turns"
    """By turns of 1 to 8 s, from a random time on."""
    INTERJECTION = "interjection"
    """Somebody says 2 to 4 s once."""
    OVERLAPPING = "overlapping"
    """By turns, and most begin before the other has ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One phrase of one turn."""

    speaker: int
    """0: the candidate."""
    start: int
    """Sample."""
    sound: Sound
    """As loud as it is to be at the candidate's usual distance."""
    turn: int
    """Numbered from 0; lines of a turn are spoken from one place."""

    @property
    def end(self) -> int:
        """The sample after the last."""
        return self.start + len(self.sound)


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """A conversation."""

    lines: tuple[Line, ...]
    length: int
    """Samples."""

    @property
    def turns(self) -> tuple[SpeakerTurn, ...]:
        """The truth, by time; short pauses of one speaker are spoken through."""
        found: list[SpeakerTurn] = []
        for speaker in sorted({line.speaker for line in self.lines}):
            found += _turns([line for line in self.lines if line.speaker == speaker])
        return tuple(sorted(found, key=lambda turn: (turn.started_at, turn.speaker)))


class Writer:
    """Writes one script; all chance comes from the generator that is given."""

    def __init__(self, cast: Sequence[Speaker], chance: np.random.Generator) -> None:
        self._cast = cast
        self._chance = chance
        self._decks: list[list[Sound]] = [[] for _ in cast]
        self._lines: list[Line] = []
        self._now = chance.uniform(0.3, 3.0)
        self._turn = 0

    def alone(self, seconds: float) -> None:
        """The candidate speaks and thinks."""
        until = self._now + seconds
        while self._now < until:
            self.say(0, self._length())
            thinks = self._chance.random() < 0.12
            self._now += self._chance.uniform(2, 7) if thinks else self._pause(0.1, 1.0)

    def talk(self, speakers: Sequence[int], seconds: float, overlapping: bool) -> None:
        """By turns, the first of them first; all of them speak."""
        until, number = self._now + seconds, 0
        while self._now < until or number < len(speakers):
            speaker = speakers[number % len(speakers)]
            if overlapping and self._chance.random() < 0.7:
                self._interrupt(speaker)
            self.say(speaker, self._length())
            number += 1

    def say(self, speaker: int, seconds: float, longest: float = 8.0) -> None:
        """About so long, from now on; a phrase is cut only where the turn would be too long."""
        louder, spoken = gain(self._chance.normal(0, LOUDER)), 0.0
        while spoken < seconds:
            phrase = clipped(self._next_phrase(speaker), longest - spoken)
            if len(phrase) < 0.25 * SAMPLE_RATE:
                break
            start = round(self._now * SAMPLE_RATE)
            self._lines.append(
                Line(speaker=speaker, start=start, sound=phrase * louder, turn=self._turn)
            )
            self._now += len(phrase) / SAMPLE_RATE
            spoken += len(phrase) / SAMPLE_RATE
            if spoken < seconds:
                self._now += self._pause(0.15, 0.6)
        self._now += self._pause(0.1, 1.0)
        self._turn += 1

    def finish(self, levels: Sequence[float]) -> Script:
        """The script; each speaker's speech has exactly its level, in dB of the candidate's."""
        reference = _loudness(self._lines, 0)
        scales = [
            gain(level) * reference / _loudness(self._lines, speaker)
            for speaker, level in enumerate(levels)
        ]
        lines = tuple(
            Line(
                speaker=line.speaker,
                start=line.start,
                sound=np.asarray(line.sound * scales[line.speaker], np.float32),
                turn=line.turn,
            )
            for line in self._lines
        )
        rest = round(self._chance.uniform(0.5, 2.5) * SAMPLE_RATE)
        return Script(lines=lines, length=max(line.end for line in lines) + rest)

    def _interrupt(self, speaker: int) -> None:
        """Go back to before the end of what is said, but not into the speaker's own words."""
        last = self._lines[-1]
        early = min(self._chance.uniform(0.3, 2.0), 0.7 * len(last.sound) / SAMPLE_RATE)
        own = max((line.end for line in self._lines if line.speaker == speaker), default=0)
        self._now = max(last.end / SAMPLE_RATE - early, own / SAMPLE_RATE + self._pause(0.1, 1.0))

    def _next_phrase(self, speaker: int) -> Sound:
        """All are spoken before one is spoken again."""
        deck = self._decks[speaker]
        if not deck:
            said = self._cast[speaker].phrases
            deck += [said[number] for number in self._chance.permutation(len(said))]
        return deck.pop()

    def _length(self) -> float:
        return float(np.exp(self._chance.uniform(np.log(1), np.log(7))))

    def _pause(self, shortest: float, longest: float) -> float:
        return float(np.exp(self._chance.uniform(np.log(shortest), np.log(longest))))


def _loudness(lines: Sequence[Line], speaker: int) -> float:
    return rms(np.concatenate([line.sound for line in lines if line.speaker == speaker]))


def _turns(lines: Sequence[Line]) -> list[SpeakerTurn]:
    spans: list[tuple[float, float]] = []
    for line in sorted(lines, key=lambda each: each.start):
        start, end = line.start / SAMPLE_RATE, line.end / SAMPLE_RATE
        if spans and start - spans[-1][1] < MERGED:
            spans[-1] = (spans[-1][0], max(end, spans[-1][1]))
        else:
            spans.append((start, end))
    speaker = lines[0].speaker
    return [SpeakerTurn(speaker=speaker, started_at=a, ended_at=b) for a, b in spans]
