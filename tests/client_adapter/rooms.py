"""A LiveKit room without a server: real tracks, and events as a real one emits them."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count, cycle
from typing import Any, cast

import cv2
import numpy as np
from livekit import rtc
from livekit.rtc._proto.participant_pb2 import ParticipantInfo

from client_adapter.room_alerts import INLINE_PROTOCOL
from tests.media import Picture, room

WIDTH, HEIGHT = 320, 240
numbers = count()


def unconnected(name: str = "exam 7") -> rtc.Room:
    """Of this name, as if it were connected."""
    made = rtc.Room()
    made._info.name = name
    return made


@dataclass(eq=False)
class Publication:
    """What is known of a published track."""

    kind: int
    source: int
    track: rtc.Track | None
    muted: bool = False
    subscribed: bool = True
    sid: str = field(default_factory=lambda: f"TR_{next(numbers)}")


@dataclass(eq=False)
class Person:
    """Somebody in a room."""

    identity: str
    kind: int = rtc.ParticipantKind.PARTICIPANT_KIND_STANDARD
    track_publications: dict[str, Publication] = field(default_factory=dict)
    protocol: int = INLINE_PROTOCOL
    """What the client can do."""

    @property
    def _info(self) -> ParticipantInfo:
        return ParticipantInfo(identity=self.identity, client_protocol=self.protocol)

    @property
    def as_participant(self) -> rtc.Participant:
        """For who asks for the real one."""
        return cast(rtc.Participant, self)

    def enter(self, into: rtc.Room) -> None:
        """As LiveKit tells it."""
        into._remote_participants[self.identity] = cast(rtc.RemoteParticipant, self)
        into.emit("participant_connected", self)

    def leave(self, left: rtc.Room) -> None:
        """With all tracks."""
        for publication in [*self.track_publications.values()]:
            self.unpublish(left, publication)
        left._remote_participants.pop(self.identity, None)
        left.emit("participant_disconnected", self)

    def publish(
        self, into: rtc.Room, track: rtc.Track, source: int, *, muted: bool = False
    ) -> Publication:
        """A track that is subscribed to at once."""
        publication = Publication(kind=track.kind, source=source, track=track, muted=muted)
        self.track_publications[publication.sid] = publication
        into.emit("track_published", publication, self)
        into.emit("track_subscribed", track, publication, self)
        return publication

    def unpublish(self, into: rtc.Room, publication: Publication) -> None:
        """As LiveKit tells it: first that it is not subscribed to any more."""
        track, publication.track = publication.track, None
        del self.track_publications[publication.sid]
        into.emit("track_unsubscribed", track, publication, self)
        into.emit("track_unpublished", publication, self)

    def mute(self, into: rtc.Room, publication: Publication, *, muted: bool = True) -> None:
        """Or unmute."""
        publication.muted = muted
        into.emit("track_muted" if muted else "track_unmuted", self, publication)


def i420(picture: Picture) -> rtc.VideoFrame:
    """As a camera gives it."""
    height, width = picture.shape[:2]
    planes: Any = cv2.cvtColor(picture, cv2.COLOR_RGB2YUV_I420)
    return rtc.VideoFrame(width, height, rtc.VideoBufferType.I420, planes.tobytes())


NOBODY = i420(room(WIDTH, HEIGHT))


@asynccontextmanager
async def camera(
    frames: Iterable[rtc.VideoFrame] = (NOBODY,), *, fps: float = 30.0, rotation: int = 0
) -> AsyncIterator[rtc.LocalVideoTrack]:
    """A track whose frames come again and again."""
    first, *_ = frames = [*frames]
    source = rtc.VideoSource(first.width, first.height)
    track = rtc.LocalVideoTrack.create_video_track("camera", source)

    async def film() -> None:
        pictures: Iterator[rtc.VideoFrame] = cycle(frames)
        due = asyncio.get_running_loop().time()
        for picture in pictures:
            source.capture_frame(picture, rotation=cast(Any, rotation))
            due += 1 / fps
            await asyncio.sleep(due - asyncio.get_running_loop().time())

    async with _running(film()):
        yield track
    await source.aclose()


@asynccontextmanager
async def microphone(level: int = 3000) -> AsyncIterator[rtc.LocalAudioTrack]:
    """A track with a hum, at 48 kHz as browsers send it."""
    source = rtc.AudioSource(48_000, 1)
    track = rtc.LocalAudioTrack.create_audio_track("microphone", source)
    hum = (level * np.sin(np.arange(480) * 2 * np.pi / 120)).astype(np.int16).tobytes()

    async def hear() -> None:
        while True:
            await source.capture_frame(rtc.AudioFrame(hum, 48_000, 1, 480))

    async with _running(hear()):
        yield track
    await source.aclose()


@asynccontextmanager
async def _running(work: Any) -> AsyncIterator[None]:
    task = asyncio.create_task(work)
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
