"""What is mixed, and that it stays what it is."""

import dataclasses
from collections import Counter

import pytest

from benchmarks.voices.choices import Condition, Split, split_of
from benchmarks.voices.corpus import CorpusError, Speaker, read_corpus
from benchmarks.voices.mixer import Order
from benchmarks.voices.orders import ALONE, LEVELS, Plan, orders
from benchmarks.voices.script import Manner
from tests.benchmarks.voices.builders import speaker
from tests.media import SHARED, needs_shared

CORPUS = tuple(speaker(str(number), phrases=1) for number in range(40))


def plain(order: Order) -> tuple[object, ...]:
    """Comparable: who, not what they sound like."""
    names = tuple(each.name for each in order.cast)
    return order.name, names, order.manner, order.condition, order.level, order.seconds, order.seed


def test_the_plan_is_kept() -> None:
    made = orders(Plan(hours=2, conversations=25), CORPUS)
    alone = [order for order in made if order.manner is Manner.ALONE]
    talks = Counter((o.condition, o.level) for o in made if o.manner is not Manner.ALONE)
    for condition in Condition:
        seconds = sum(order.seconds for order in alone if order.condition is condition)
        assert seconds == pytest.approx(1800, abs=ALONE[1])
    assert all(ALONE[0] <= order.seconds <= ALONE[1] for order in alone)
    assert talks == {(condition, level): 25 for condition in Condition for level in LEVELS}
    assert {len(order.cast) for order in made} == {1, 2, 3}
    assert {order.manner for order in made} == set(Manner)
    assert len({order.name for order in made}) == len(made)


def test_a_cast_is_of_one_split_and_of_different_people() -> None:
    for order in orders(Plan(), CORPUS):
        names = [each.name for each in order.cast]
        assert {split_of(name) for name in names} == {order.split}
        assert len(set(names)) == len(names)
        assert order.split in order.name


def test_an_order_does_not_depend_on_what_else_is_ordered() -> None:
    everything = {plain(order) for order in orders(Plan(hours=4, conversations=40), CORPUS)}
    some = Plan(hours=0.5, conversations=4, conditions=(Condition.NOISE,), splits=(Split.HELD_OUT,))
    assert {plain(order) for order in orders(some, CORPUS)} < everything
    other = dataclasses.replace(some, seed=2)
    assert not {plain(order) for order in orders(other, CORPUS)} & everything


def test_everybody_is_the_candidate_before_anybody_is_again() -> None:
    one = Plan(hours=10, conversations=0, conditions=(Condition.CLEAN,), splits=(Split.FIT,))
    candidates = Counter(order.cast[0].name for order in orders(one, CORPUS))
    assert max(candidates.values()) - min(candidates.values()) <= 1
    assert len(candidates) > 10


def test_too_few_speakers_are_said() -> None:
    with pytest.raises(CorpusError, match="2 speakers in the split"):
        orders(Plan(splits=(Split.FIT,)), [s for s in CORPUS if s.split is Split.FIT][:2])


def test_splits_are_stable() -> None:
    """By name: the numbers were looked up once. A change would let fitted speakers judge."""
    fit = {"367", "1998", "2414", "911"}
    held_out = {"1688", "3005", "2002", "78"}
    assert {split_of(name) for name in fit} == {Split.FIT}
    assert {split_of(name) for name in held_out} == {Split.HELD_OUT}


@pytest.fixture(scope="module")
def corpus() -> tuple[Speaker, ...]:
    return read_corpus(SHARED / "audio")


@needs_shared
class TestCorpus:
    """LibriSpeech's readers."""

    def test_speakers(self, corpus: tuple[Speaker, ...]) -> None:
        assert len(corpus) >= 50
        assert [each.name for each in corpus] == sorted(each.name for each in corpus)
        halves = Counter(each.split for each in corpus)
        assert min(halves.values()) >= 20
        seconds = sorted(each.seconds for each in corpus)
        assert seconds[0] >= 5
        assert seconds[-5] > 40  # those with ten recordings

    def test_phrases_begin_and_end_with_speech(self, corpus: tuple[Speaker, ...]) -> None:
        """Not with silence: the first and the last 60 ms are within 30 dB of the phrase."""
        quiet = total = 0
        for phrase in (phrase for each in corpus for phrase in each.phrases):
            for edge in (phrase[:960], phrase[-960:]):
                quiet += float((edge**2).mean()) < float((phrase**2).mean()) / 1000
                total += 1
        assert total > 500
        assert quiet / total < 0.02
