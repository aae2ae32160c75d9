"""From a video frame as WebRTC has it to a JPEG as the service takes it."""

from dataclasses import dataclass
from typing import cast

import numpy as np
import simplejpeg
from numpy.typing import NDArray

LONGEST_SIDE = 640
"""Pixels: what is at least twice as long is halved, three times as long divided by three."""
QUALITY = 85
TURNS = {0: 0, 90: 3, 180: 2, 270: 1}
"""Quarter turns counter-clockwise that undo a rotation, by its degrees clockwise."""

Plane = NDArray[np.uint8]


def _full_range(black: int, white: int, middle: int = 0) -> bytes:
    """From video's limited range to a JPEG's full one, as `bytes.translate` takes it."""
    levels = np.arange(256, dtype=np.float64)
    stretched = (levels - (middle or black)) * 255 / (white - black) + middle
    return np.clip(np.rint(stretched), 0, 255).astype(np.uint8).tobytes()


LUMA, CHROMA = _full_range(16, 235), _full_range(16, 240, 128)


@dataclass(frozen=True, slots=True, kw_only=True)
class I420:
    """One frame: a plane of brightness, and two of colour with half its width and height."""

    data: bytes | bytearray | memoryview
    """The planes one after the other, without padding."""
    width: int
    height: int
    rotation: int = 0
    """Degrees clockwise by which it has to be turned to stand upright: 0, 90, 180 or 270."""

    def planes(self) -> tuple[Plane, Plane, Plane]:
        """Brightness, blue and red."""
        columns, rows = -(-self.width // 2), -(-self.height // 2)
        flat = np.frombuffer(self.data, np.uint8)
        luma, colour = self.width * self.height, columns * rows
        if len(flat) != luma + 2 * colour:
            raise ValueError(f"{len(flat)} bytes are no I420 of {self.width}x{self.height}")
        return (
            flat[:luma].reshape(self.height, self.width),
            flat[luma : luma + colour].reshape(rows, columns),
            flat[luma + colour :].reshape(rows, columns),
        )


def encode(frame: I420, longest: int = LONGEST_SIDE, quality: int = QUALITY) -> bytes:
    """A JPEG, upright, its longer side from `longest` to just below twice that, or as it is."""
    divisor = max(1, max(frame.width, frame.height) // longest)
    luma, blue, red = frame.planes()
    if divisor > 1:
        # The same number of whole pixels in each plane: colour stays where it belongs.
        rows, columns = (side // (2 * divisor) for side in (frame.height, frame.width))
        luma = _shrunk(luma, 2 * rows, 2 * columns, divisor)
        blue, red = (_shrunk(plane, rows, columns, divisor) for plane in (blue, red))
    turns = TURNS[frame.rotation]
    upright = [
        np.ascontiguousarray(np.rot90(_translated(plane, levels), turns))
        for levels, plane in ((LUMA, luma), (CHROMA, blue), (CHROMA, red))
    ]
    return cast(bytes, simplejpeg.encode_jpeg_yuv_planes(*upright, quality=quality))


def _shrunk(plane: Plane, rows: int, columns: int, divisor: int) -> Plane:
    """Each pixel the mean of a square of `divisor` pixels."""
    whole = plane[: rows * divisor, : columns * divisor]
    if divisor == 2:
        return _halved(whole)
    lines = whole[::divisor].astype(np.uint16)  # whole lines first: they lie side by side
    for down in range(1, divisor):
        lines += whole[down::divisor]
    total = lines[:, ::divisor] + divisor * divisor // 2
    for right in range(1, divisor):
        total += lines[:, right::divisor]
    return (total // (divisor * divisor)).astype(np.uint8)


def _halved(plane: Plane) -> Plane:
    """The same for squares of two, which 720p needs: pairs of pixels are read as one number."""
    pairs = plane.view(np.uint16)
    total = pairs[::2] & 255
    for half in (pairs[1::2] & 255, pairs[::2] >> 8, pairs[1::2] >> 8):
        total += half
    total += 2
    total >>= 2
    return total.astype(np.uint8)


def _translated(plane: Plane, levels: bytes) -> Plane:
    """Each level as `levels` has it; twice as fast as numpy's indexing."""
    return np.frombuffer(plane.tobytes().translate(levels), np.uint8).reshape(plane.shape)
