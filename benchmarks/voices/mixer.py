"""Conversations by order: the same order and seed give the same samples."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.voices.choices import Condition, Split
from benchmarks.voices.corpus import Speaker
from benchmarks.voices.item import Item
from benchmarks.voices.rooms import (
    NOISE_BELOW,
    hush,
    impulse_response,
    in_room,
    noise,
    over_telephone,
)
from benchmarks.voices.script import Manner, Script, Writer
from benchmarks.voices.sound import Sound, faded, gain, pcm, rms

NEAREST, FARTHEST = -7.0, 5.0
"""Decibels of the direct sound, between which the candidate moves: 0.3 to 1.1 m for 0.5 m."""
RECITED = 3.0
"""Times what there is of the candidate's speech, the time before others come in, at most."""
ECHO_NEAR, ECHO_FAR = (-12.0, -6.0), (-3.0, 3.0)
"""Decibels of a room's echoes relative to the direct sound: the candidate's, and others'."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is to be mixed."""

    name: str
    cast: tuple[Speaker, ...]
    """The candidate first."""
    manner: Manner
    condition: Condition
    level: float | None
    """Decibels, of others relative to the candidate; None: alone."""
    seconds: float
    """About so long."""
    seed: int

    @property
    def split(self) -> Split:
        """All of a cast belong to one."""
        return self.cast[0].split


def mix(order: Order) -> Item:
    """Write it, say it, hear it."""
    chance = np.random.default_rng([order.seed, *order.name.encode()])
    script = write_script(order, chance)
    return Item(
        name=order.name,
        samples=pcm(_heard(script, order, chance)),
        turns=script.turns,
        speakers=tuple(speaker.name for speaker in order.cast),
        condition=order.condition,
        manner=order.manner,
        level=order.level,
        split=order.split,
    )


def write_script(order: Order, chance: np.random.Generator) -> Script:
    """The candidate speaks first, for some seconds up to a minute, then the others come in."""
    writer = Writer(order.cast, chance)
    others = range(1, len(order.cast))
    if order.manner is Manner.ALONE:
        writer.alone(order.seconds)
        return writer.finish([0.0])
    before = float(np.exp(chance.uniform(np.log(3), np.log(60))))
    before = min(before, 0.6 * order.seconds, RECITED * order.cast[0].seconds)
    rest = order.seconds - before
    writer.alone(before)
    if order.manner is Manner.INTERJECTION:
        for other in others:
            writer.say(other, chance.uniform(2, 3.5), longest=4.0)
            writer.alone(rest / len(others))
    else:
        overlapping = order.manner is Manner.OVERLAPPING
        for number in others:  # who comes later finds the others talking
            writer.talk([*range(number, -1, -1)], rest / len(others), overlapping)
    return writer.finish([0.0] + [order.level or 0.0] * len(others))


def stems(script: Script, speakers: int) -> list[Sound]:
    """Each speaker's sound alone, without room or movement."""
    return [_stem(script, speaker, [1.0] * _turns(script)) for speaker in range(speakers)]


def _heard(script: Script, order: Order, chance: np.random.Generator) -> Sound:
    moved = gains(chance, _turns(script)) if order.manner is Manner.ALONE else None
    loudness = rms(np.concatenate([line.sound for line in script.lines if not line.speaker]))
    rt60 = chance.uniform(0.4, 0.7)
    heard = np.zeros(script.length, np.float32)
    for speaker in range(len(order.cast)):
        still = [1.0] * _turns(script)
        direct = _stem(script, speaker, still if moved is None or speaker else moved)
        if order.condition is Condition.REVERB:
            room = impulse_response(chance, rt60)  # each place has its own
            echo = chance.uniform(*(ECHO_FAR if speaker else ECHO_NEAR))
            # Echoes are as loud wherever in the room one sits.
            direct = in_room(direct, _stem(script, speaker, still), room, echo)
        heard += direct
    if order.condition is Condition.NOISE:
        heard += gain(-NOISE_BELOW) * loudness * noise(chance, script.length)
    heard += hush(chance, script.length)
    if order.condition is Condition.TELEPHONE:
        heard = over_telephone(heard)
    return np.asarray(heard * gain(chance.uniform(-8, 6)), np.float32)


def gains(chance: np.random.Generator, turns: int) -> list[float]:
    """Factors of the direct sound, turn by turn, of somebody who moves before the microphone."""
    decibels, found = 0.0, []
    for _ in range(turns):
        decibels = float(np.clip(decibels + chance.normal(0, 2.5), NEAREST, FARTHEST))
        found.append(gain(decibels))
    return found


def _stem(script: Script, speaker: int, factors: Sequence[float]) -> Sound:
    sound = np.zeros(script.length, np.float32)
    for line in script.lines:
        if line.speaker == speaker:
            sound[line.start : line.end] += faded(line.sound) * np.float32(factors[line.turn])
    return sound


def _turns(script: Script) -> int:
    return max(line.turn for line in script.lines) + 1
