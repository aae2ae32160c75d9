"""What the adapter is shown and told when it is measured: frames as WebRTC has them, speech."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import cv2
import numpy as np
import soxr
from numpy.typing import NDArray

from benchmarks.clip import ACTS, fitted
from benchmarks.portrait import Portrait
from benchmarks.scenes import Act, Scene
from benchmarks.service import ServiceError
from benchmarks.sound_load import RATE as CALL_RATE
from benchmarks.sound_load import call
from benchmarks.warp import Image

CLIP = (
    Path(__file__).resolve().parents[2] / "shared/assets/video/webcam_gaze_calibrate.mp4"
)  # 1280x720
FRAMES, ORDER, SOUND = "frames.npy", "order.npy", "sound.pcm"
RATE = 48_000
"""Hertz, as microphones in a room have them."""
NOISE_SECONDS = 20
DIFFERENT = 74
"""Frames held in memory: 100 MB at 720p."""
OF_EACH = 24
"""Different frames with a candidate, and without, where both take turns."""
TURN = 90
"""Frames from one change to the next: 3 s at 30 a second."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Media:
    """One round, to be repeated."""

    frames: NDArray[np.uint8]
    """I420, shape (n, height * 3 / 2, width)."""
    order: NDArray[np.int64]
    """Which frame is shown, one after the other."""
    pcm: bytes
    """s16le, mono, 48 kHz."""

    def save(self, folder: Path) -> None:
        """For `load`, in another process."""
        np.save(folder / FRAMES, self.frames)
        np.save(folder / ORDER, self.order)
        (folder / SOUND).write_bytes(self.pcm)

    @staticmethod
    def load(folder: Path) -> "Media":
        """What `save` wrote; the frames stay in the file until they are read."""
        return Media(
            frames=np.load(folder / FRAMES, mmap_mode="r"),
            order=np.load(folder / ORDER),
            pcm=(folder / SOUND).read_bytes(),
        )


def candidate(width: int, height: int) -> Media:
    """Somebody at a desk who speaks; forwards and backwards, so that no frame follows a jump."""
    frames = np.stack([_i420(each, width, height) for each in islice(_pictures(), DIFFERENT)])
    there = np.arange(len(frames))
    return Media(frames=frames, order=np.concatenate([there, there[::-1]]), pcm=speech())


def turns(width: int, height: int) -> Media:
    """Somebody who speaks and is gone every other time."""
    gone = Portrait().frames([Act(scene=Scene.GONE, seconds=3.0)])
    empty = list(gone)[-OF_EACH:]
    portrait = list(Portrait().frames(ACTS))[:OF_EACH]
    frames = np.stack([_i420(each, width, height) for each in (*portrait, *empty)])
    swing = np.abs((np.arange(TURN) + OF_EACH) % (2 * OF_EACH - 2) - OF_EACH + 1)
    return Media(frames=frames, order=np.concatenate([swing, swing + OF_EACH]), pcm=speech())


def speech() -> bytes:
    """The call that rides in pyannote.audio; noise that comes and goes where that is missing."""
    try:
        samples = np.frombuffer(call(), "<i2").astype(np.float32)
        sound = soxr.resample(samples, CALL_RATE, RATE)
    except ServiceError:
        times = np.arange(NOISE_SECONDS * RATE) / RATE
        loudness = 3000 * np.clip(np.sin(2 * np.pi * times / 4), 0, 1)
        sound = loudness * np.random.default_rng(1).normal(0, 1, len(times))
    pcm: bytes = np.clip(sound, -32768, 32767).astype("<i2").tobytes()
    return pcm


def _pictures() -> Iterator[Image]:
    """RGB; of a real webcam where its clip is there."""
    if not CLIP.is_file():
        yield from Portrait().frames(ACTS)
        return
    capture = cv2.VideoCapture(str(CLIP))
    while (read := capture.read())[0]:
        yield np.asarray(cv2.cvtColor(read[1], cv2.COLOR_BGR2RGB), np.uint8)
    capture.release()


def _i420(picture: Image, width: int, height: int) -> NDArray[np.uint8]:
    rgb = fitted(picture, width, height)
    return np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2YUV_I420), np.uint8)
