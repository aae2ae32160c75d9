"""Pictures and videos as the service would get them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import simplejpeg
from numpy.typing import NDArray

from app.errors import ProctorError
from app.types import Frame
from app.vision.decode import FrameLimits, Picture, read_header

BEFORE = 2.0
"""Seconds before a time in which the frame that is shown then is looked for."""
QUALITY = 92
"""Of the JPEGs that are made where the media holds none."""
LIMITS = FrameLimits(most_bytes=64 * 1024 * 1024, shortest_side=16, longest_side=16384)
"""Labelled media may be larger than what a service takes."""


class MediaError(ProctorError):
    """A picture or a video cannot be read: names it."""


def jpeg_of(path: Path) -> bytes:
    """The file itself where it is a JPEG; other pictures are encoded."""
    if path.suffix.lower() in (".jpg", ".jpeg"):
        return path.read_bytes()
    return encoded(picture_of(path))


def encoded(picture: Picture) -> bytes:
    """As JPEG."""
    jpeg: bytes = simplejpeg.encode_jpeg(np.ascontiguousarray(picture), QUALITY)
    return jpeg


def frame_of(jpeg: bytes, at: float) -> Frame:
    """As a socket would make it. Raises InvalidFrameError."""
    return read_header(jpeg, LIMITS).frame(jpeg, at=at, received_at=at)


def picture_of(path: Path) -> Picture:
    """Upright, RGB. Raises MediaError."""
    stored = cv2.imread(str(path), cv2.IMREAD_COLOR)
    if stored is None:
        raise MediaError(f"{path} is no picture that can be read")
    return _rgb(stored)


def frames(video: Path, since: float = 0.0) -> Iterator[tuple[float, Picture]]:
    """Seconds and pixels of every frame; the times are the file's own. Raises MediaError.

    Earlier frames than `since` are left out.
    """
    capture = cv2.VideoCapture(str(video))
    fps = capture.get(cv2.CAP_PROP_FPS) or 30.0
    number, last = 0, -1.0
    try:
        while capture.grab():
            at = capture.get(cv2.CAP_PROP_POS_MSEC) / 1000
            if at <= last:  # some files keep no times, or repeat one
                at = max(number / fps, last + 1e-3)
            if at >= since:
                _, picture = capture.retrieve()
                yield at, _rgb(picture)
            number, last = number + 1, at
    finally:
        capture.release()
    if not number:
        raise MediaError(f"{video} is no video that can be read")


def frames_at(video: Path, times: list[float]) -> list[Picture]:
    """The frames shown at these times, in their order; the last one for times beyond the end."""
    found = _frames_at(video, times, since=min(times) - BEFORE)
    if found is None:  # all of them lie beyond the end
        found = _frames_at(video, times, since=0.0)
    if found is None:
        raise MediaError(f"{video} is no video that can be read")
    return found


def _frames_at(video: Path, times: list[float], since: float) -> list[Picture] | None:
    wanted = sorted(range(len(times)), key=lambda i: times[i])
    found: dict[int, Picture] = {}
    shown: Picture | None = None
    for at, picture in frames(video, since):
        while wanted and times[wanted[0]] < at:
            found[wanted.pop(0)] = picture if shown is None else shown
        if not wanted:
            break
        shown = picture
    if shown is None:
        return [found[i] for i in range(len(times))] if not wanted else None
    return [found.get(i, shown) for i in range(len(times))]


def _rgb(bgr: NDArray[Any]) -> Picture:
    return np.asarray(cv2.cvtColor(bgr, cv2.COLOR_BGR2RGB), np.uint8)
