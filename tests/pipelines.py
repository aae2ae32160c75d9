"""Pipelines of pyannote for tests, and the sound that rides in its package."""

import atexit
import importlib.util
import shutil
import subprocess
import sys
import wave
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import pytest

HAS_PYANNOTE = importlib.util.find_spec("pyannote") is not None

needs_pyannote = pytest.mark.skipif(
    not HAS_PYANNOTE, reason="needs pyannote.audio (the extra `train`)"
)


@cache
def random_pipeline() -> Path:
    """In the form of community-1, with weights that have learned nothing; made once."""
    made = mkdtemp(prefix="pyannote-")  # 32 MB
    atexit.register(shutil.rmtree, made, ignore_errors=True)
    folder = Path(made, "pipeline")
    subprocess.run(
        [sys.executable, "-m", "benchmarks.random_pipeline", str(folder)],
        cwd=Path(__file__).parent.parent,
        check=True,
        capture_output=True,
    )
    return folder


@cache
def sample() -> bytes:
    """30 s of two persons, s16le mono of 16 kHz."""
    (folder,) = importlib.util.find_spec("pyannote").submodule_search_locations  # type: ignore[union-attr,misc]
    with wave.open(str(Path(folder, "audio", "sample", "sample.wav"))) as sound:
        assert (sound.getframerate(), sound.getnchannels(), sound.getsampwidth()) == (16_000, 1, 2)
        pcm: bytes = sound.readframes(sound.getnframes())
    return pcm


def seconds(pcm: bytes, start: float, end: float) -> bytes:
    """A part of it."""
    return pcm[round(start * 16_000) * 2 : round(end * 16_000) * 2]
