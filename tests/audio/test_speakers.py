"""Voices told apart, from made-up windows."""

import numpy as np
import pytest

from app.audio.speakers import Company, Speakers
from tests.audio.voices import MadeUpVoice, Vectors, noises

HOP = 0.4


class Session:
    """Lets windows follow each other."""

    def __init__(self) -> None:
        self.speakers = Speakers()
        self.now = 0.0

    def hear(self, vectors: Vectors, pause: float = 2.0) -> Company:
        """One turn after a pause of so many seconds."""
        self.now += pause
        for number, vector in enumerate(vectors):
            self.now += HOP
            self.speakers.add(self.now, vector, continues=number > 0)
        return self.speakers.judge()


def confidence(company: Company) -> float:
    return max((voice.probability for voice in company.voices), default=0.0)


def speakers(company: Company) -> int:
    return sum(v.probability >= 0.5 for v in company.voices) + bool(company.voices)


@pytest.fixture
def session() -> Session:
    return Session()


ANNA, BERT, CARL = (MadeUpVoice(number) for number in range(3))


def test_nobody(session: Session) -> None:
    assert session.speakers.judge() == Company()


@pytest.mark.parametrize("alike", [0.42, 0.5, 0.7])
def test_one_voice_stays_one_for_an_hour(session: Session, alike: float) -> None:
    voice = MadeUpVoice(5, alike)
    worst = max(confidence(session.hear(voice.says(20))) for _ in range(300))
    assert worst < 0.5
    assert speakers(session.speakers.judge()) == 1


def test_a_second_voice_is_told_within_its_first_words(session: Session) -> None:
    session.hear(ANNA.says(30))
    confident = [confidence(session.hear(BERT.says(1), pause=0.0)) for _ in range(6)]
    assert confident[0] < 0.5 < confident[-1]
    company = session.speakers.judge()
    assert speakers(company) == 2
    assert company.owners[-6:] == (1,) * 6
    assert set(company.owners[:-6]) == {0}


def test_the_candidate_is_who_came_first_however_little_they_say(session: Session) -> None:
    session.hear(ANNA.says(5))
    session.hear(BERT.says(60))
    company = session.hear(ANNA.says(5))
    assert company.owners[-1] == 0
    assert company.voices[0].group.count == 10


def test_three_voices(session: Session) -> None:
    for _ in range(4):
        for voice in (ANNA, BERT, CARL):
            company = session.hear(voice.says(8))
    assert speakers(company) == 3
    assert company.owners[-24:] == (0,) * 8 + (1,) * 8 + (2,) * 8


def test_noises_are_nobody(session: Session) -> None:
    for number in range(12):
        session.hear(ANNA.says(10))
        company = session.hear(noises(1, number))
        assert confidence(company) < 0.5


def test_a_voice_heard_now_and_then_adds_up(session: Session) -> None:
    for _ in range(4):
        session.hear(ANNA.says(60), pause=30.0)
        company = session.hear(BERT.says(2), pause=1.0)
    assert confidence(company) >= 0.5


def test_enrolment_decides_who_the_candidate_is(session: Session) -> None:
    session.speakers.enrol(BERT.says(10))
    session.hear(ANNA.says(10))
    company = session.hear(BERT.says(10))
    assert company.owners == (1,) * 10 + (0,) * 10


def test_enrolled_and_not_heard_yet(session: Session) -> None:
    session.speakers.enrol(BERT.says(10))
    company = session.hear(ANNA.says(10))
    assert confidence(company) >= 0.5
    assert set(company.owners) == {1}


def test_an_excused_voice_is_nobody(session: Session) -> None:
    session.speakers.excuse(BERT.says(8))
    session.hear(ANNA.says(10))
    company = session.hear(BERT.says(10))
    assert confidence(company) == 0.0
    assert company.voices[company.owners[-1]].excused


def test_excused_after_it_was_counted(session: Session) -> None:
    session.hear(ANNA.says(10))
    assert confidence(session.hear(BERT.says(10))) >= 0.5
    session.speakers.excuse(BERT.says(8))
    assert confidence(session.speakers.judge()) == 0.0
    assert confidence(session.hear(CARL.says(10))) >= 0.5


def test_an_excused_voice_that_comes_first_is_not_the_candidate(session: Session) -> None:
    session.speakers.excuse(BERT.says(8))
    assert confidence(session.hear(BERT.says(10))) == 0.0
    company = session.hear(ANNA.says(10))
    assert confidence(company) == 0.0
    assert company.owners[-1] == 0


def test_four_hours_take_no_more_room_than_some_minutes(session: Session) -> None:
    sizes = []
    for number in range(160):
        session.hear(ANNA.says(40), pause=70.0)
        session.hear(noises(2, number), pause=5.0)
        sizes.append(len(session.speakers))
    assert session.now > 4 * 3600 - 100
    assert max(sizes[80:]) <= max(sizes[:80]) <= 250
    assert len(session.speakers._past) <= 13
    company = session.hear(BERT.says(8))
    assert speakers(company) == 2
    assert company.voices[0].group.count > 5000


def test_who_spoke_long_ago_is_known_again(session: Session) -> None:
    session.hear(ANNA.says(30))
    session.hear(BERT.says(10))
    for _ in range(10):
        session.hear(ANNA.says(50), pause=60.0)
    company = session.hear(BERT.says(1), pause=1.0)
    assert company.owners[-1] == 1
    assert company.voices[1].group.count == 11


def test_the_same_windows_give_the_same_judgement() -> None:
    windows = [np.concatenate([ANNA.says(9), BERT.says(4)]) for _ in range(20)]
    one, other = Session(), Session()
    for each in windows:
        first = one.hear(each)
        other.hear(each)
        other.speakers.judge()
    second = other.speakers.judge()
    assert first.owners == second.owners
    assert [v.probability for v in first.voices] == [v.probability for v in second.voices]
