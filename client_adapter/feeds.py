"""From a LiveKit track to the service, frame by frame."""

import asyncio
import contextlib
import logging
import time
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Protocol

from livekit import rtc

from client_adapter.jpeg import I420, LONGEST_SIDE, encode
from client_adapter.picture_sender import Picture
from client_adapter.sampler import Sampler
from client_adapter.sockets import ProctorClosed

logger = logging.getLogger(__name__)

SAMPLE_RATE = 16_000
FRAME_MS = 100
SOUND_FRAMES = 300
"""Frames of sound that may wait while the event loop is busy: half a minute. What LiveKit drops
beyond that nobody counts."""
CLOSING_SECONDS = 2.0
"""What a stream has to end; WebRTC's side may be gone already."""
KEPT = 8 << 20
"""Bytes: glibc keeps freed memory of blocks that are no larger than one that was freed before, and
LiveKit makes a block for each frame; without this it would be the system's each time."""
Send = Callable[[bytes], Awaitable[None]]
Show = Callable[[Picture], Awaitable[None]]
Refuse = Callable[[ProctorClosed], None]


class Stream(Protocol):
    """What `rtc.VideoStream` and `rtc.AudioStream` have in common."""

    async def aclose(self) -> None: ...


class Feed(ABC):
    """One track on its way to the service, until it is closed."""

    def __init__(self, track: rtc.Track, refuse: Refuse) -> None:
        """`refuse` is told where the service will not have it."""
        self.track = track
        self.muted = False
        """While it is, nothing is sent."""
        self._refuse = refuse
        self._task = asyncio.create_task(self._watch(), name=f"{type(self).__name__} {track.sid}")

    @property
    def ended(self) -> bool:
        """Whether nothing will come of it any more."""
        return self._task.done()

    async def close(self) -> None:
        """Send nothing more; the stream is closed afterwards."""
        # A stream that waits for its next frame does not end when it is closed: the task first.
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def _watch(self) -> None:
        try:
            await self._run()
        except ProctorClosed as closed:
            self._refuse(closed)
        except Exception:
            logger.exception("track %s is sent no more", self.track.sid)

    @abstractmethod
    async def _run(self) -> None:
        """Read the track's stream and hand over what comes. Raises ProctorClosed."""


class PictureFeed(Feed):
    """A camera's."""

    def __init__(
        self,
        track: rtc.Track,
        show: Show,
        refuse: Refuse,
        *,
        fps: float,
        longest: int = LONGEST_SIDE,
    ) -> None:
        self._show = show
        self._sampler = Sampler(fps)
        self._longest = longest
        super().__init__(track, refuse)

    async def _run(self) -> None:
        bytes(KEPT)  # freed at once
        stream = rtc.VideoStream(self.track, capacity=1)
        try:
            async for event in stream:
                at = event.timestamp_us / 1e6 if event.timestamp_us > 0 else time.monotonic()
                if not self.muted and self._sampler.takes(at):
                    await self._show(partial(_jpeg, event, self._longest))
        finally:
            await _close(stream)


class SoundFeed(Feed):
    """A microphone's."""

    def __init__(self, track: rtc.Track, send: Send, refuse: Refuse) -> None:
        self._send = send
        super().__init__(track, refuse)

    async def _run(self) -> None:
        stream = rtc.AudioStream(
            self.track,
            capacity=SOUND_FRAMES,
            sample_rate=SAMPLE_RATE,
            num_channels=1,
            frame_size_ms=FRAME_MS,
        )
        try:
            async for event in stream:
                if not self.muted:
                    await self._send(bytes(event.frame.data))
        finally:
            await _close(stream)


async def _close(stream: Stream) -> None:
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(stream.aclose(), CLOSING_SECONDS)


def _jpeg(event: rtc.VideoFrameEvent, longest: int) -> bytes:
    frame = event.frame
    if frame.type != rtc.VideoBufferType.I420:
        frame = frame.convert(rtc.VideoBufferType.I420)
    raw = I420(
        data=frame.data,
        width=frame.width,
        height=frame.height,
        rotation=90 * event.rotation,  # type: ignore[operator]  # quarter turns, as a number
    )
    return encode(raw, longest)
