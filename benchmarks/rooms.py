"""Speech as microphones send it: rooms, loudspeakers, noise, clipping and gates, all made up."""

from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

from app.audio.ring import SAMPLE_RATE

Sound = NDArray[np.float32]
"""Samples of 16 kHz, -1 to 1."""

SHARED = Path(__file__).resolve().parents[2] / "shared" / "assets" / "audio"


def load(file: Path) -> Sound:
    """The first channel of a file of 16 kHz."""
    sound, rate = soundfile.read(file, dtype="float32", always_2d=True)
    assert rate == SAMPLE_RATE
    return np.ascontiguousarray(sound[:, 0])


def librispeech() -> list[Path]:
    """One utterance of each of 51 speakers."""
    return sorted((SHARED / "librispeech").glob("*.flac"))


def ami() -> list[Path]:
    """Excerpts of meetings."""
    return sorted((SHARED / "ami").glob("*.wav"))


def as_samples(sound: Sound) -> NDArray[np.int16]:
    """What a client would send; beyond full scale it is clipped."""
    return np.clip(np.rint(sound * 32768), -32768, 32767).astype(np.int16)


def scaled(sound: Sound, decibels: float) -> Sound:
    """Louder by so much."""
    factor: float = 10 ** (decibels / 20)
    return np.asarray(sound * factor, np.float32)


def power(sound: Sound) -> float:
    """Mean, at least the smallest that can be divided by."""
    return max(float(np.mean(np.square(sound))), 1e-12)


def pink(samples: int, rng: np.random.Generator) -> Sound:
    """Noise of a room, as much in every octave above 50 Hz; mean power 1."""
    hertz = np.fft.rfftfreq(samples, 1 / SAMPLE_RATE)
    spectrum = rng.normal(size=len(hertz)) + 1j * rng.normal(size=len(hertz))
    noise = np.fft.irfft(spectrum / np.sqrt(np.maximum(hertz, 50.0)), samples)
    return np.asarray(noise / np.sqrt(np.mean(noise**2)), np.float32)


def with_noise(sound: Sound, ratio: float, rng: np.random.Generator) -> Sound:
    """With pink noise, speech so many decibels above it."""
    loudness = np.sqrt(power(sound) * 10 ** (-ratio / 10))
    return np.asarray(sound + pink(len(sound), rng) * loudness, np.float32)


def gated(sound: Sound, threshold: float = -45.0, hold: float = 0.2) -> Sound:
    """Digital silence where 20 ms were quieter than so many decibels of full scale, and `hold`
    seconds before them too."""
    step = SAMPLE_RATE // 50
    frames = sound[: len(sound) // step * step].reshape(-1, step)
    loud = 10 * np.log10(np.mean(np.square(frames), axis=1) + 1e-12) > threshold
    kept = np.convolve(loud, np.ones(round(hold * 50)))[: len(loud)] > 0
    return (frames * kept[:, None]).reshape(-1).astype(np.float32)


def paused(sound: Sound, seconds: float, rng: np.random.Generator) -> Sound:
    """Followed by the noise of its own quietest quarter of a second, for so long."""
    step = SAMPLE_RATE // 4
    frames = sound[: len(sound) // step * step].reshape(-1, step)
    quietest = power(frames[np.argmin(np.mean(np.square(frames), axis=1))])
    return np.concatenate(
        [sound, pink(round(seconds * SAMPLE_RATE), rng) * np.float32(np.sqrt(quietest))]
    )


def reverberant(sound: Sound, seconds: float, rng: np.random.Generator) -> Sound:
    """In a room whose sound falls by 60 dB in so many seconds: straight, then noise that fades."""
    length = round(seconds * SAMPLE_RATE)
    fading = rng.normal(size=length) * 10 ** (-3 * np.arange(length) / length)
    fading[: round(0.002 * SAMPLE_RATE)] = 0.0
    response = fading * (0.7 / np.sqrt(np.sum(fading**2)))
    response[0] = 1.0
    size = len(sound) + length
    mixed = np.fft.irfft(np.fft.rfft(sound, size) * np.fft.rfft(response, size), size)
    return np.asarray(mixed[: len(sound)], np.float32)


def loudspeaker(sound: Sound, crookedness: float) -> Sound:
    """A small one: 300 to 3,400 Hz, and bent where it is loud (0: not at all)."""
    spectrum = np.fft.rfft(sound)
    hertz = np.fft.rfftfreq(len(sound), 1 / SAMPLE_RATE)
    spectrum *= 1 / np.sqrt(1 + (300 / np.maximum(hertz, 1.0)) ** 8)
    spectrum *= 1 / np.sqrt(1 + (hertz / 3400) ** 8)
    narrow = np.fft.irfft(spectrum, len(sound))
    if not crookedness:
        return np.asarray(narrow, np.float32)
    top = max(float(np.abs(narrow).max()), 1e-9)
    bend = 4 * crookedness
    return np.asarray(np.tanh(narrow / top * bend) * top / bend, np.float32)
