"""Cameras and microphones without a person: real LiveKit tracks that play what a test gives."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from itertools import cycle
from typing import Any, cast

import cv2
import numpy as np
from livekit import rtc

from tests.media import Picture, room

SAMPLE_RATE = 48_000
PIECE = SAMPLE_RATE // 50
"""Samples in 20 ms, as a browser sends them."""


def i420(picture: Picture) -> rtc.VideoFrame:
    """As a camera gives it."""
    height, width = picture.shape[:2]
    planes: Any = cv2.cvtColor(picture, cv2.COLOR_RGB2YUV_I420)
    return rtc.VideoFrame(width, height, rtc.VideoBufferType.I420, planes.tobytes())


NOBODY = i420(room(320, 240))


class Camera:
    """Shows the same frames again and again, until `close`."""

    def __init__(
        self, frames: Sequence[rtc.VideoFrame] = (NOBODY,), *, fps: float = 30.0, rotation: int = 0
    ) -> None:
        """`rotation`: quarter turns."""
        self._source = rtc.VideoSource(frames[0].width, frames[0].height)
        self.track = rtc.LocalVideoTrack.create_video_track("camera", self._source)
        self._task = asyncio.create_task(self._film(frames, fps, cast(Any, rotation)))

    async def close(self) -> None:
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        await self._source.aclose()

    async def _film(self, frames: Sequence[rtc.VideoFrame], fps: float, rotation: Any) -> None:
        loop = asyncio.get_running_loop()
        due = loop.time()
        for frame in cycle(frames):
            self._source.capture_frame(frame, rotation=rotation)
            due += 1 / fps
            await asyncio.sleep(due - loop.time())


class Microphone:
    """Hears a hum at 48 kHz, as browsers send it, until `close`."""

    def __init__(self) -> None:
        self._source = rtc.AudioSource(SAMPLE_RATE, 1, queue_size_ms=200)
        self.track = rtc.LocalAudioTrack.create_audio_track("microphone", self._source)
        wave = 3000 * np.sin(np.arange(PIECE) * 2 * np.pi * 220 / SAMPLE_RATE)
        self._frame = rtc.AudioFrame(wave.astype("<i2").tobytes(), SAMPLE_RATE, 1, PIECE)
        self._task = asyncio.create_task(self._hear())

    async def close(self) -> None:
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        await self._source.aclose()

    async def _hear(self) -> None:
        while True:
            await self._source.capture_frame(self._frame)


@asynccontextmanager
async def camera(
    frames: Sequence[rtc.VideoFrame] = (NOBODY,), *, fps: float = 30.0, rotation: int = 0
) -> AsyncIterator[rtc.LocalVideoTrack]:
    """Its track."""
    source = Camera(frames, fps=fps, rotation=rotation)
    try:
        yield source.track
    finally:
        await source.close()


@asynccontextmanager
async def microphone() -> AsyncIterator[rtc.LocalAudioTrack]:
    """Its track."""
    source = Microphone()
    try:
        yield source.track
    finally:
        await source.close()
