"""Who there is to speak: LibriSpeech's readers, cut into phrases."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from app.audio.ring import SAMPLE_RATE
from app.audio.vad import VoiceDetector
from app.errors import ProctorError
from benchmarks.voices.choices import Split, split_of
from benchmarks.voices.phrases import phrases
from benchmarks.voices.sound import Sound, read, rms

ASSETS = Path(__file__).resolve().parents[3] / "shared" / "assets" / "audio"
"""Beside the project; not part of it."""
FOLDERS = ("librispeech", "librispeech_many")
LOUDNESS = 0.05
"""Root mean square of each speaker's phrases: -26 dB of full scale."""
LEAST = 5.0
"""Seconds of speech that a speaker needs to take part."""


class CorpusError(ProctorError):
    """There is no speech to mix."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaker:
    """One reader."""

    name: str
    """LibriSpeech's number."""
    phrases: tuple[Sound, ...]
    """Between pauses, in the order of the recordings, each recording equally loud."""

    @property
    def split(self) -> Split:
        """By name alone: it stays when others come."""
        return split_of(self.name)

    @property
    def seconds(self) -> float:
        """Of speech."""
        return sum(map(len, self.phrases)) / SAMPLE_RATE


def read_corpus(folder: Path = ASSETS) -> tuple[Speaker, ...]:
    """All speakers, by name. Raises CorpusError, SoundError, ModelError."""
    files = recordings(folder)
    if not files:
        raise CorpusError(
            f"no speech in {folder}: {' and '.join(FOLDERS)} with LibriSpeech's "
            "SPEAKER-CHAPTER-NUMBER.flac are looked for there; --assets names another folder"
        )
    detector = VoiceDetector()
    spoken: dict[str, list[Sound]] = defaultdict(list)
    for file in files:
        spoken[file.stem.split("-")[0]] += _phrases_of(file, detector)
    found = (Speaker(name=name, phrases=tuple(each)) for name, each in sorted(spoken.items()))
    return tuple(speaker for speaker in found if speaker.seconds >= LEAST)


def recordings(folder: Path) -> Sequence[Path]:
    """The files of the corpus, in a fixed order."""
    return [file for name in FOLDERS for file in sorted((folder / name).glob("*-*-*.flac"))]


def _phrases_of(file: Path, detector: VoiceDetector) -> list[Sound]:
    sound = read(file)
    found = [sound[start:end] for start, end in phrases(sound, detector)]
    if not found:
        return []
    scale = LOUDNESS / max(rms(np.concatenate(found)), 1e-6)
    return [np.asarray(phrase * scale, np.float32) for phrase in found]
