"""Speech is found in real sound, however it is cut."""

import numpy as np
import pytest

from app.audio.vad import FRAME, VadState, VoiceDetector
from tests.audio.recorded import Samples, conversation


@pytest.fixture(scope="module")
def detector() -> VoiceDetector:
    return VoiceDetector()


def test_any_cutting_into_frames_gives_the_same(detector: VoiceDetector) -> None:
    sound = conversation()[: 400 * FRAME]
    whole, _ = detector(sound, None)
    state: VadState | None = None
    pieces, start = [], 0
    for frames in (1, 16, 3, 80, 0, 300):
        piece, state = detector(sound[start * FRAME : (start + frames) * FRAME], state)
        pieces.append(piece)
        start += frames
    assert np.concatenate(pieces) == pytest.approx(whole, abs=1e-5)


def test_speech_is_where_it_is_labelled(detector: VoiceDetector) -> None:
    speech, _ = detector(conversation(), None)
    assert speech[: round(6.0 / 0.032)].mean() < 0.3
    assert speech[round(7.5 / 0.032) : round(29.5 / 0.032)].mean() > 0.8


@pytest.mark.parametrize("loud", [0.0, 0.001, 0.1])
def test_noise_is_no_speech(detector: VoiceDetector, loud: float) -> None:
    noise: Samples = np.random.default_rng(2).normal(0, loud, 200 * FRAME).astype(np.float32)
    speech, _ = detector(noise, None)
    assert speech.max() < 0.5
