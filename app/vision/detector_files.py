"""Where the weights of an object detector lie, and what has to be done before they serve."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from app.errors import ModelError

AUTOMATIC = ("yolo11n", "yolox_nano")
"""Looked for in this order."""
SERVED = (".xml", ".onnx")


@dataclass(frozen=True, slots=True)
class DetectorFile:
    """A file that serves, or that has to be converted first."""

    path: Path
    converts_to: Path | None = None
    """The file that serves, once it is made; None: this one does."""


def is_name(choice: str) -> bool:
    """Whether a choice names a detector of the folder of weights, instead of a file or folder."""
    return choice == Path(choice).name and not Path(choice).suffix


def find_detectors(choice: str, folder: Path, size: int) -> list[DetectorFile]:
    """The weights that an operator's choice means and that are here, the best first.

    `choice` is "auto", a name, a file or a folder. Raises ModelError for a file or folder that
    is not there or holds nothing that can be used.
    """
    if is_name(choice):
        names = AUTOMATIC if choice == "auto" else (choice,)
        return [file for name in names for file in _named(name, folder, size)]
    given = Path(choice)
    if given.is_dir():
        return [DetectorFile(_served_in(given))]
    if not given.is_file():
        raise ModelError(f"there is no detector {choice}")
    if given.suffix == ".pt":
        return [_converted(given, folder, size)]
    if given.suffix in SERVED:
        return [DetectorFile(given)]
    raise ModelError(f"{choice}: a .pt, .onnx or .xml file, or a folder with one, is expected")


def _named(name: str, folder: Path, size: int) -> Iterator[DetectorFile]:
    """Forms that serve as they are come first: somebody has put them here."""
    for ready in sorted(folder.glob(f"{name}*_openvino_model")):
        yield DetectorFile(_served_in(ready))
    if (onnx := folder / f"{name}.onnx").is_file():
        yield DetectorFile(onnx)
    if (weights := folder / f"{name}.pt").is_file():
        yield _converted(weights, folder, size)


def _converted(weights: Path, folder: Path, size: int) -> DetectorFile:
    """Its other form is named after its content, and so never out of date."""
    with weights.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    made = folder / f"{weights.stem}-{size}-{digest[:12]}.openvino" / f"{weights.stem}.xml"
    return DetectorFile(made) if made.is_file() else DetectorFile(weights, made)


def _served_in(folder: Path) -> Path:
    for suffix in SERVED:
        for path in sorted(folder.glob(f"*{suffix}")):
            return path
    raise ModelError(f"{folder}: holds neither an .xml nor an .onnx file")
