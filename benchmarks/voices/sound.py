"""Sound as numbers: files, loudness, cutting without clicks."""

from pathlib import Path

import numpy as np
import soxr
from numpy.typing import NDArray

from app.audio.ring import SAMPLE_RATE
from app.errors import ProctorError

Sound = NDArray[np.float32]
"""Mono, 16 kHz, -1 to 1."""
FADE = 80
"""Samples over which a cut piece comes and goes: 5 ms."""


class SoundError(ProctorError):
    """A sound file cannot be read: names it."""


def read(file: Path) -> Sound:
    """A WAV or FLAC file as mono of 16 kHz. Raises SoundError."""
    try:
        import soundfile
    except ImportError as error:
        raise SoundError(
            "reading FLAC needs the package soundfile: uv sync (with the group dev)"
        ) from error
    try:
        frames, rate = soundfile.read(file, dtype="float32", always_2d=True)
    except (OSError, soundfile.SoundFileError) as error:
        raise SoundError(f"{file} is no sound that can be read: {error}") from error
    mono = frames.mean(axis=1)
    return np.asarray(mono if rate == SAMPLE_RATE else soxr.resample(mono, rate, SAMPLE_RATE))


def write(file: Path, samples: NDArray[np.int16]) -> None:
    """As WAV, 16 bits, mono, 16 kHz."""
    import soundfile

    soundfile.write(file, samples, SAMPLE_RATE, subtype="PCM_16")


def rms(sound: Sound) -> float:
    """Root mean square, 0 to 1."""
    return float(np.sqrt(np.mean(np.square(sound, dtype=np.float64)))) if len(sound) else 0.0


def gain(decibels: float) -> float:
    """The factor of an amplitude."""
    return float(10 ** (decibels / 20))


def faded(sound: Sound) -> Sound:
    """A copy that comes from silence and goes to it, so that no cut clicks."""
    softened = sound.copy()
    length = min(FADE, len(sound) // 2)
    ramp = np.linspace(0, 1, length, dtype=np.float32)
    softened[:length] *= ramp
    softened[len(sound) - length :] *= ramp[::-1]
    return softened


def pcm(sound: Sound) -> NDArray[np.int16]:
    """As it comes over the socket; louder than full scale is turned down, never clipped."""
    loudest = float(np.max(np.abs(sound), initial=0.0))
    scale = 32767 * min(1.0, 0.99 / loudest) if loudest else 32767
    return np.asarray(np.round(sound * scale), np.int16)
