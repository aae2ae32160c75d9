"""Plays a video file into the service and prints its alerts: `python -m client_adapter.stream`."""

import argparse
import asyncio
import sys
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import av
from av.audio.frame import AudioFrame
from av.video.frame import VideoFrame

from client_adapter.client import DEFAULT_URL, ProctorClient
from client_adapter.jpeg import I420, encode
from client_adapter.sampler import Sampler
from client_adapter.sockets import ProctorClosed
from client_adapter.tokens import from_environment

LINGER_SECONDS = 3.0
"""For the last alerts, after the file's end."""
EPILOG = (
    "A service that asks for tokens gets some that are signed with PROCTOR_API_KEY and "
    "PROCTOR_API_SECRET, or LIVEKIT_API_KEY and LIVEKIT_API_SECRET."
)
Media = tuple[float, VideoFrame | bytes]
"""Seconds from the file's start, and a picture or sound."""


def main() -> None:
    """Run."""
    args = _arguments()
    try:
        asyncio.run(play(args.file, args.url, args.session, args.fps, args.loop))
    except KeyboardInterrupt:
        sys.exit(130)
    except (OSError, ValueError, av.FFmpegError) as error:
        sys.exit(f"error: {error}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m client_adapter.stream", description=__doc__, epilog=EPILOG
    )
    parser.add_argument("file", help="a video or sound file; what it holds of both is sent")
    parser.add_argument("--url", default=DEFAULT_URL, help="the service's sockets (%(default)s)")
    parser.add_argument(
        "--session", default=None, help="the session's id (default: the file's name and the time)"
    )
    parser.add_argument(
        "--fps", type=float, default=30.0, help="pictures a second, at most (%(default)s)"
    )
    parser.add_argument("--loop", action="store_true", help="play it again and again")
    args = parser.parse_args()
    args.session = args.session or f"{Path(args.file).stem} {time.strftime('%H:%M:%S')}"
    return args


async def play(file: str, url: str, session_id: str, fps: float, loop: bool) -> None:
    """Play the file at its own pace. Raises OSError, ValueError and av.FFmpegError."""
    media = read(file)
    first = await asyncio.to_thread(next, media, None)
    if first is None:
        raise ValueError(f"{file} holds neither pictures nor sound")
    tokens = from_environment()
    async with ProctorClient(url, session_id=session_id, token_provider=tokens) as client:
        print(f"session {session_id!r} at {url}; stop with Ctrl-C", flush=True)
        telling = asyncio.create_task(_tell(client))
        while True:
            sending = asyncio.create_task(_send(client, first, media, fps))
            await asyncio.wait({telling, sending}, return_when=asyncio.FIRST_COMPLETED)
            if telling.done():
                sending.cancel()
                telling.result()
            await sending
            if not loop:
                break
            media = read(file)
            first = await asyncio.to_thread(next, media)
        await asyncio.sleep(LINGER_SECONDS)
    await telling
    sent = client.sent
    print(
        f"sent {sent.pictures} pictures ({sent.superseded} superseded, {sent.failed} failed) and "
        f"{sent.sound_seconds:.1f} s of sound ({sent.lost_seconds:.1f} s lost)"
    )


def read(file: str) -> Iterator[Media]:
    """What a file holds, in its order. Raises OSError and av.FFmpegError."""
    with av.open(file) as container:
        streams = [*container.streams.video[:1], *container.streams.audio[:1]]
        resampler = av.AudioResampler(format="s16", layout="mono", rate=16_000)
        for frame in container.decode(*streams) if streams else ():
            if isinstance(frame, VideoFrame):
                yield frame.time or 0.0, frame
            elif isinstance(frame, AudioFrame):
                for piece in resampler.resample(frame):
                    yield frame.time or 0.0, piece.to_ndarray().tobytes()


async def _send(client: ProctorClient, first: Media, media: Iterator[Media], fps: float) -> None:
    sampler, began = Sampler(fps), time.monotonic() - first[0]
    item: Media | None = first
    while item is not None:
        at, piece = item
        await asyncio.sleep(began + at - time.monotonic())
        if isinstance(piece, bytes):
            await client.send_pcm(piece)
        elif sampler.takes(at):
            await client.send_frame(partial(_jpeg, piece))
        item = await asyncio.to_thread(next, media, None)


async def _tell(client: ProctorClient) -> None:
    try:
        async for message in client.events():
            for event in message.get("events", ()):
                print(_line(event), flush=True)
    except ProctorClosed as closed:
        raise ConnectionError(f"the service refused the session: {closed}") from closed


def _line(event: dict[str, Any]) -> str:
    numbers = ", ".join(f"{name} {value}" for name, value in event["evidence"].items())
    minutes, seconds = divmod(event["at"], 60)
    return (
        f"{int(minutes):02}:{seconds:04.1f} {event['state']:7} {event['label']} "
        f"({event['severity']}) {numbers}"
    )


def _jpeg(frame: VideoFrame) -> bytes:
    even = frame.reformat(frame.width // 2 * 2, frame.height // 2 * 2, format="yuv420p")
    planes = even.to_ndarray()
    upright = round(-frame.rotation / 90) * 90 % 360  # the file says how far to turn to the left
    return encode(
        I420(data=planes.tobytes(), width=even.width, height=even.height, rotation=upright)
    )


if __name__ == "__main__":
    main()
