"""JPEG, from bytes to pixels: the header is read before any decoder sees the picture."""

from dataclasses import dataclass

import numpy as np
import simplejpeg
from numpy.typing import NDArray

from app.errors import InvalidFrameError
from app.types import Frame

START_OF_FRAME = frozenset({0xC0, 0xC1, 0xC2})  # baseline, extended, progressive: Huffman coded
OTHER_START_OF_FRAME = frozenset(
    {0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF}  # lossless, arithmetic, …
)
START_OF_SCAN = 0xDA
EXIF = 0xE1
MOST_SCANS = 64
"""A progressive picture has about ten; thousands of them cost a decoder minutes."""
MOST_SEGMENTS = 256
TURNED = frozenset({5, 6, 7, 8})
"""EXIF orientations that exchange width and height."""

Picture = NDArray[np.uint8]
"""RGB, shape (height, width, 3), contiguous, upright; read-only, so that models need no copy."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameLimits:
    """What a picture may measure."""

    most_bytes: int = 2 * 1024 * 1024
    shortest_side: int = 64
    """Pixels."""
    longest_side: int = 4096
    """Pixels."""


@dataclass(frozen=True, slots=True)
class JpegHeader:
    """What the header says."""

    width: int
    """Pixels, as stored."""
    height: int
    """Pixels, as stored."""
    orientation: int
    """EXIF, 1 to 8."""

    def frame(self, jpeg: bytes, *, at: float, received_at: float, number: int = 0) -> Frame:
        """The picture that it is of."""
        return Frame(
            jpeg=jpeg,
            at=at,
            received_at=received_at,
            width=self.width,
            height=self.height,
            orientation=self.orientation,
            number=number,
        )


def read_header(jpeg: bytes, limits: FrameLimits) -> JpegHeader:
    """Check one message that should be a JPEG; costs microseconds whatever it holds.

    Raises InvalidFrameError with reason empty, too_large, not_jpeg, truncated, unsupported or
    size.
    """
    if not jpeg:
        raise InvalidFrameError("empty", "the message is empty")
    if len(jpeg) > limits.most_bytes:
        raise InvalidFrameError("too_large", f"{len(jpeg)} bytes; at most {limits.most_bytes}")
    if jpeg[:3] != b"\xff\xd8\xff":
        raise InvalidFrameError("not_jpeg", "the message does not begin like a JPEG")
    return _walk_segments(jpeg, limits)


def _walk_segments(jpeg: bytes, limits: FrameLimits) -> JpegHeader:
    position, end, orientation = 2, len(jpeg), 1
    size: tuple[int, int] | None = None
    components, progressive = 0, False
    for _ in range(MOST_SEGMENTS):
        while (
            position < end
            and jpeg[position] == 0xFF
            and jpeg[position + 1 : position + 2] == b"\xff"
        ):
            position += 1  # fill bytes may stand before a marker
        if position + 4 > end:
            raise InvalidFrameError("truncated", "the header breaks off")
        if jpeg[position] != 0xFF:
            raise InvalidFrameError("not_jpeg", "the header holds no marker where one must be")
        marker = jpeg[position + 1]
        length = (jpeg[position + 2] << 8) | jpeg[position + 3]
        if length < 2:
            raise InvalidFrameError("not_jpeg", "the header holds a segment without a length")
        if marker in START_OF_FRAME:
            size, components = _size(jpeg, position, limits)
            progressive = marker == 0xC2
        elif marker in OTHER_START_OF_FRAME:
            raise InvalidFrameError("unsupported", f"coding process {marker:#x} is not supported")
        elif marker == EXIF and jpeg[position + 4 : position + 10] == b"Exif\0\0":
            orientation = _orientation(jpeg[position + 10 : position + 2 + length])
        elif marker == START_OF_SCAN:
            if size is None:
                raise InvalidFrameError("not_jpeg", "the header names no size")
            if jpeg[-2:] != b"\xff\xd9" and jpeg.rfind(b"\xff\xd9", position) < 0:
                raise InvalidFrameError("truncated", "the picture has no end")
            several_scans = progressive or jpeg[position + 4] < components
            if several_scans and jpeg.count(b"\xff\xda", position) > MOST_SCANS:
                raise InvalidFrameError("unsupported", f"more than {MOST_SCANS} scans")
            return JpegHeader(size[0], size[1], orientation)
        position += 2 + length
    raise InvalidFrameError("not_jpeg", f"more than {MOST_SEGMENTS} segments before the picture")


def _size(jpeg: bytes, position: int, limits: FrameLimits) -> tuple[tuple[int, int], int]:
    if position + 10 > len(jpeg):
        raise InvalidFrameError("truncated", "the header breaks off")
    precision, components = jpeg[position + 4], jpeg[position + 9]
    if precision != 8 or components not in (1, 3):
        raise InvalidFrameError("unsupported", f"{components} components of {precision} bits")
    height = (jpeg[position + 5] << 8) | jpeg[position + 6]
    width = (jpeg[position + 7] << 8) | jpeg[position + 8]
    if min(width, height) < limits.shortest_side or max(width, height) > limits.longest_side:
        raise InvalidFrameError(
            "size",
            f"{width}x{height}; sides from {limits.shortest_side} to {limits.longest_side} pixels",
        )
    return (width, height), components


def _orientation(tiff: bytes) -> int:
    """Tag 0x0112 of the first directory of an EXIF block; 1 where it is missing or broken."""
    order = {b"II": "little", b"MM": "big"}.get(tiff[:2])
    if order is None or len(tiff) < 14:
        return 1

    def number(start: int, length: int) -> int:
        return int.from_bytes(tiff[start : start + length], order)  # type: ignore[arg-type]

    directory = number(4, 4)
    for entry in range(min(number(directory, 2), 64)):
        start = directory + 2 + 12 * entry
        if start + 12 > len(tiff):
            return 1
        if number(start, 2) == 0x0112:
            value = number(start + 8, 2)
            return value if 1 <= value <= 8 else 1
    return 1


def decode(frame: Frame, *, at_least: int | None = None) -> Picture:
    """Pixels of a picture whose header was checked, turned upright.

    With `at_least`, the picture is decoded at a half, a quarter or an eighth of its size, as long
    as its longer side keeps that many pixels: the scales at which decoding is cheaper.
    Raises InvalidFrameError("undecodable").
    """
    shrink = 1
    longer = max(frame.width, frame.height)
    while at_least is not None and shrink < 8 and longer // (2 * shrink) >= at_least:
        shrink *= 2
    try:
        stored = simplejpeg.decode_jpeg(
            frame.jpeg,
            colorspace="RGB",
            fastdct=True,
            fastupsample=True,
            min_height=-(-frame.height // shrink),
            min_width=-(-frame.width // shrink),
            min_factor=1,
        )
    except (ValueError, MemoryError) as error:
        raise InvalidFrameError("undecodable", f"the picture cannot be decoded: {error}") from None
    picture = upright(stored, frame.orientation)
    picture.flags.writeable = False
    return picture


def upright(stored: Picture, orientation: int) -> Picture:
    """Undo an EXIF orientation."""
    if orientation == 1:
        return stored
    if orientation in TURNED:
        stored = stored.transpose(1, 0, 2)
    if orientation in (2, 3, 6, 7):
        stored = stored[:, ::-1]
    if orientation in (3, 4, 7, 8):
        stored = stored[::-1]
    return np.ascontiguousarray(stored)
