"""From WebRTC's frames to JPEGs."""

import cv2
import numpy as np
import pytest
import simplejpeg

from client_adapter.jpeg import I420, encode
from tests.media import Picture, decoded, portrait


def frame(picture: Picture, rotation: int = 0) -> I420:
    """As WebRTC has it: limited range, BT.601."""
    height, width = picture.shape[:2]
    planes = cv2.cvtColor(picture, cv2.COLOR_RGB2YUV_I420)
    return I420(data=planes.tobytes(), width=width, height=height, rotation=rotation)


def sized(width: int, height: int) -> Picture:
    return np.asarray(cv2.resize(portrait(), (width, height)), np.uint8)


def difference(one: Picture, other: Picture) -> float:
    """Mean, in levels."""
    return float(np.abs(one.astype(float) - other.astype(float)).mean())


@pytest.mark.parametrize(
    ("size", "becomes"),
    [
        ((640, 480), (640, 480)),
        ((1280, 720), (640, 360)),
        ((1920, 1080), (640, 360)),
        ((1278, 720), (1278, 720)),
        ((720, 1280), (360, 640)),
        ((2560, 1440), (640, 360)),
    ],
)
def test_large_pictures_become_smaller_and_stay_what_they_are(
    size: tuple[int, int], becomes: tuple[int, int]
) -> None:
    picture = sized(*size)
    seen = decoded(encode(frame(picture)))
    assert (seen.shape[1], seen.shape[0]) == becomes
    expected = np.asarray(cv2.resize(picture, becomes, interpolation=cv2.INTER_AREA), np.uint8)
    assert difference(seen, expected) < 4


@pytest.mark.parametrize(("level", "becomes"), [(16, 0), (126, 128), (235, 255), (0, 0)])
def test_limited_range_becomes_full(level: int, becomes: int) -> None:
    grey = bytes([level]) * (64 * 64) + bytes([128]) * (2 * 32 * 32)
    seen = decoded(encode(I420(data=grey, width=64, height=64)))
    assert np.abs(seen.astype(int) - becomes).max() <= 1


@pytest.mark.parametrize(
    ("rotation", "turn"),
    [
        (90, cv2.ROTATE_90_CLOCKWISE),
        (180, cv2.ROTATE_180),
        (270, cv2.ROTATE_90_COUNTERCLOCKWISE),
    ],
)
def test_turned_pictures_stand_upright(rotation: int, turn: int) -> None:
    picture = sized(480, 320)
    seen = decoded(encode(frame(picture, rotation)))
    upright = np.asarray(cv2.rotate(picture, turn), np.uint8)
    assert seen.shape == upright.shape
    assert difference(seen, upright) < 4


@pytest.mark.parametrize("size", [(321, 241), (1281, 721), (1923, 1083)])
def test_odd_sizes(size: tuple[int, int]) -> None:
    width, height = size
    colour = -(-width // 2) * -(-height // 2)
    grey = bytes([126]) * (width * height + 2 * colour)
    seen = simplejpeg.decode_jpeg(encode(I420(data=grey, width=width, height=height)))
    divisor = max(1, width // 640)
    assert abs(seen.shape[1] - width / divisor) <= 2
    assert abs(seen.shape[0] - height / divisor) <= 2


def test_what_is_no_frame_is_refused() -> None:
    with pytest.raises(ValueError, match="no I420 of 64x64"):
        encode(I420(data=bytes(100), width=64, height=64))
