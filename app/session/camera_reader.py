"""The thread that reads the service's own camera, at the pace of what it reads."""

import asyncio
import contextlib
import logging
import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

import simplejpeg

from app.errors import CameraError
from app.session.file_pace import FilePace
from app.session.waits import Waits
from app.vision.capture import Capture, Source, SourceKind, fitted

logger = logging.getLogger(__name__)

MOST_PER_SECOND = 30.0
"""Pictures handed over, at most: what the cadences count by."""
EARLY = 0.25
"""Of the time between two: so much sooner may a picture come, since cameras jitter."""
QUALITY = 85
USUAL_FPS = 25.0
"""Of a file that tells neither times nor a rate."""
LONGEST_UNSEEN = 0.2
"""Seconds after which a picture is shown though it is late: a slow machine sees few, not none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shot:
    """One picture of the camera."""

    jpeg: bytes
    received_at: float
    """Seconds on the machine's monotonic clock, when it was here."""


class CameraInbox:
    """What the thread says, on the event loop: the newest picture wins."""

    def __init__(self) -> None:
        self.news = asyncio.Event()
        """Set whenever something is here to be taken."""
        self.shot: Shot | None = None
        self.trouble: CameraError | None = None
        """Why no pictures come at present; None: they do, or may still."""
        self.ended = False
        """The file is over; a shot may wait still."""

    def put(self, shot: Shot) -> None:
        """A picture; what waits is displaced."""
        self.shot, self.trouble = shot, None
        self.news.set()

    def fail(self, trouble: CameraError) -> None:
        """None comes; it is tried again."""
        self.trouble = trouble
        self.news.set()

    def end(self) -> None:
        """None will come."""
        self.ended = True
        self.news.set()

    def take(self) -> Shot | None:
        """The picture that waits, if one does."""
        shot, self.shot = self.shot, None
        return shot


class CameraReader:
    """Reads a source from its beginning until it is closed, or what was recorded is over.

    What breaks is opened again and again, after growing waits.
    """

    def __init__(self, source: Source, inbox: CameraInbox, *, repeats: bool, longest: int) -> None:
        """`repeats`: what was recorded begins anew at its end. `longest`: pixels of a picture's
        longer side.

        To be made on the event loop of `inbox`.
        """
        self._source = source
        self._inbox = inbox
        self._repeats = repeats
        self._longest = longest
        self._loop = asyncio.get_running_loop()
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._run, name="camera", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Hand over nothing more; a thread that waits for a picture ends after that."""
        self._closed.set()

    def _run(self) -> None:
        waits = Waits()
        while not self._closed.is_set():
            lasted: float | None = None
            try:
                with Capture(self._source) as capture:
                    recorded, lasted = capture.recorded, self._play(capture)
                if lasted is not None and recorded:
                    if self._repeats:
                        continue
                    self._tell(self._inbox.end)
                    return
                trouble = _no_pictures(self._source, more=lasted is not None)
            except CameraError as error:
                trouble = error
            except Exception as error:
                logger.exception("reading the camera failed")
                trouble = CameraError(f"{self._source.name}: {error}", mend="look at the log")
            if not self._closed.is_set():
                self._tell(self._inbox.fail, trouble)
                self._closed.wait(waits.after(lasted))

    def _play(self, capture: Capture) -> float | None:
        """Until nothing more comes: the seconds from the first picture to the last; None: none."""
        recorded = capture.recorded
        pace = FilePace(capture.fps or USUAL_FPS)
        due = shown_at = -math.inf
        first_at: float | None = None
        while not self._closed.is_set() and capture.grab():
            if recorded:
                self._closed.wait(pace.ahead(capture.position, time.monotonic()))
            now = time.monotonic()
            if recorded and pace.behind(now) and now - shown_at < LONGEST_UNSEEN:
                continue
            if now < due - EARLY / MOST_PER_SECOND or (picture := capture.picture()) is None:
                continue
            due = max(due + 1 / MOST_PER_SECOND, now)
            jpeg = simplejpeg.encode_jpeg(
                fitted(picture, self._longest), QUALITY, colorspace="BGR", colorsubsampling="420"
            )
            self._tell(self._inbox.put, Shot(jpeg=jpeg, received_at=now))
            shown_at = now
            first_at = now if first_at is None else first_at
        if recorded:
            self._closed.wait(pace.rest(time.monotonic()))
        return None if first_at is None else shown_at - first_at

    def _tell(self, what: Callable[..., None], *given: object) -> None:
        with contextlib.suppress(RuntimeError):  # the loop is closed, and nobody is left to tell
            self._loop.call_soon_threadsafe(what, *given)


def _no_pictures(source: Source, *, more: bool) -> CameraError:
    return CameraError(
        f"{source.name} gives no {'more ' if more else ''}pictures",
        mend="look at what it shows elsewhere"
        if source.kind is SourceKind.FILE
        else "look at its cable, its power and its network",
    )
