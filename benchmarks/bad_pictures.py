"""Messages that a video socket has to refuse."""

import random

import cv2
import numpy as np

END_OF_PICTURE = b"\xff\xd9"
START_OF_FRAME = b"\xff\xc0"
START_OF_SCAN = b"\xff\xda"
GIF = (
    b"GIF89a\x80\x02\xe0\x01\x80\x00\x00\x00\x00\x00\xff\xff\xff"
    b",\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"
)


def encoded(extension: str, side: int = 256) -> bytes:
    """A picture in another format, such as ".png"."""
    done, data = cv2.imencode(extension, np.full((side, side, 3), 128, np.uint8))
    assert done
    return data.tobytes()


def claims(jpeg: bytes, width: int, height: int, *, bits: int = 8) -> bytes:
    """A good baseline JPEG whose header lies."""
    data = bytearray(jpeg)
    frame = data.index(START_OF_FRAME) + 4
    data[frame : frame + 5] = bytes([bits, *height.to_bytes(2, "big"), *width.to_bytes(2, "big")])
    return bytes(data)


def progressive(side: int = 512) -> bytes:
    """A good picture in several scans."""
    picture = np.random.default_rng(1).integers(0, 255, (side, side, 3), np.uint8)
    done, data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_PROGRESSIVE, 1])
    assert done
    return data.tobytes()


def many_scans(jpeg: bytes, times: int = 1000) -> bytes:
    """A progressive JPEG with its last scan so many times: a decoder paints them all."""
    last = jpeg[jpeg.rindex(START_OF_SCAN) : -len(END_OF_PICTURE)]
    small = last[: 12 + 200]
    return jpeg[: -len(END_OF_PICTURE)] + small * times + END_OF_PICTURE


def without_tables(jpeg: bytes) -> bytes:
    """A header that is right, and a picture that nobody can decode."""
    tables = jpeg.index(b"\xff\xdb")
    return jpeg[:tables] + jpeg[jpeg.index(START_OF_FRAME) :]


def mutated(jpeg: bytes, chance: random.Random) -> bytes:
    """Some of its bytes changed, cut out or doubled."""
    data = bytearray(jpeg)
    for _ in range(chance.choice((1, 10, 100))):
        data[chance.randrange(len(data))] = chance.randrange(256)
    start = chance.randrange(len(data))
    match chance.choice(("none", "cut", "double")):
        case "cut":
            del data[start : start + chance.randrange(1000)]
        case "double":
            data[start:start] = data[start : start + 1000]
    return bytes(data)
