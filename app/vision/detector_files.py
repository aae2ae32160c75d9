"""Where the weights of an object detector lie, and what has to be done before they serve."""

from collections.abc import Iterator
from pathlib import Path

from app.errors import ModelError
from app.vision.weights_file import WeightsFile, converted

AUTOMATIC = ("yolo11n", "yolox_nano")
"""Looked for in this order."""
SERVED = (".xml", ".onnx")


def is_name(choice: str) -> bool:
    """Whether a choice names a detector of the folder of weights, instead of a file or folder."""
    return choice == Path(choice).name and not Path(choice).suffix


def find_detectors(choice: str, folder: Path, size: int) -> list[WeightsFile]:
    """The weights that an operator's choice means and that are here, the best first.

    `choice` is "auto", a name, a file or a folder. Raises ModelError for a file or folder that
    is not there or holds nothing that can be used.
    """
    if is_name(choice):
        names = AUTOMATIC if choice == "auto" else (choice,)
        return [file for name in names for file in _named(name, folder, size)]
    given = Path(choice)
    if given.is_dir():
        return [WeightsFile(_served_in(given))]
    if not given.is_file():
        raise ModelError(f"there is no detector {choice}")
    if given.suffix == ".pt":
        return [converted(given, folder, str(size))]
    if given.suffix in SERVED:
        return [WeightsFile(given)]
    raise ModelError(f"{choice}: a .pt, .onnx or .xml file, or a folder with one, is expected")


def _named(name: str, folder: Path, size: int) -> Iterator[WeightsFile]:
    """Forms that serve as they are come first: somebody has put them here."""
    for ready in sorted(folder.glob(f"{name}*_openvino_model")):
        yield WeightsFile(_served_in(ready))
    if (onnx := folder / f"{name}.onnx").is_file():
        yield WeightsFile(onnx)
    if (weights := folder / f"{name}.pt").is_file():
        yield converted(weights, folder, str(size))


def _served_in(folder: Path) -> Path:
    for suffix in SERVED:
        for path in sorted(folder.glob(f"*{suffix}")):
            return path
    raise ModelError(f"{folder}: holds neither an .xml nor an .onnx file")
