"""A camera, a file or a stream, opened by OpenCV: one picture after the other, upright."""

import os
import re
import sys
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Self

import cv2
import numpy as np
from numpy.typing import NDArray

from app.errors import CameraError

PATIENCE = 10_000
"""Milliseconds for which a stream may take to open, and then to give each picture."""
LONGEST_SIDE = 1280
"""Pixels: a face across a room is found in no fewer, and more cost time alone."""
DEVICES = Path("/dev")
_SCHEME = "[A-Za-z][A-Za-z0-9+.-]+"

Colours = NDArray[np.uint8]
"""BGR, shape (height, width, 3), upright."""


class SourceKind(StrEnum):
    """What pictures come from."""

    CAMERA = "camera"
    """One of this machine."""
    FILE = "file"
    STREAM = "stream"
    """From the network, by whatever FFmpeg knows: RTSP, HTTP and others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where pictures come from."""

    kind: SourceKind
    address: str
    """A camera's number or device, a file's path, a stream's URL with its password."""

    @classmethod
    def of(cls, text: str) -> Self:
        """From what an operator writes: 0, film.mp4, rtsp://…"""
        if text.isascii() and text.isdigit():
            return cls(kind=SourceKind.CAMERA, address=str(int(text)))
        if text.startswith("/dev/"):
            return cls(kind=SourceKind.CAMERA, address=text)
        if text.startswith("file://"):
            return cls(kind=SourceKind.FILE, address=text.removeprefix("file://"))
        is_stream = re.match(f"{_SCHEME}://", text)
        return cls(kind=SourceKind.STREAM if is_stream else SourceKind.FILE, address=text)

    @property
    def name(self) -> str:
        """For people and logs: without the password, and without what a query may hide."""
        if self.kind is SourceKind.CAMERA:
            return f"camera {self.address}" if self.address.isdigit() else self.address
        if self.kind is SourceKind.FILE and not _like_url(self.address):
            return self.address
        return _without_secrets(self.address)


class Capture:
    """An open source; one thread at a time."""

    def __init__(self, source: Source) -> None:
        """Raises CameraError."""
        _mute()
        if source.kind is SourceKind.FILE:
            _check_file(source)
        self.source = source
        self._capture = _opened(source)
        if not self._capture.isOpened():
            raise _unopened(source)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def fps(self) -> float | None:
        """Pictures a second, as a file says; None: it says none that can be."""
        told = float(self._capture.get(cv2.CAP_PROP_FPS))
        return told if 0 < told <= 1000 else None

    @property
    def recorded(self) -> bool:
        """Whether it has an end of its own, which comes sooner than its time unless it is awaited:
        a file, or a stream that says how long it is, such as a film on a web server."""
        if self.source.kind is SourceKind.STREAM:
            return float(self._capture.get(cv2.CAP_PROP_FRAME_COUNT)) > 0
        return self.source.kind is SourceKind.FILE

    @property
    def position(self) -> float:
        """Of the newest grabbed picture in its file, in seconds."""
        return float(self._capture.get(cv2.CAP_PROP_POS_MSEC)) / 1000

    def grab(self) -> bool:
        """Go on to the next picture; False: there is none, or none comes any more."""
        return bool(self._capture.grab())

    def picture(self) -> Colours | None:
        """The grabbed one; None: it cannot be decoded."""
        decoded, picture = self._capture.retrieve()
        return picture if decoded and picture is not None and picture.ndim == 3 else None

    def close(self) -> None:
        """Let go of the camera or the connection."""
        self._capture.release()


def fitted(picture: Colours, longest: int) -> Colours:
    """Its longer side with so many pixels at most."""
    height, width = picture.shape[:2]
    scale = longest / max(height, width)
    if scale >= 1:
        return picture
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)


