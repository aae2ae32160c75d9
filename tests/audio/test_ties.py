"""Labels of single windows, tied to voices of a session."""

from collections.abc import Iterable

import numpy as np
import pytest

from app.audio.diarization import Diarization, Embedding, LocalTurn
from app.audio.ties import Ties
from app.types import Voices

DIMENSION = 256
WINDOW, HOP = 10.0, 5.0
Said = tuple[float, float, Embedding]
"""From, until (seconds on the session's clock), and how it sounded."""


class Speaker:
    """A voice that never sounds quite the same."""

    def __init__(self, chance: np.random.Generator, similarity: float = 0.75) -> None:
        """`similarity`: cosine of two of its embeddings, on the average."""
        self._chance = chance
        self.direction = chance.normal(size=DIMENSION) / np.sqrt(DIMENSION)
        self._spread = np.sqrt(1 / similarity - 1)

    def sounds(self) -> Embedding:
        noise = self._chance.normal(size=DIMENSION) / np.sqrt(DIMENSION)
        return np.asarray(self.direction + self._spread * noise, np.float32)


class Conversation:
    """Windows of what people say, as a perfect diarization would tell them apart."""

    def __init__(self, ties: Ties | None = None) -> None:
        self.ties = ties or Ties()

    def window(
        self, started_at: float, *labels: tuple[Embedding | None, list[tuple[float, float]]]
    ) -> Voices:
        """Spans in seconds from the window's beginning."""
        turns = [
            LocalTurn(label=number, started_at=start, ended_at=end)
            for number, (_, spans) in enumerate(labels)
            for start, end in spans
        ]
        heard = Diarization(
            seconds=WINDOW, turns=tuple(turns), embeddings=tuple(each for each, _ in labels)
        )
        return self.ties.update(heard, started_at)

    def hear(self, until: float, said: Iterable[tuple[float, float, Speaker]]) -> list[Voices]:
        """Every window until then; whom one window has nothing of has no label there."""
        spoken, told = list(said), []
        for started_at in np.arange(0.0, until - WINDOW + 0.1, HOP):
            labels = []
            for speaker in dict.fromkeys(each for *_, each in spoken):
                spans = [
                    (max(start - started_at, 0.0), min(end - started_at, WINDOW))
                    for start, end, who in spoken
                    if who is speaker and end > started_at and start < started_at + WINDOW
                ]
                if spans:
                    labels.append((speaker.sounds(), spans))
            told.append(self.window(float(started_at), *labels))
        return told


@pytest.fixture
def chance() -> np.random.Generator:
    return np.random.default_rng(5)


def test_one_voice_is_one_speaker(chance: np.random.Generator) -> None:
    candidate = Speaker(chance)
    told = Conversation().hear(300, [(0.0, 300.0, candidate)])
    assert {each.speakers for each in told} == {1}
    last = told[-1]
    assert (last.confidence, last.share, last.similarity) == (0.0, 0.0, None)
    assert (last.other_since, last.other_until) == (None, None)
    assert last.at == 300.0
    assert last.speech == pytest.approx(300.0)
    (turn,) = last.turns
    assert (turn.speaker, turn.ended_at) == (0, 300.0)


def test_nobody_is_no_speaker() -> None:
    voices = Conversation().window(0.0)
    assert (voices.speakers, voices.speech, voices.turns) == (0, 0.0, ())


@pytest.mark.parametrize("seed", range(5))
def test_noise_does_not_grow_the_count(seed: int) -> None:
    """200 windows of one voice, cut in labels that it does not have, and noise that has its own."""
    chance = np.random.default_rng(seed)
    candidate, conversation = Speaker(chance, similarity=0.6), Conversation()
    counts = set()
    for number in range(200):
        middle = chance.uniform(3, 7)
        noise = Speaker(chance)
        begins = chance.uniform(0, 7)
        labels: list[tuple[Embedding | None, list[tuple[float, float]]]] = [
            (candidate.sounds(), [(0.0, middle)]),
            (candidate.sounds(), [(middle, WINDOW)]),
            (noise.sounds(), [(begins, begins + chance.uniform(0.2, 2.9))]),
            (None, [(9.0, 9.3)]),
        ]
        chance.shuffle(labels)
        counts.add(conversation.window(HOP * number, *labels).speakers)
    assert counts == {1}


def test_what_is_heard_twice_was_said_once(chance: np.random.Generator) -> None:
    """A cough of 2 s lies in two windows, with the same sound: that is no second voice."""
    candidate, cough = Speaker(chance), Speaker(chance)
    said = [(0.0, 22.0, candidate), (22.0, 24.5, cough), (25.0, 60.0, candidate)]
    told = Conversation().hear(60, said)
    assert {each.speakers for each in told} == {1}


@pytest.mark.parametrize("begins", [11.0, 17.3, 29.0, 40.0, 43.7])
@pytest.mark.parametrize("seed", range(3))
def test_a_second_voice_is_found_within_two_windows(begins: float, seed: int) -> None:
    chance = np.random.default_rng(seed)
    candidate, other = Speaker(chance), Speaker(chance)
    told = Conversation().hear(
        100, [(0.0, begins, candidate), (begins, begins + 6, other), (begins + 6, 100, candidate)]
    )
    found = next(each for each in told if each.speakers == 2)
    assert begins < found.at <= begins + 2 * HOP
    assert told[-1].speakers == 2
    assert found.other_since == pytest.approx(begins)
    assert found.similarity is not None
    assert found.similarity < 0.3
    last = told[-1]
    assert last.share == pytest.approx(6 / 100, abs=0.005)
    assert last.confidence > 0.8


