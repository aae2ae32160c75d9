"""A film of a candidate who leaves the picture, and the player that publishes it from its file."""

import asyncio
import time
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.video.frame import VideoFrame
from livekit import rtc

from client_adapter.stream import Media, read
from tests.media import noisy, room, with_faces

WIDTH, HEIGHT, FPS = 640, 480, 10
SAMPLE_RATE = 16_000
PRESENT_SECONDS, AWAY_SECONDS = 5, 7
"""Longer than the rule waits for somebody who is away (3 s), and for their return."""


def write_film(file: Path) -> None:
    """Pictures and a hum, Matroska."""
    present, away = with_faces((0.5, 0.45, 130), width=WIDTH, height=HEIGHT), room(WIDTH, HEIGHT)
    hum = np.sin(np.arange(SAMPLE_RATE // FPS) * 2 * np.pi * 200 / SAMPLE_RATE)
    pcm = (2000 * hum).astype("<i2").reshape(1, -1)
    with av.open(file, "w", format="matroska") as out:
        pictures = out.add_stream("mpeg4", rate=FPS)
        pictures.width, pictures.height, pictures.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        pictures.bit_rate = 3_000_000
        sound = out.add_stream("pcm_s16le", rate=SAMPLE_RATE, layout="mono")
        for number in range(FPS * (PRESENT_SECONDS + AWAY_SECONDS)):
            scene = present if number < FPS * PRESENT_SECONDS else away
            picture = VideoFrame.from_ndarray(noisy(scene, 1.5, number), format="rgb24")
            picture.pts, picture.time_base = number, Fraction(1, FPS)
            out.mux(pictures.encode(picture))
            heard = AudioFrame.from_ndarray(pcm, format="s16", layout="mono")
            heard.sample_rate, heard.pts = SAMPLE_RATE, number * pcm.size
            heard.time_base = Fraction(1, SAMPLE_RATE)
            out.mux(sound.encode(heard))
        out.mux(pictures.encode(None))
        out.mux(sound.encode(None))


class Player:
    """Plays a film again and again; its tracks can be published."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._pictures = rtc.VideoSource(WIDTH, HEIGHT)
        self._sound = rtc.AudioSource(SAMPLE_RATE, 1)
        self._task = asyncio.create_task(self._run())

    def camera(self) -> rtc.LocalVideoTrack:
        """A new track."""
        return rtc.LocalVideoTrack.create_video_track("camera", self._pictures)

    def microphone(self) -> rtc.LocalAudioTrack:
        """A new track."""
        return rtc.LocalAudioTrack.create_audio_track("microphone", self._sound)

    async def close(self) -> None:
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        await self._pictures.aclose()
        await self._sound.aclose()

    async def _run(self) -> None:
        while True:
            began = time.monotonic()
            media: Iterator[Media] = read(str(self._file))
            while (item := await asyncio.to_thread(next, media, None)) is not None:
                at, piece = item
                await asyncio.sleep(began + at - time.monotonic())
                if isinstance(piece, bytes):
                    frame = rtc.AudioFrame(piece, SAMPLE_RATE, 1, len(piece) // 2)
                    await self._sound.capture_frame(frame)
                else:
                    self._pictures.capture_frame(_i420(piece))


def _i420(frame: VideoFrame) -> rtc.VideoFrame:
    planes = frame.reformat(format="yuv420p").to_ndarray().tobytes()
    return rtc.VideoFrame(frame.width, frame.height, rtc.VideoBufferType.I420, planes)
