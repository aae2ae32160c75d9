"""RTTM: who spoke when, one line for each turn."""

from collections import defaultdict
from pathlib import Path

from app.errors import ProctorError
from app.types import SpeakerTurn
from benchmarks.voices.item import Item


class RttmError(ProctorError):
    """A file of turns cannot be read: names it and the line."""


Spoken = tuple[tuple[SpeakerTurn, ...], tuple[str, ...]]
"""Turns by time, and the speakers' names by number."""


def read_rttm(file: Path) -> dict[str, Spoken]:
    """Of each recording; speakers are numbered in the order of their first words.

    Raises RttmError.
    """
    lines: dict[str, list[tuple[float, float, str]]] = defaultdict(list)
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        fields = line.split()
        if not fields or fields[0] != "SPEAKER":
            continue
        try:
            start, length = float(fields[3]), float(fields[4])
            lines[fields[1]].append((start, start + length, fields[7]))
        except (IndexError, ValueError) as error:
            raise RttmError(f"{file}, line {number}: {line!r} is no turn") from error
    return {name: _numbered(sorted(each)) for name, each in lines.items()}


def rttm(item: Item) -> str:
    """An item's truth."""
    return "".join(
        f"SPEAKER {item.name} 1 {turn.started_at:.3f} {turn.ended_at - turn.started_at:.3f} "
        f"<NA> <NA> {item.speakers[turn.speaker]} <NA> <NA>\n"
        for turn in item.turns
    )


def _numbered(lines: list[tuple[float, float, str]]) -> Spoken:
    names = tuple(dict.fromkeys(name for _, _, name in lines))
    turns = tuple(
        SpeakerTurn(speaker=names.index(name), started_at=start, ended_at=end)
        for start, end, name in lines
    )
    return turns, names
