"""A worker that holds nothing but the adapter, and the tracks of a room that it watches.

    python -m benchmarks.adapter_worker FOLDER --url ws://127.0.0.1:8000/ws/proctor

It obeys one word a line on its standard input and answers each with a line of JSON. The tracks are
real ones, fed by this process, since a local track's source lives where the track is.
"""

import argparse
import asyncio
import json
import logging
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from livekit import rtc
from livekit.rtc._proto.participant_pb2 import OwnedParticipant, ParticipantInfo

from benchmarks.adapter_media import RATE, Media
from client_adapter.feeds import FRAME_MS, SAMPLE_RATE
from client_adapter.livekit import FPS, Procturing
from client_adapter.plan import Plan

PIECE = RATE // 10
"""Samples that a microphone hands over at once."""


class Room(rtc.Room):
    """Connected to nothing."""

    @property
    def name(self) -> str:
        """A room that is not connected has none, and then a participant belongs nowhere."""
        return "measured"


class Participant:
    """One who is watched: camera and microphone, and what became of them."""

    def __init__(
        self, name: str, url: str, *, frame: rtc.VideoFrame, rules: dict[str, Any], fps: float
    ) -> None:
        """`frame`: one like those of the camera."""
        self.fed_seconds = 0.0
        self.fed_pictures = 0
        self._events: list[dict[str, Any]] = []
        self._camera = rtc.VideoSource(frame.width, frame.height)
        self._picture = rtc.LocalVideoTrack.create_video_track("camera", self._camera)
        self._microphone = rtc.AudioSource(RATE, 1)
        self._sound = rtc.LocalAudioTrack.create_audio_track("microphone", self._microphone)
        self._drains: list[asyncio.Task[None]] = []
        self._procturing = Procturing(
            rtc.RemoteParticipant(OwnedParticipant(info=ParticipantInfo(identity=name))),
            Room(),
            api_url=url,
            on_alert=lambda message: self._events.extend(message["events"]),
            fps=fps,
            plan=Plan(rules=rules),
        )

    async def show(self, frames: Sequence[rtc.VideoFrame], fps: float, first: int) -> None:
        """Be a camera, for ever."""
        began = time.monotonic()
        while True:
            await asyncio.sleep(began + self.fed_pictures / fps - time.monotonic())
            self._camera.capture_frame(frames[(first + self.fed_pictures) % len(frames)])
            self.fed_pictures += 1

    async def speak(self, pieces: Sequence[rtc.AudioFrame]) -> None:
        """Be a microphone, for ever."""
        began, number = time.monotonic(), 0
        while True:
            await asyncio.sleep(began + number * PIECE / RATE - time.monotonic())
            await self._microphone.capture_frame(pieces[number % len(pieces)])
            number += 1
            self.fed_seconds = number * PIECE / RATE

    async def watch(self) -> None:
        """As a worker does."""
        self._procturing.video_track = self._picture
        self._procturing.audio_track = self._sound
        await self._procturing.start_if_ready()

    async def stop(self) -> None:
        """As a worker does."""
        await self._procturing.stop()

    def drain(self) -> None:
        """Take what LiveKit's streams give, as the adapter has them, and do nothing with it."""
        pictures = rtc.VideoStream(self._picture, capacity=1)
        sound = rtc.AudioStream(
            self._sound, sample_rate=SAMPLE_RATE, num_channels=1, frame_size_ms=FRAME_MS
        )
        self._drains = [asyncio.create_task(_drain(each)) for each in (pictures, sound)]

    async def rest(self) -> None:
        """No more of it."""
        for task in self._drains:
            task.cancel()
        await asyncio.gather(*self._drains, return_exceptions=True)

    def status(self) -> dict[str, Any]:
        """Since it came; events since they were asked for last."""
        events, self._events = self._events, []
        client = self._procturing.client
        return {
            "session": self._procturing.session_id,
            "fed_seconds": self.fed_seconds,
            "fed_pictures": self.fed_pictures,
            "sent": None if client is None else asdict(client.sent),
            "events": events,
        }


async def _drain(stream: rtc.VideoStream | rtc.AudioStream) -> None:
    try:
        async for _ in stream:
            pass
    finally:
        await stream.aclose()


def _frames(media: Media) -> list[rtc.VideoFrame]:
    """In their order; one that is shown again is the same object."""
    rows, width = media.frames.shape[1:]
    different = [
        rtc.VideoFrame(width, rows * 2 // 3, rtc.VideoBufferType.I420, each.tobytes())
        for each in media.frames
    ]
    return [different[number] for number in media.order]


def _pieces(media: Media) -> list[rtc.AudioFrame]:
    return [
        rtc.AudioFrame(media.pcm[at : at + 2 * PIECE], RATE, 1, PIECE)
        for at in range(0, len(media.pcm) - 2 * PIECE, 2 * PIECE)
    ]


async def work(args: argparse.Namespace) -> None:
    """Until it is told to end."""
    media = Media.load(args.folder)
    frames, pieces = _frames(media), _pieces(media)
    del media
    participants = [
        Participant(
            f"{args.name}-{number}",
            args.url,
            frame=frames[0],
            rules=json.loads(args.rules),
            fps=args.send_fps,
        )
        for number in range(args.participants)
    ]
    feeding: list[asyncio.Task[None]] = []
    for number, each in enumerate(participants):
        first = number * len(frames) // len(participants)
        feeding.append(asyncio.create_task(each.show(frames, args.fps, first)))
        feeding.append(asyncio.create_task(each.speak(pieces)))
    orders: dict[str, Callable[[Participant], Any]] = {
        "status": lambda each: None,
        "drain": Participant.drain,
        "rest": Participant.rest,
        "watch": Participant.watch,
        "stop": Participant.stop,
    }
    while word := (await asyncio.to_thread(sys.stdin.readline)).strip():
        for each in participants:
            if asyncio.iscoroutine(done := orders[word](each)):
                await done
        for task in feeding:
            if task.done():
                task.result()
        print(json.dumps([each.status() for each in participants]), flush=True)
    for task in feeding:
        task.cancel()
    await asyncio.gather(*feeding, return_exceptions=True)


def main() -> None:
    """Run."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.adapter_worker")
    parser.add_argument("folder", type=Path, help="where the media lie")
    parser.add_argument("--url", required=True, help="the service's sockets")
    parser.add_argument("--name", default="candidate", help="how the identities begin")
    parser.add_argument("--participants", type=int, default=1)
    parser.add_argument("--fps", type=float, default=30.0, help="of the cameras")
    parser.add_argument("--send-fps", type=float, default=FPS, help="what the adapter sends")
    parser.add_argument("--rules", default="{}", help="of each session, as JSON")
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    asyncio.run(work(parser.parse_args()))


if __name__ == "__main__":
    main()
