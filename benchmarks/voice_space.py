"""Makes `app/audio/voice_space.npz`: what tells speakers apart, from windows of many.

`python -m benchmarks.voice_space [FOLDER]` takes the speakers of the half `fit` (LibriSpeech,
CC BY 4.0) and lets them speak over telephones, in rooms and in noise.

The file in the repository was made by the same steps with fewer kinds of rooms and noise. Whoever
puts a new one in its place fits `app/audio/likelihood.py` anew: its numbers belong to the space.
"""

import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.audio.speech import Speech
from app.audio.vad import FRAME, VoiceDetector
from app.audio.voice_space import FILE
from app.audio.voiceprint import WINDOW, VoiceEncoder
from benchmarks.voices.choices import Split, split_of
from benchmarks.voices.corpus import ASSETS, recordings
from benchmarks.voices.sound import Sound, read

RATE = 16_000
SHRINK = 0.3
"""0 to 1: how much of the covariance is replaced by its mean variance, alike in all directions."""
HOP = 12
SPEECH = 0.55
BATCH = 16
SEED = 5


def covered(prints: list[NDArray[np.float32]]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """From each speaker's voiceprints: their mean, and what evens out how one speaker varies."""
    mean = np.mean([each.mean(axis=0) for each in prints], axis=0)
    within = np.mean([np.cov(each.T, bias=True) for each in prints], axis=0)
    size = len(within)
    even = (1 - SHRINK) * within + SHRINK * np.trace(within) / size * np.eye(size)
    values, vectors = np.linalg.eigh(even)
    return mean, vectors / np.sqrt(values)


def spoken(sound: Sound, detector: VoiceDetector, encoder: VoiceEncoder) -> NDArray[np.float32]:
    """The voiceprints of its windows that are mostly speech."""
    whole = sound[: len(sound) // FRAME * FRAME]
    speech = Speech().update(0.0, detector(whole, None)[0])
    width = WINDOW // FRAME
    starts = [
        start
        for start in range(0, len(speech) - width + 1, HOP)
        if speech[start : start + width].mean() >= SPEECH
    ]
    windows = [whole[start * FRAME : start * FRAME + WINDOW] for start in starts]
    batches = [np.stack(windows[n : n + BATCH]) for n in range(0, len(windows), BATCH)]
    return np.concatenate([np.empty((0, 256), np.float32), *(encoder(each) for each in batches)])


class Places:
    """What may lie between a mouth and the service."""

    def __init__(self, chance: np.random.Generator) -> None:
        self._chance = chance

    def all(self) -> tuple[Callable[[Sound], Sound], ...]:
        """Each is of another kind; every call of one is another place."""
        return (
            lambda sound: sound,
            self.line,
            lambda sound: self.room(sound, 3, 12),
            lambda sound: self.room(sound, -4, 3),
            lambda sound: self.noise(sound, 12, 25),
            lambda sound: self.noise(sound, 4, 14),
            lambda sound: self.line(self.noise(sound, 8, 20)),
            lambda sound: self.noise(self.room(sound, -2, 8), 8, 20),
        )

    def line(self, sound: Sound) -> Sound:
        """A telephone's band."""
        low, high = self._chance.uniform(200, 350), self._chance.uniform(3200, 3800)
        hertz = np.fft.rfftfreq(len(sound), 1 / RATE)
        power = 1 / (1 + (low / np.maximum(hertz, 1)) ** 8) / (1 + (hertz / high) ** 16)
        return np.fft.irfft(np.fft.rfft(sound) * np.sqrt(power), len(sound)).astype(np.float32)

    def room(self, sound: Sound, least: float, most: float) -> Sound:
        """Echoes so many decibels below the direct sound."""
        rings = self._chance.uniform(0.3, 0.7)
        times = np.arange(round(RATE * rings * 1.2)) / RATE
        echo = self._chance.normal(size=len(times)) * np.exp(-6.9 * times / rings)
        echo[:40] = 0
        echo *= 10 ** (-self._chance.uniform(least, most) / 20) / np.sqrt(np.sum(echo**2))
        echo[0] = 1
        size = 1 << (len(sound) + len(echo) - 1).bit_length()
        heard = np.fft.irfft(np.fft.rfft(sound, size) * np.fft.rfft(echo, size), size)
        return heard[: len(sound)].astype(np.float32)

    def noise(self, sound: Sound, least: float, most: float) -> Sound:
        """White to brown, with or without a hum, so many decibels below the speech."""
        spectrum = np.fft.rfft(self._chance.normal(size=len(sound)))
        hertz = np.maximum(np.fft.rfftfreq(len(sound), 1 / RATE), 30)
        noise = np.fft.irfft(spectrum * hertz ** -self._chance.uniform(0, 1.2), len(sound))
        if self._chance.random() < 0.5:
            turns = self._chance.uniform(50, 250) * np.arange(len(sound)) / RATE
            noise = noise / noise.std() + self._chance.uniform(0, 1) * np.sin(2 * np.pi * turns)
        loud = np.abs(sound) > 0.02 * np.abs(sound).max()
        level = np.sqrt(np.mean(sound[loud] ** 2)) * 10 ** (-self._chance.uniform(least, most) / 20)
        noisy: Sound = (sound + noise / noise.std() * level).astype(np.float32)
        return noisy


def main(folder: Path) -> None:
    """Writes the file anew."""
    detector, encoder = VoiceDetector(), VoiceEncoder()
    places = Places(np.random.default_rng(SEED))
    prints: dict[str, list[NDArray[np.float32]]] = {}
    for file in recordings(folder):
        speaker = file.name.split("-")[0]
        if split_of(speaker) is not Split.FIT:
            continue
        sound = np.pad(read(file), RATE // 2)
        for place in places.all():
            prints.setdefault(speaker, []).append(spoken(place(sound), detector, encoder))
    whole = [joined for each in prints.values() if len(joined := np.concatenate(each)) > 10]
    mean, evening = covered(whole)
    np.savez_compressed(FILE, mean=mean.astype(np.float32), evening=evening.astype(np.float16))
    print(f"{len(whole)} speakers, {sum(map(len, whole))} windows: {FILE}")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ASSETS)
