"""What detectors cost and find.

    python -m benchmarks.detectors LABELLED_FOLDER_OR_ZIP MODEL…

prints recall and precision of each model (.xml, .onnx or a folder) at its own confidence on
pictures with YOLO labels (`images/`, `labels/`, ids of COCO), and its CPU time. Without
arguments, or with `--timing`, YOLO11n with random weights is timed in torch and in OpenVINO at
two sizes and in every precision of this CPU; int8 needs nncf beside the project's packages.
"""

import argparse
import importlib.util
import os
import time
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import simplejpeg
from rich.console import Console
from rich.progress import track
from rich.table import Table

from app.types import BoundingBox, Detection, ObjectClass
from app.vision.decode import Picture
from app.vision.detector_files import find_detectors
from app.vision.objects import COCO_IDS, ObjectDetector

SIZES = (640, 416)
ROUNDS = 40
SAME = 0.5
"""Overlap from which on a detection is the labelled object."""
LARGE = 0.01
"""Share of the picture from which on an object counts as large."""

Truth = Mapping[ObjectClass, Sequence[BoundingBox]]


@dataclass(slots=True)
class Score:
    """Of one class, over all pictures."""

    labelled: int = 0
    found: int = 0
    large: int = 0
    large_found: int = 0
    wrong: int = 0

    def add(self, truth: Sequence[BoundingBox], found: Sequence[Detection]) -> None:
        """One picture's, the most confident detection first."""
        left = list(truth)
        self.labelled += len(left)
        self.large += sum(box.area >= LARGE for box in left)
        for detection in found:
            best = max(left, key=detection.box.overlap, default=None)
            if best is None or detection.box.overlap(best) < SAME:
                self.wrong += 1
                continue
            left.remove(best)
            self.found += 1
            self.large_found += best.area >= LARGE


def labelled(path: Path) -> Iterator[tuple[Picture, Truth]]:
    """Pictures and what is on them."""
    with _folder(path) as folder:
        for picture in sorted(folder.glob("images/*.jpg")):
            labels = folder / "labels" / f"{picture.stem}.txt"  # missing: nothing is on it
            lines = labels.read_text().splitlines() if labels.exists() else []
            truth: dict[ObjectClass, list[BoundingBox]] = {each: [] for each in ObjectClass}
            names = {number: each for each, number in COCO_IDS.items()}
            for line in lines:
                number, x, y, width, height = (float(part) for part in line.split())
                if (name := names.get(int(number))) is not None:
                    left, top = x - width / 2, y - height / 2
                    box = BoundingBox(left=left, top=top, width=width, height=height)
                    truth[name].append(box)
            yield simplejpeg.decode_jpeg(picture.read_bytes()), truth


def findings(path: Path, models: Sequence[str]) -> Table:
    """Recall, precision and cost of each model."""
    table = Table(box=None, pad_edge=False)
    for heading in ("model", "size", "CPU, ms", *(f"{each} recall, wrong" for each in ObjectClass)):
        table.add_column(heading)
    material = list(labelled(path))
    for model in models:
        (file,) = find_detectors(model, Path(), 640)
        detector = ObjectDetector(file.path, tuple(ObjectClass))
        scores = {each: Score() for each in ObjectClass}
        began = time.process_time()
        found = [detector(picture) for picture, _ in track(material, model)]
        spent = 1000 * (time.process_time() - began) / len(material)
        for (_, truth), detections in zip(material, found, strict=True):
            for each, score in scores.items():
                score.add(truth[each], [d for d in detections if d.object_class is each])
        cells = [
            f"{s.found}/{s.labelled} (large {s.large_found}/{s.large}), {s.wrong}"
            for s in scores.values()
        ]
        table.add_row(file.path.parent.name, str(detector.size), f"{spent:.1f}", *cells)
    return table


def timings() -> Table:
    """YOLO11n with random weights; CPU of one thread."""
    table = Table(box=None, pad_edge=False)
    for heading in ("ms of CPU per picture", *map(str, SIZES)):
        table.add_column(heading)
    with TemporaryDirectory() as work:
        rows: dict[str, list[str]] = {}
        for size in SIZES:
            for name, run in _runs(Path(work), size):
                rows.setdefault(name, []).append(f"{_timed(run):.1f}")
    for name, cells in rows.items():
        table.add_row(name, *cells)
    return table


def _runs(work: Path, size: int) -> Iterator[tuple[str, Callable[[Picture], object]]]:
    os.environ |= {"YOLO_AUTOINSTALL": "false", "YOLO_CONFIG_DIR": str(work)}
    import torch
    from ultralytics import YOLO  # type: ignore[attr-defined]

    torch.set_num_threads(1)
    model = YOLO("yolo11n.yaml")
    yield "torch", lambda picture: model.predict(picture, imgsz=size, verbose=False)
    weights = work / f"random-{size}.pt"
    model.save(weights)
    exported = Path(YOLO(weights).export(format="openvino", imgsz=size, half=True))
    xml = next(exported.glob("*.xml"))
    yield "OpenVINO f32", ObjectDetector(xml, precision="f32")
    yield "OpenVINO bf16", ObjectDetector(xml, precision="bf16")
    if importlib.util.find_spec("nncf") is not None:
        yield "OpenVINO int8", ObjectDetector(_quantized(xml, size))


def _quantized(xml: Path, size: int) -> Path:
    import nncf  # type: ignore[import-not-found]
    import openvino

    rng = np.random.default_rng(1)
    samples = [rng.random((1, 3, size, size), np.float32) for _ in range(10)]
    network = nncf.quantize(openvino.Core().read_model(xml), nncf.Dataset(samples))
    target = xml.with_name("int8.xml")
    openvino.save_model(network, target)
    return target


def _timed(run: Callable[[Picture], object]) -> float:
    """Median, in milliseconds."""
    picture = np.random.default_rng(2).integers(0, 255, (480, 640, 3), np.uint8)
    times = []
    for _ in range(ROUNDS):
        began = time.process_time()
        run(picture)
        times.append(1000 * (time.process_time() - began))
    return float(np.median(times))


@contextmanager
def _folder(path: Path) -> Iterator[Path]:
    if path.is_dir():
        yield path
        return
    with TemporaryDirectory() as folder, zipfile.ZipFile(path) as archive:
        archive.extractall(folder)
        yield Path(folder)


def main() -> None:
    """Parse the command line and measure."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("labelled", nargs="?", type=Path, help="folder or .zip with YOLO labels")
    parser.add_argument("models", nargs="*", help=".xml, .onnx or folder")
    parser.add_argument("--timing", action="store_true", help="time random weights too")
    given = parser.parse_args()
    console = Console(highlight=False, width=180)
    if given.labelled is not None:
        console.print(findings(given.labelled, given.models))
    if given.timing or given.labelled is None:
        console.print(timings())


if __name__ == "__main__":
    main()
