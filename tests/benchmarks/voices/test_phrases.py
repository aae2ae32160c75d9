"""Speech found in sound made of a recording and silence."""

import numpy as np
import pytest

from app.audio.ring import SAMPLE_RATE
from app.audio.vad import VoiceDetector
from benchmarks.voices.phrases import clipped, phrases
from benchmarks.voices.sound import Sound, read
from tests.benchmarks.voices.builders import tone
from tests.media import SHARED, needs_shared


def silence(seconds: float) -> Sound:
    return np.random.default_rng(1).normal(0, 1e-4, round(seconds * SAMPLE_RATE)).astype(np.float32)


@needs_shared
def test_phrases_keep_their_place_in_silence() -> None:
    """The same recording after a second and a half more of silence: all begins so much later."""
    detector = VoiceDetector()
    spoken = read(SHARED / "audio" / "librispeech" / "1088-129236-0000.flac")
    found = phrases(np.concatenate([silence(1), spoken, silence(1)]), detector)
    later = phrases(np.concatenate([silence(2.5), spoken, silence(1)]), detector)
    shifted = [(start + 24_000, end + 24_000) for start, end in found]
    assert len(found) >= 2
    assert len(later) == len(found)
    assert np.allclose(later, shifted, atol=0.1 * SAMPLE_RATE)
    assert found[0][0] >= 0.95 * SAMPLE_RATE
    assert found[-1][1] <= SAMPLE_RATE + len(spoken) + 0.05 * SAMPLE_RATE
    assert all(4000 <= end - start <= 5 * SAMPLE_RATE for start, end in found)


def test_silence_and_a_tone_hold_no_phrase() -> None:
    detector = VoiceDetector()
    assert phrases(silence(3), detector) == []
    assert phrases(tone(1000, 3), detector) == []


def test_a_phrase_is_clipped_where_it_is_quiet() -> None:
    sound = np.concatenate([tone(200, 1.8), silence(0.1), tone(200, 2)])
    assert len(clipped(sound, 2.0)) / SAMPLE_RATE == pytest.approx(1.85, abs=0.05)
    assert clipped(sound, 5.0) is sound
