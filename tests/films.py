"""Small video files, made as needed."""

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np

from tests.media import Picture, portrait, room


def film(path: Path, pictures: Sequence[Picture], fps: float = 30.0) -> Path:
    """A file with these pictures, all of one size; the name's ending says of which format."""
    height, width = pictures[0].shape[:2]
    code = cv2.VideoWriter.fourcc(*("MJPG" if path.suffix == ".avi" else "mp4v"))
    writer = cv2.VideoWriter(str(path), code, fps, (width, height))
    assert writer.isOpened()
    for picture in pictures:
        writer.write(cv2.cvtColor(picture, cv2.COLOR_RGB2BGR))
    writer.release()
    return path


def greys(count: int, width: int = 320, height: int = 240) -> list[Picture]:
    """Each brighter than the one before, by levels that no encoder loses."""
    levels = np.linspace(20, 235, count)
    return [np.full((height, width, 3), round(level), np.uint8) for level in levels]


def level(picture: Picture) -> float:
    """How bright it is."""
    return float(picture.mean())


def turned(path: Path) -> Path:
    """An MP4 that says: turn me by a quarter, clockwise, as telephones write it."""
    data = bytearray(path.read_bytes())
    matrix = data.index(b"tkhd") + 4 + 40  # ISO 14496-12, 8.3.2: version 0
    one = 1 << 16
    values = np.array([0, one, 0, -one, 0, 0, 0, 0, 1 << 30], ">i4")
    data[matrix : matrix + 36] = values.tobytes()
    path.write_bytes(data)
    return path


def somebody_leaves(path: Path, *, fps: float = 10.0, seconds: float = 6.0) -> Path:
    """The portrait, and after two seconds an empty room, to the end."""
    there = portrait()
    empty = cv2.resize(room(), (512, 512))
    count = round(fps * seconds)
    grain = np.random.default_rng(5)
    pictures = []
    for number in range(count):
        scene = there if number < 2 * fps else empty
        noisy = scene + grain.normal(0, 3, scene.shape)
        pictures.append(np.clip(noisy, 0, 255).astype(np.uint8))
    return film(path, pictures, fps)
