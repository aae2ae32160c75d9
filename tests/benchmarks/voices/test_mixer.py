"""Conversations: repeatable, and their truth adds up."""

from itertools import pairwise

import numpy as np
import pytest

from app.audio.ring import SAMPLE_RATE
from benchmarks.voices.choices import Condition
from benchmarks.voices.mixer import FARTHEST, NEAREST, gains, mix, stems, write_script
from benchmarks.voices.script import Manner
from benchmarks.voices.sound import gain, rms
from tests.benchmarks.voices.builders import order

MANNERS = [Manner.TURNS, Manner.INTERJECTION, Manner.OVERLAPPING]


def chance(seed: int = 1) -> np.random.Generator:
    return np.random.default_rng(seed)


@pytest.mark.parametrize("condition", Condition)
def test_the_same_order_gives_the_same_sound(condition: Condition) -> None:
    first, again = (mix(order("1", "2", condition=condition)) for _ in range(2))
    other = mix(order("1", "2", condition=condition, seed=2))
    assert np.array_equal(first.samples, again.samples)
    assert first.turns == again.turns
    assert first.turns != other.turns


@pytest.mark.parametrize("condition", Condition)
def test_conditions_change_the_sound_and_not_the_truth(condition: Condition) -> None:
    clean, same = mix(order("1", "2")), mix(order("1", "2", condition=condition))
    assert clean.turns == same.turns
    assert len(clean.samples) == len(same.samples)
    assert np.array_equal(clean.samples, same.samples) == (condition is Condition.CLEAN)


@pytest.mark.parametrize("manner", MANNERS)
@pytest.mark.parametrize("cast", [("1", "2"), ("1", "2", "3")])
def test_everybody_speaks_and_the_candidate_first(manner: Manner, cast: tuple[str, ...]) -> None:
    for seed in range(8):
        item = mix(order(*cast, manner=manner, seed=seed))
        assert item.turns[0].speaker == 0
        assert {turn.speaker for turn in item.turns} == set(range(len(cast)))
        assert item.second_at is not None
        assert 2.0 < item.second_at < 0.75 * item.seconds
        assert all(0 <= turn.started_at < turn.ended_at <= item.seconds for turn in item.turns)


@pytest.mark.parametrize("manner", MANNERS)
def test_turns_hold_the_speakers_sound_and_all_of_it(manner: Manner) -> None:
    """Outside of a speaker's turns the speaker's own sound is silent."""
    script = write_script(order("1", "2", "3", manner=manner), chance())
    for speaker, stem in enumerate(stems(script, 3)):
        spoken = np.zeros(script.length, bool)
        own = [turn for turn in script.turns if turn.speaker == speaker]
        for turn in own:
            first, last = round(turn.started_at * SAMPLE_RATE), round(turn.ended_at * SAMPLE_RATE)
            spoken[first:last] = True
            edges = stem[first : first + 1600], stem[last - 1600 : last]
            assert all(rms(edge) > 0.1 * rms(stem[first:last]) for edge in edges)
        assert np.all(stem[~spoken] == 0)
        assert all(b.started_at - a.ended_at >= 0.3 for a, b in pairwise(own))


@pytest.mark.parametrize("level", [0.0, -10.0])
def test_others_are_as_loud_as_ordered(level: float) -> None:
    script = write_script(order("1", "2", "3", level=level), chance())
    candidate, *others = (rms(stem[stem != 0]) for stem in stems(script, 3))
    for other in others:
        assert 20 * np.log10(other / candidate) == pytest.approx(level, abs=0.5)


def test_by_turns_nobody_is_interrupted() -> None:
    turns = write_script(order("1", "2", manner=Manner.TURNS), chance()).turns
    assert all(a.ended_at <= b.started_at for a, b in pairwise(turns))


def test_overlapping_voices_overlap() -> None:
    turns = write_script(order("1", "2", manner=Manner.OVERLAPPING), chance()).turns
    changes = [(a, b) for a, b in pairwise(turns) if a.speaker != b.speaker]
    assert sum(a.ended_at > b.started_at for a, b in changes) > len(changes) / 4


def test_an_interjection_is_one_and_short() -> None:
    for seed in range(8):
        script = write_script(order("1", "2", manner=Manner.INTERJECTION), chance(seed))
        said = [line for line in script.lines if line.speaker == 1]
        assert len({line.turn for line in said}) == 1
        assert sum(len(line.sound) for line in said) <= 4.0 * SAMPLE_RATE


def test_turns_are_no_longer_than_eight_seconds_of_speech() -> None:
    script = write_script(order("1", "2"), chance())
    for number in {line.turn for line in script.lines}:
        spoken = sum(len(line.sound) for line in script.lines if line.turn == number)
        assert spoken <= 8.0 * SAMPLE_RATE


def test_who_is_alone_moves() -> None:
    factors = gains(chance(), 200)
    assert gain(NEAREST) <= min(factors) < 0.7
    assert 1.3 < max(factors) <= gain(FARTHEST)
    assert len(factors) == 200


def test_noise_is_fifteen_decibels_below_the_candidate() -> None:
    quiet = mix(order("1", condition=Condition.NOISE, manner=Manner.ALONE, level=None))
    script = write_script(
        order("1", condition=Condition.NOISE, manner=Manner.ALONE, level=None),
        np.random.default_rng([1, *b"talk"]),
    )
    spoken = np.zeros(script.length, bool)
    for line in script.lines:
        spoken[line.start : line.end] = True
    samples = quiet.samples / 32768
    total, noise = np.mean(samples[spoken] ** 2), np.mean(samples[~spoken] ** 2)
    # The candidate moves, so that the speech is a few decibels off its usual loudness.
    assert 10 * np.log10((total - noise) / noise) == pytest.approx(15, abs=5)