def test_when_another_spoke_is_not_forgotten(chance: np.random.Generator) -> None:
    candidate, other = Speaker(chance), Speaker(chance)
    said = [(0.0, 20.0, candidate), (20.0, 200.0, other), (200.0, 400.0, candidate)]
    told = Conversation().hear(400, said)
    assert {each.other_since for each in told if each.at > 25} == {20.0}
    assert told[-1].other_until == 200.0


def test_a_short_remark_counts_when_it_comes_again(chance: np.random.Generator) -> None:
    candidate, other = Speaker(chance), Speaker(chance)
    remarks = [(21.0, 23.0, other), (41.0, 43.0, other)]
    told = Conversation().hear(60, [(0.0, 60.0, candidate), *remarks])
    assert [each.speakers for each in told if each.at < 41] == [1] * 7
    assert told[-1].speakers == 2
    assert (told[-1].other_since, told[-1].other_until) == (41.0, 43.0)


def test_what_cannot_be_known_again_belongs_to_who_said_it_before(
    chance: np.random.Generator,
) -> None:
    candidate, conversation = Speaker(chance), Conversation()
    conversation.window(0.0, (candidate.sounds(), [(2.0, 9.0)]))
    tied = conversation.window(5.0, (None, [(0.0, 4.0)]))
    assert [(turn.started_at, turn.ended_at) for turn in tied.turns] == [(2.0, 9.0)]
    assert tied.speech == 7.0


def test_speech_of_nobody_known_is_speech(chance: np.random.Generator) -> None:
    candidate, conversation = Speaker(chance), Conversation()
    conversation.window(0.0, (candidate.sounds(), [(0.0, 8.0)]))
    voices = conversation.window(20.0, (None, [(0.0, 0.8)]))
    voices = conversation.window(40.0)
    assert voices.speech == pytest.approx(8.8)
    assert voices.speakers == 1


def test_an_excused_voice_is_nobody(chance: np.random.Generator) -> None:
    candidate, far = Speaker(chance), Speaker(chance)
    conversation = Conversation()
    conversation.ties.excuse(far.sounds())
    told = conversation.hear(60, [(0.0, 20.0, candidate), (20.0, 40.0, far), (40, 60, candidate)])
    assert {each.speakers for each in told} == {1}
    assert told[-1].speech == pytest.approx(40.0)
    assert told[-1].other_since is None


def test_a_voice_can_be_excused_afterwards(chance: np.random.Generator) -> None:
    far, candidate, conversation = Speaker(chance), Speaker(chance), Conversation()
    assert conversation.hear(40, [(0.0, 20.0, far), (20.0, 40.0, candidate)])[-1].speakers == 2
    conversation.ties.excuse(far.sounds())
    voices = conversation.window(40.0, (candidate.sounds(), [(0.0, 10.0)]))
    assert (voices.speakers, voices.confidence) == (1, 0.0)
    assert voices.speech == pytest.approx(30.0)


def test_who_is_enrolled_is_the_candidate(chance: np.random.Generator) -> None:
    stranger, candidate, conversation = Speaker(chance), Speaker(chance), Conversation()
    conversation.ties.enrol(candidate.sounds())
    alone = conversation.hear(20, [(0.0, 20.0, stranger)])[-1]
    assert alone.speakers == 2, "the candidate, who is known, and the stranger"
    assert alone.share == 1.0
    assert alone.other_since == 0.0
    both = conversation.window(20.0, (candidate.sounds(), [(0.0, 10.0)]))
    assert both.speakers == 2
    assert both.share == pytest.approx(2 / 3)


def test_who_was_heard_can_be_enrolled(chance: np.random.Generator) -> None:
    interviewer, candidate, conversation = Speaker(chance), Speaker(chance), Conversation()
    conversation.hear(40, [(0.0, 20.0, interviewer), (20.0, 40.0, candidate)])
    conversation.ties.enrol(candidate.sounds())
    voices = conversation.window(40.0)
    assert voices.speakers == 2
    assert voices.other_until == pytest.approx(20.0)


def test_the_enrolled_voice_is_never_excused(chance: np.random.Generator) -> None:
    """The candidate hears itself back from the other side."""
    candidate, conversation = Speaker(chance, similarity=0.9), Conversation()
    conversation.ties.enrol(candidate.direction.astype(np.float32))
    conversation.ties.excuse(candidate.sounds())
    told = conversation.hear(60, [(0.0, 60.0, candidate)])
    assert told[-1].speech == pytest.approx(60.0)


def test_voices_are_bounded(chance: np.random.Generator) -> None:
    crowd = [Speaker(chance) for _ in range(40)]
    told = Conversation().hear(
        400, [(10.0 * number, 10.0 * number + 9, who) for number, who in enumerate(crowd)]
    )
    assert max(each.speakers for each in told) == 8


def test_sound_that_was_not_looked_at_ends_no_session(chance: np.random.Generator) -> None:
    candidate, conversation = Speaker(chance), Conversation()
    conversation.window(0.0, (candidate.sounds(), [(0.0, 10.0)]))
    voices = conversation.window(500.0, (candidate.sounds(), [(0.0, 10.0)]))
    assert (voices.speakers, voices.speech, voices.at) == (1, 20.0, 510.0)
    assert [turn.started_at for turn in voices.turns] == [500.0], "only the recent past is listed"
