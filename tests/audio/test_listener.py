"""A real conversation, heard block by block."""

from functools import cache

import numpy as np
import pytest

from app.audio.listener import Listener
from app.audio.vad import FRAME, VadState, VoiceDetector
from app.audio.voiceprint import VoiceEncoder
from app.types import Voices
from tests.audio.recorded import Samples, conversation

BLOCK = 8192


@cache
def networks() -> tuple[VoiceDetector, VoiceEncoder]:
    return VoiceDetector(), VoiceEncoder()


def hear(listener: Listener, samples: Samples, at: float = 0.0) -> list[Voices]:
    """What is judged after each block."""
    detector, encoder = networks()
    state: VadState | None = None
    judged = []
    for start in range(0, len(samples), BLOCK):
        block = samples[start : start + BLOCK]
        now = at + start / 16_000
        speech, state = detector(block, state)
        if windows := listener.hear(now, block, speech):
            listener.take(encoder(np.stack(windows)))
        judged.append(listener.voices(now + len(block) / 16_000))
    return judged


def part(since: float, until: float) -> Samples:
    """Seconds of the conversation, in whole frames."""
    first, last = (round(at * 16_000) // FRAME * FRAME for at in (since, until))
    return conversation()[first:last]


def test_the_second_party_is_noticed() -> None:
    judged = hear(Listener(), conversation())
    assert all(voices.confidence < 0.35 for voices in judged if voices.at < 7.5)
    told = [voices for voices in judged if voices.confidence >= 0.35]
    assert told
    last = told[-1]
    assert last.speakers >= 2
    assert 0.1 < last.share < 0.95
    assert last.similarity is not None
    assert -1 <= last.similarity < 0.8
    assert last.other_since is not None
    assert last.other_until is not None
    assert 6.5 < last.other_since < last.other_until <= 30.0
    assert {turn.speaker for turn in last.turns} >= {0, 1}
    assert judged[-1].speech == pytest.approx(22.5, abs=2.0)


def test_one_party_is_one_however_long() -> None:
    said = part(22.4, 27.7)  # one party's longest turn
    listener, worst = Listener(), 0.0
    for number in range(6):
        judged = hear(listener, said, at=number * 8.0)
        worst = max(worst, *(voices.confidence for voices in judged))
    assert worst < 0.5
    assert judged[-1].speakers == 1
    assert judged[-1].other_since is None
    assert {turn.speaker for turn in judged[-1].turns} == {0}


def test_nobody_in_silence() -> None:
    (*_, last) = hear(Listener(), np.zeros(40 * BLOCK, np.float32))
    assert (last.speakers, last.confidence, last.speech, last.turns) == (0, 0.0, 0.0, ())
    assert last.other_since is None


def test_the_same_sound_is_judged_the_same() -> None:
    assert hear(Listener(), part(6, 20)) == hear(Listener(), part(6, 20))


def test_a_voice_that_is_excused_is_nobody() -> None:
    far, listener = Listener(), Listener()
    detector, encoder = networks()
    said = part(22.4, 27.7)
    speech, _ = detector(said, None)
    listener.excuse(encoder(np.stack(far.hear(0.0, said, speech))))
    judged = hear(listener, said)
    assert judged[-1].turns == ()
    assert judged[-1].confidence == 0.0
    assert judged[-1].speakers == 0


def test_enrolment_is_over_when_so_much_was_said() -> None:
    listener = Listener()
    assert listener.enrolled is None
    listener.enrol(4.0)
    assert listener.enrolled == 0.0
    hear(listener, part(22.4, 24.9))
    assert listener.enrolled is not None
    assert 0.3 < listener.enrolled < 0.9
    hear(listener, part(24.9, 27.7), at=2.5)
    assert listener.enrolled == 1.0


def test_a_window_without_voiceprint_does_not_stop_the_rest() -> None:
    listener = Listener()
    detector, _ = networks()
    said = part(22.4, 25.0)
    speech, _ = detector(said, None)
    assert listener.hear(0.0, said, speech)  # whose voiceprints never come
    judged = hear(listener, part(22.4, 27.7), at=3.0)
    assert judged[-1].speakers == 1


def test_after_a_gap_what_was_is_known_and_nothing_spans_it() -> None:
    listener = Listener()
    hear(listener, part(22.4, 27.7))
    listener.interrupt()
    assert not listener.is_speaking
    judged = hear(listener, part(22.4, 27.7), at=100.0)
    assert judged[-1].speakers == 1
    assert all(turn.ended_at <= 5.5 or turn.started_at >= 100.0 for turn in judged[-1].turns)
