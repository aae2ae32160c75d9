"""Label files: CSV tables whose every complaint names the file and the line."""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from app.errors import ProctorError

PICTURES = (".jpg", ".jpeg", ".png", ".bmp")
VIDEOS = (".mp4", ".mov", ".avi", ".mkv", ".webm", ".m4v")


class Kind(StrEnum):
    """What is scored."""

    HEAD_POSE = "head_pose"
    GAZE = "gaze"
    BLINKS = "blinks"
    OBJECTS = "objects"
    EPISODES = "episodes"


class LabelError(ProctorError):
    """A label is missing, broken or unclear: names the file and the line."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a label stands."""

    file: Path
    line: int
    """From 1; 0: the file as a whole."""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}" if self.line else str(self.file)

    def error(self, why: str) -> LabelError:
        """What is wrong here."""
        return LabelError(f"{self}: {why}")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table."""

    place: Place
    cells: dict[str, str]

    def text(self, column: str) -> str:
        """What stands there; refused where nothing does."""
        if not (text := self.cells.get(column, "")):
            raise self.place.error(f"column {column} is empty")
        return text

    def number(self, column: str, least: float, most: float) -> float:
        """Within this range."""
        text = self.text(column)
        try:
            value = float(text)
        except ValueError:
            raise self.place.error(f"{column}: {text!r} is no number") from None
        if not least <= value <= most:  # NaN too
            raise self.place.error(f"{column}: {text} is not within {least:g} to {most:g}")
        return value

    def seconds(self, column: str) -> float:
        """A time within a video."""
        return self.number(column, 0.0, 1e6)

    def choice(self, column: str, allowed: Iterable[str]) -> str:
        """One of these words, in small letters."""
        word = self.text(column).lower()
        if word not in (words := tuple(allowed)):
            raise self.place.error(f"{column}: {word!r} is none of {', '.join(words)}")
        return word

    def flag(self, column: str) -> bool:
        """Yes or no; no where nothing stands."""
        return bool(self.cells.get(column)) and self.choice(column, ("yes", "no")) == "yes"

    def media(self, column: str, endings: Sequence[str]) -> Path:
        """The file named there, relative to the label file."""
        path = self.place.file.parent / self.text(column)
        if path.suffix.lower() not in endings:
            raise self.place.error(f"{column}: {path.name} does not end in {', '.join(endings)}")
        if not path.is_file():
            raise self.place.error(f"{column}: there is no file {path}")
        return path.resolve()


def table(
    file: Path, required: Sequence[str], optional: Sequence[str] = ()
) -> tuple[list[Row], list[tuple[Place, str]]]:
    """The rows below the header, and the lines that begin with #."""
    remarks: list[tuple[Place, str]] = []
    header: list[str] | None = None
    rows: list[Row] = []
    for number, line in enumerate(text_of(file).splitlines(), 1):
        place = Place(file, number)
        if not line.strip():
            continue
        if line.lstrip().startswith("#"):
            remarks.append((place, line.lstrip("# ").strip()))
            continue
        cells = [cell.strip() for cell in next(csv.reader([line]))]
        if header is None:
            header = [cell.lower() for cell in cells]
            _check(header, place, required, optional)
        elif len(cells) != len(header):
            raise place.error(f"{len(cells)} cells where the header names {len(header)}")
        else:
            rows.append(Row(place, dict(zip(header, cells, strict=True))))
    if header is None:
        raise Place(file, 0).error(f"the header is missing: {','.join(required)}")
    return rows, remarks


def text_of(file: Path) -> str:
    """UTF-8, with or without a byte order mark."""
    try:
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise Place(file, 0).error("this is no UTF-8 text") from None


def _check(
    header: list[str], place: Place, required: Sequence[str], optional: Sequence[str]
) -> None:
    allowed = f"needed are {', '.join(required)}"
    if optional:
        allowed += f"; allowed are {', '.join(optional)}"
    for column in required:
        if column not in header:
            raise place.error(f"column {column} is missing; {allowed}")
    for column in header:
        if column not in required and column not in optional:
            raise place.error(f"column {column!r} is not known; {allowed}")
    if len(set(header)) < len(header):
        raise place.error("a column stands there twice")
