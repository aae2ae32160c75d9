"""Pictures and videos for tests: what rides in packages, and what lies in ../shared."""

from functools import cache
from pathlib import Path

import cv2
import numpy as np
import pytest
import simplejpeg
from numpy.typing import NDArray
from skimage.data import astronaut

from app.types import Frame
from app.vision.decode import FrameLimits, read_header

Picture = NDArray[np.uint8]
"""RGB, shape (height, width, 3)."""

SHARED = Path(__file__).resolve().parents[2] / "shared" / "assets"

needs_shared = pytest.mark.skipif(
    not SHARED.is_dir(), reason="needs the media of ../shared/assets, which are not in the project"
)


@cache
def portrait() -> Picture:
    """One face, 512x512."""
    return np.ascontiguousarray(astronaut())  # type: ignore[no-untyped-call]


def room(width: int = 640, height: int = 480) -> Picture:
    """Nobody: a blurred wall with some grain."""
    rng = np.random.default_rng(3)
    wall = cv2.resize(rng.integers(90, 170, (6, 8, 3), np.uint8), (width, height))
    grainy: Picture = np.clip(wall + rng.normal(0, 2, wall.shape), 0, 255).astype(np.uint8)
    return grainy


def noisy(picture: Picture, deviation: float, seed: int) -> Picture:
    """With a sensor's noise: so many levels, standard deviation."""
    noise = np.random.default_rng(seed).normal(0, deviation, picture.shape)
    return np.clip(picture + noise, 0, 255).astype(np.uint8)


def empty_room(width: int, height: int, count: int) -> list[bytes]:
    """Nobody, as a camera sees it: no two pictures have the same noise."""
    wall = room(width, height)
    different = [jpeg(noisy(wall, 1.5, seed)) for seed in range(min(count, 24))]
    return [different[number % len(different)] for number in range(count)]


def darkened(data: bytes, share: float) -> bytes:
    """With so much of its light."""
    return jpeg(noisy((decoded(data) * share).astype(np.uint8), 0.7, len(data)))


def blurred(data: bytes, pixels: float) -> bytes:
    """Out of focus by so many pixels (standard deviation)."""
    return jpeg(np.asarray(cv2.GaussianBlur(decoded(data), (0, 0), pixels), np.uint8))


def with_faces(*places: tuple[float, float, int], width: int = 640, height: int = 480) -> Picture:
    """A room with the portrait's head pasted in: centre (fractions), width of the face (pixels)."""
    picture = room(width, height).copy()
    head = portrait()[0:270, 110:340]  # its face is 95 pixels wide
    for x, y, face_width in places:
        scale = face_width / 95
        size = (round(head.shape[1] * scale), round(head.shape[0] * scale))
        small = cv2.resize(head, size, interpolation=cv2.INTER_AREA)
        left = min(max(round(x * width) - size[0] // 2, 0), width - size[0])
        top = min(max(round(y * height) - size[1] // 2, 0), height - size[1])
        picture[top : top + size[1], left : left + size[0]] = small
    return picture


def jpeg(picture: Picture, quality: int = 85) -> bytes:
    """Encoded."""
    encoded: bytes = simplejpeg.encode_jpeg(np.ascontiguousarray(picture), quality)
    return encoded


def decoded(data: bytes) -> Picture:
    """By OpenCV, which turns pictures upright itself."""
    picture = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    return np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2RGB), np.uint8)


def frame(data: bytes, at: float = 0.0) -> Frame:
    """As a socket would make it."""
    header = read_header(data, FrameLimits())
    return Frame(
        jpeg=data,
        at=at,
        received_at=at,
        width=header.width,
        height=header.height,
        orientation=header.orientation,
    )


@cache
def video(name: str) -> tuple[list[bytes], float]:
    """All frames of a video of ../shared as JPEGs, and how many of them a second has."""
    capture = cv2.VideoCapture(str(SHARED / "video" / name))
    frames = []
    while (read := capture.read())[0]:
        frames.append(jpeg(np.asarray(cv2.cvtColor(read[1], cv2.COLOR_BGR2RGB), np.uint8)))
    return frames, capture.get(cv2.CAP_PROP_FPS)


def flipped(frames: list[bytes]) -> list[bytes]:
    """The same frames, mirrored sideways."""
    return [jpeg(simplejpeg.decode_jpeg(data)[:, ::-1]) for data in frames]
