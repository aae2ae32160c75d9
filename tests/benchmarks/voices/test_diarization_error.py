"""Errors that can be worked out by hand."""

import random

import pytest

from app.types import SpeakerTurn
from benchmarks.voices.diarization_error import DiarizationError, diarization_error
from tests.benchmarks.voices.builders import turn

TALK = (turn(0, 0, 10), turn(1, 12, 20))
"""With the collar 9.5 and 7.5 seconds are scored."""


def seconds(missed: float = 0, false: float = 0, confused: float = 0) -> DiarizationError:
    return DiarizationError(missed=missed, false=false, confused=confused, spoken=17.0)


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (TALK, seconds()),
        ((turn(7, 0, 10), turn(3, 12, 20)), seconds()),  # by whatever number
        ((turn(0, 0.2, 9.8), turn(1, 12.2, 20.2)), seconds()),  # within the collar
        ((), seconds(missed=17)),
        ((turn(0, 0, 10),), seconds(missed=7.5)),
        ((turn(0, 0, 20),), seconds(false=1.5, confused=7.5)),
        ((turn(0, 0, 10), turn(1, 12, 16), turn(2, 16, 20)), seconds(confused=3.75)),
        ((turn(0, 0, 10), turn(1, 5, 10), turn(1, 12, 20)), seconds(false=4.75)),
        ((*TALK, turn(0, 30, 32)), seconds(false=2)),
    ],
)
def test_of_one_talk(found: tuple[SpeakerTurn, ...], expected: DiarizationError) -> None:
    error = diarization_error(TALK, found)
    assert (error.missed, error.false, error.confused, error.spoken) == pytest.approx(
        (expected.missed, expected.false, expected.confused, expected.spoken)
    )


def test_two_at_once_count_twice() -> None:
    error = diarization_error([turn(0, 0, 10), turn(1, 0, 10)], [turn(0, 0, 10)])
    assert (error.spoken, error.missed) == pytest.approx((19, 9.5))
    assert error.rate == pytest.approx(0.5)


def test_speakers_are_paired_so_that_the_error_is_least() -> None:
    """Greedy pairing, 0 with 0, would leave 6 of 16 s right instead of 10."""
    truth = [turn(0, 0, 6), turn(0, 6, 11), turn(1, 11, 16)]
    found = [turn(0, 0, 6), turn(1, 6, 11), turn(0, 11, 16)]
    error = diarization_error(truth, found, collar=0.0)
    assert error.confused == pytest.approx(6)


def test_without_speech_there_is_no_rate() -> None:
    assert diarization_error([], [turn(0, 1, 2)]).rate is None
    assert diarization_error([], []) == DiarizationError()


def test_errors_add_up() -> None:
    once = diarization_error(TALK, ())
    assert (once + once).rate == once.rate == 1.0
    assert (once + once).spoken == 34


def test_as_pyannote_computes_it() -> None:
    """Random turns; its collar is the whole width."""
    core = pytest.importorskip("pyannote.core")
    metrics = pytest.importorskip("pyannote.metrics.diarization")
    chance = random.Random(4)

    def talk() -> list[SpeakerTurn]:
        turns = []
        for speaker in range(3):
            now = chance.uniform(0, 5)
            while now < 60:
                length = chance.uniform(0.3, 6)
                turns.append(turn(speaker, now, now + length))
                now += length + chance.uniform(0.1, 8)
        return turns

    def annotation(turns: list[SpeakerTurn]) -> object:
        made = core.Annotation()
        for number, each in enumerate(turns):
            made[core.Segment(each.started_at, each.ended_at), number] = each.speaker
        return made

    for _ in range(5):
        truth, found = talk(), talk()
        theirs = metrics.DiarizationErrorRate(collar=0.5)(
            annotation(truth), annotation(found), uem=core.Timeline([core.Segment(0, 90)])
        )
        assert diarization_error(truth, found).rate == pytest.approx(theirs, abs=1e-6)
