"""From ultralytics' .pt to OpenVINO, in a process of its own: serving imports neither it nor torch.

python -m app.vision.export_yolo WEIGHTS.pt FOLDER SIZE

Each line that it prints is a step.
"""

import contextlib
import os
import shutil
import sys
from pathlib import Path
from tempfile import TemporaryDirectory


def export(weights: Path, folder: Path, size: int) -> None:
    """Convert the weights; the folder appears whole or not at all."""
    print("importing torch and ultralytics", flush=True)
    with TemporaryDirectory(prefix="export-", dir=folder.parent) as work:
        os.environ |= {
            "YOLO_AUTOINSTALL": "false",
            "YOLO_CONFIG_DIR": work,
            "YOLO_OFFLINE": "true",
            "YOLO_VERBOSE": "false",
        }
        from ultralytics import YOLO  # type: ignore[attr-defined]

        source = Path(work, weights.name)
        shutil.copy(weights, source)  # it writes beside the weights
        print(f"converting {weights.name} for pictures of {size}x{size}", flush=True)
        with contextlib.redirect_stdout(sys.stderr):
            made = Path(YOLO(source).export(format="openvino", imgsz=size, half=True))
        with contextlib.suppress(OSError):  # another process may have been faster
            made.rename(folder)


if __name__ == "__main__":
    export(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
