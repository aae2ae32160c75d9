"""What is measured of sound: loudness, flat tops, noise, and the silence of numbers."""

import numpy as np
import pytest
from numpy.typing import NDArray

from app.audio.level import LevelMeter, clipped
from app.audio.ring import BLOCK, SAMPLE_RATE, Block
from app.audio.vad import FRAME, VoiceDetector
from app.types import Level
from benchmarks.audible import levels
from benchmarks.rooms import SHARED, ami, load, with_noise
from tests.media import needs_shared

Samples = NDArray[np.int16]
TIME = np.arange(BLOCK) / SAMPLE_RATE
NOTHING = np.zeros(BLOCK, np.int16)


def tone(amplitude: float, hertz: float = 250.0, offset: float = 0.0) -> Samples:
    """A block of a sine, in steps of a sample."""
    wave = amplitude * np.sin(2 * np.pi * hertz * TIME) + offset
    return np.clip(np.rint(wave), -32768, 32767).astype(np.int16)


def noise(deviation: float, seed: int = 0) -> Samples:
    """A block of white noise, in steps of a sample."""
    return np.rint(np.random.default_rng(seed).normal(0, deviation, BLOCK)).astype(np.int16)


def measured(*parts: tuple[Samples, float]) -> Level:
    """Blocks with the probability of speech in all their frames: the level after the last."""
    meter, level = LevelMeter(), None
    for number, (samples, speech) in enumerate(parts):
        block = Block(at=number * BLOCK / SAMPLE_RATE, samples=samples, begins=number == 0)
        level = meter(block, np.full(len(samples) // FRAME, speech, np.float32))
    assert level is not None
    return level


def test_a_sine_at_half_of_full_scale() -> None:
    level = measured((tone(16384), 0.0))
    assert level.rms_decibels == pytest.approx(-9.03, abs=0.01)
    assert level.peak_decibels == pytest.approx(-6.02, abs=0.01)
    assert level.at == pytest.approx(0.512)


def test_an_offset_is_not_loudness() -> None:
    assert measured((tone(100, offset=8000), 0.0)).rms_decibels == pytest.approx(
        measured((tone(100), 0.0)).rms_decibels, abs=0.01
    )


@pytest.mark.parametrize(
    ("samples", "share"),
    [
        (tone(32767), 0.0),
        (tone(32767 * np.sqrt(2)), 0.53),
        (np.rint(tone(32767 * np.sqrt(2)) * 0.3).astype(np.int16), 0.53),
        (noise(5000), 0.0),
        (NOTHING, 0.0),
        (tone(20), 0.0),
    ],
)
def test_flat_tops_are_clipping_wherever_they_lie(samples: Samples, share: float) -> None:
    assert clipped(samples) / BLOCK == pytest.approx(share, abs=0.03)


def test_a_bang_alone_is_little_clipping() -> None:
    level = measured((tone(80000), 0.0), *[(noise(10), 0.0)] * 5)
    assert 0 < level.clipped < 0.25


@pytest.mark.parametrize("ratio", [0.0, 10.0, 30.0])
def test_speech_over_noise(ratio: float) -> None:
    quiet = 200.0
    loud = np.sqrt(2 * quiet**2 * 10 ** (ratio / 10))
    mixed = (tone(loud) + noise(quiet, 1)).astype(np.int16)
    level = measured(*[(noise(quiet, 2), 0.0), (mixed, 1.0)] * 3)
    assert level.signal_to_noise == pytest.approx(ratio, abs=1.5)
    assert level.speech_seconds == pytest.approx(3 * 0.512)


def test_too_little_speech_has_no_ratio() -> None:
    assert measured((noise(200), 0.0), (tone(5000), 1.0)).signal_to_noise is None


def test_the_floor_is_forgotten_after_ten_seconds() -> None:
    loud = [(noise(2000, seed), 0.0) for seed in range(19)]
    assert measured((noise(20), 0.0), *loud).noise_decibels < -60
    assert measured((noise(20), 0.0), *loud, *loud[:2]).noise_decibels > -30


@pytest.mark.parametrize(
    ("samples", "flat"),
    [(NOTHING, True), (NOTHING + 700, True), (noise(0.6), True), (noise(8), False)],
)
def test_silence_in_numbers_is_flat(samples: Samples, flat: bool) -> None:
    level = measured(*[(samples.astype(np.int16), 0.0)] * 4)
    assert level.flat_seconds == pytest.approx(4 * 0.512 if flat else 0.0)


class TestOpenMicrophone:
    def test_known_after_its_noise(self) -> None:
        assert measured(*[(noise(30), 0.0)] * 8, (NOTHING, 0.0)).open_microphone

    def test_not_known_of_one_that_was_never_heard(self) -> None:
        assert not measured(*[(NOTHING, 0.0)] * 40).open_microphone

    def test_not_one_that_is_silent_between_words(self) -> None:
        words = [(tone(3000), 1.0), (noise(30), 0.0), (NOTHING, 0.0)] * 12
        assert not measured(*words, *[(NOTHING, 0.0)] * 8).open_microphone

    def test_still_one_when_it_was_switched_off_for_a_while(self) -> None:
        before = [(noise(30), 0.0)] * 12
        assert measured(*before, *[(NOTHING, 0.0)] * 20, *before[:2]).open_microphone


def test_a_part_of_a_block_is_measured_too() -> None:
    level = measured((tone(16384)[:700], 0.0))
    assert level.peak_decibels == pytest.approx(-6.02, abs=0.1)
    assert measured((tone(16384)[:5], 0.0)).flat_seconds == 0.0
    assert measured((NOTHING[:0], 0.0)).rms_decibels == -120.0


@needs_shared
def test_real_speech_is_far_above_its_noise_and_not_clipped() -> None:
    detector = VoiceDetector()
    for file in (SHARED / "sample.wav", ami()[3]):
        heard = list(levels(load(file), detector))
        assert max(level.clipped for level in heard) < 0.01
        assert min(level.signal_to_noise or 99.0 for level in heard) > 10


@needs_shared
def test_noise_that_is_added_is_measured() -> None:
    sound = with_noise(load(SHARED / "sample.wav"), 5.0, np.random.default_rng(0))
    ratios = [level.signal_to_noise for level in levels(sound, VoiceDetector())]
    assert np.median([ratio for ratio in ratios if ratio is not None]) == pytest.approx(6, abs=3)
