"""Real conversations with their labels: a two-party call and excerpts of AMI's meetings."""

from pathlib import Path

from benchmarks.voices.item import Item
from benchmarks.voices.rttm import Spoken, read_rttm
from benchmarks.voices.sound import pcm, read

RECORDING = "recording"
SOURCES = (("sample.rttm", "."), ("ami/debug.train.rttm", "ami"))
"""Turns, and the folder of the recordings that they are of."""


def recordings(assets: Path) -> list[Item]:
    """Those that are there. Raises RttmError, SoundError."""
    found = []
    for labels, folder in SOURCES:
        if not (assets / labels).is_file():
            continue
        for name, spoken in read_rttm(assets / labels).items():
            file = assets / folder / f"{name}.wav"
            if file.is_file():
                found.append(_item(name, file, spoken))
    return found


def _item(name: str, file: Path, spoken: Spoken) -> Item:
    turns, speakers = spoken
    return Item(
        name=name,
        samples=pcm(read(file)),
        turns=turns,
        speakers=speakers,
        condition=RECORDING,
        manner=RECORDING,
        level=None,
        split=RECORDING,
    )