def check(source: Source, shortest: int, longest: int) -> None:
    """That a first picture comes whose sides, made to fit, can be analysed. Raises CameraError."""
    with Capture(source) as capture:
        picture = capture.picture() if capture.grab() else None
    if picture is None:
        raise CameraError(f"{source.name} gives no pictures", mend="look at it in another program")
    height, width = fitted(picture, longest).shape[:2]
    if min(height, width) < shortest:
        raise CameraError(
            f"{source.name} gives pictures of {picture.shape[1]}x{picture.shape[0]} pixels: "
            f"too small, or too narrow to be made fit; {shortest} are needed at least",
            mend="choose a larger format",
        )


def _like_url(path: str) -> bool:
    """Whether somebody may have meant a stream: rtsp:/u:p@h, u:p@h; not C:\\film.mp4."""
    if re.match(r"[a-z]:[\\/]", path, re.IGNORECASE):
        return False
    return re.match(rf"\s*{_SCHEME}:", path) is not None or re.search(":.*@", path) is not None


def _without_secrets(url: str) -> str:
    """Passwords may hold any sign, unescaped; where that leaves two readings, little is left."""
    known = re.match(rf"\s*({_SCHEME}:/*)", url)
    scheme, rest = (known[1], url[known.end() :]) if known else ("", url)
    user, at, place = rest.rpartition("@")
    if re.search("[/?#]", user) and re.search("[?#;&=]", user):
        return f"{scheme}…"  # the last @ may as well be one of a query
    return scheme + ("…@" if at and not scheme else "") + re.split("[?#;&=]", place)[0]


def _mute() -> None:
    """What goes wrong is said by this service, in one line; FFmpeg reads its level once."""
    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
    os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")


def _opened(source: Source) -> Any:
    if source.kind is SourceKind.CAMERA:
        number = source.address.isdigit()
        return cv2.VideoCapture(int(source.address) if number else source.address)
    if source.kind is SourceKind.FILE:
        return cv2.VideoCapture(source.address, cv2.CAP_FFMPEG)
    patience = [cv2.CAP_PROP_OPEN_TIMEOUT_MSEC, PATIENCE, cv2.CAP_PROP_READ_TIMEOUT_MSEC, PATIENCE]
    return cv2.VideoCapture(source.address, cv2.CAP_FFMPEG, patience)


def _check_file(source: Source) -> None:
    path = Path(source.address)
    if not path.exists():
        raise CameraError(f"there is no file {source.name}", mend="look at its path")
    if path.is_dir():
        raise CameraError(f"{source.name} is a folder", mend="name a file in it")
    if not os.access(path, os.R_OK):
        raise CameraError(f"{source.name} may not be read", mend=f"chmod +r {source.name}")


def _unopened(source: Source) -> CameraError:
    if source.kind is SourceKind.FILE:
        return CameraError(
            f"OpenCV cannot read {source.name}: it holds no pictures, is damaged, or is of a "
            "format that it does not know",
            mend="convert it to MP4 with H.264",
        )
    if source.kind is SourceKind.STREAM:
        return CameraError(
            f"{source.name} cannot be opened: nobody answers there, it asks for another password, "
            "or it is no video",
            mend="try the address in another player",
        )
    return _no_camera(source)


def _no_camera(source: Source) -> CameraError:
    device = f"/dev/video{source.address}" if source.address.isdigit() else source.address
    if sys.platform == "darwin":
        mend = "allow this terminal to use it: System Settings, Privacy & Security, Camera"
        return CameraError(f"{source.name} cannot be opened", mend=mend)
    if not sys.platform.startswith("linux"):
        return CameraError(
            f"{source.name} cannot be opened",
            mend="allow programs to use it in the system's settings of privacy",
        )
    found = sorted(str(each) for each in DEVICES.glob("video*"))
    if device in found:
        return CameraError(
            f"{source.name} ({device}) cannot be opened: another program uses it, this user may "
            "not, or it gives no pictures",
            mend="close the other program, or add the user to the group video",
        )
    there = f"there are {', '.join(found)}" if found else "no /dev/video* exists"
    return CameraError(
        f"there is no {source.name}: {there}",
        mend=f"plug it in; a container needs: docker run --device {device}",
    )
