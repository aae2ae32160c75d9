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
    return read_header(data, FrameLimits()).frame(data, at=at, received_at=at)


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


def with_phone(picture: Picture | None = None, *, width: int = 90, turned: float = 20.0) -> Picture:
    """A smartphone, drawn, at the lower right; in a room if nothing else is given."""
    scene = (room() if picture is None else picture).copy()
    phone, shape = _phone(width, 2 * width)
    side = 4 * width
    move = cv2.getRotationMatrix2D((width / 2, width), turned, 1.0)
    move[0, 2] += side / 2 - width / 2
    move[1, 2] += side / 2 - width
    phone = np.asarray(cv2.warpAffine(phone, move, (side, side)), np.uint8)
    share = cv2.warpAffine(shape, move, (side, side))[..., None] / 255
    top, left = round(0.69 * scene.shape[0]) - side // 2, round(0.73 * scene.shape[1]) - side // 2
    rows = slice(max(top, 0), min(top + side, scene.shape[0]))
    columns = slice(max(left, 0), min(left + side, scene.shape[1]))
    there = (
        slice(rows.start - top, rows.stop - top),
        slice(columns.start - left, columns.stop - left),
    )
    under = scene[rows, columns]
    mixed = under * (1 - share[there]) + phone[there] * share[there]
    scene[rows, columns] = mixed.astype(np.uint8)
    return np.asarray(cv2.GaussianBlur(scene, (0, 0), 0.8), np.uint8)


def _phone(width: int, height: int) -> tuple[Picture, Picture]:
    """Its front, with icons on a bright screen, and the outline that it fills."""
    rng = np.random.default_rng(1)
    front = np.full((height, width, 3), 20, np.uint8)
    side, end, corner = max(2, int(width * 0.06)), int(height * 0.1), int(width * 0.16)
    shown = cv2.resize(
        rng.integers(40, 220, (6, 4, 3), np.uint8), (width - 2 * side, height - 2 * end)
    )
    front[end : height - end, side : width - side] = shown // 2 + 60
    half = int(width * 0.07)
    for line in range(5):
        for column in range(4):
            x = side + int((column + 0.5) * (width - 2 * side) / 4)
            y = end + int((line + 0.7) * (height - 2 * end) / 6)
            colour = rng.integers(60, 255, 3).tolist()
            cv2.rectangle(front, (x - half, y - half), (x + half, y + half), colour, -1)
    cv2.circle(front, (width // 2, height - end // 2), int(end * 0.3), (90, 90, 90), 2)
    shape = np.zeros((height, width), np.uint8)
    cv2.rectangle(shape, (corner, 0), (width - corner, height), 255, -1)
    cv2.rectangle(shape, (0, corner), (width, height - corner), 255, -1)
    for x in (corner, width - 1 - corner):
        for y in (corner, height - 1 - corner):
            cv2.circle(shape, (x, y), corner, 255, -1)
    return front, shape
