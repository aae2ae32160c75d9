"""One participant whom this worker watches: one session, however many objects ask for it."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any, TypeVar

from livekit import rtc

from client_adapter.client import REFERENCE, ProctorClient
from client_adapter.feeds import Feed, PictureFeed, SoundFeed
from client_adapter.mixer import Mixer
from client_adapter.room_alerts import Audience, OnAlert, RoomAlerts, call
from client_adapter.room_challenge import RoomChallenge
from client_adapter.sockets import ProctorClosed
from client_adapter.tracks import Tracks, is_of

logger = logging.getLogger(__name__)

T = TypeVar("T")
VIDEO, AUDIO = rtc.TrackKind.KIND_VIDEO, rtc.TrackKind.KIND_AUDIO
UNTOLD = 100
"""Messages that may wait while callbacks take their time; then no more are read."""
OnRefused = Callable[[ProctorClosed], object | Awaitable[object]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Whom one of those who need a candidate wants to be told."""

    on_alert: OnAlert | None = None
    on_refused: OnRefused | None = None
    audience: Audience
    challenges: bool = True
    """Whether the candidate is told of challenges, in the room."""


class Candidate:
    """Its client, its tracks on their way to the service, and its alerts on their way back."""

    def __init__(
        self,
        room: rtc.Room,
        identity: str,
        client: ProctorClient,
        *,
        fps: float,
        screen_share: bool,
        forget: Callable[["Candidate"], None],
    ) -> None:
        """`forget` is told once nothing of it is left."""
        self.identity = identity
        self.client = client
        self.refused: ProctorClosed | None = None
        """Why the service will not have the session; None: it does."""
        self.closing = False
        self.closed = asyncio.Event()
        """Set once nothing of it is left."""
        self._forget = forget
        self._room = room
        self._challenge = RoomChallenge(room, identity)
        self._tracks = Tracks(room, identity, screen_share=screen_share)
        self._wanted: set[rtc.TrackKind.ValueType] = set()
        self._make: dict[rtc.TrackKind.ValueType, Callable[[rtc.Track], Feed]] = {
            VIDEO: lambda track: PictureFeed(track, client.send_frame, self._refuse, fps=fps),
            AUDIO: lambda track: SoundFeed(track, client.send_pcm, self._refuse),
        }
        self._feeds: dict[rtc.TrackKind.ValueType, Feed] = {}
        self._references: dict[rtc.Track, SoundFeed] = {}
        self._mixer = Mixer(lambda pcm: client.send_pcm(pcm, REFERENCE))
        self._holders: dict[object, Told] = {}
        self._untold: asyncio.Queue[dict[str, Any]] = asyncio.Queue(UNTOLD)
        self._events: list[asyncio.Task[None]] = []
        self._work: set[asyncio.Task[None]] = set()
        self._handlers: dict[str, Callable[..., None]] = {
            "track_subscribed": self._subscribed,
            "track_unsubscribed": self._unsubscribed,
            "track_unpublished": self._unpublished,
            "track_muted": self._muted,
            "track_unmuted": self._muted,
            "participant_disconnected": self._left,
            "disconnected": self._room_ended,
        }
        for event, handler in self._handlers.items():
            room.on(event, handler)  # type: ignore[arg-type]  # its names are literals

    def hold(self, holder: object, told: Told) -> None:
        """One more object needs it."""
        self._holders[holder] = told
        if not self._events:
            name = f"alerts of {self.client.session_id}"
            works = (self._bring_alerts(), self._tell_alerts())
            self._events = [asyncio.create_task(work, name=name) for work in works]

    def release(self, holder: object) -> bool:
        """One object less; whether it was the last, after which it is to be closed."""
        self._holders.pop(holder, None)
        return not self._holders

    async def close(self) -> None:
        """Send nothing more and tell nobody. A callback of its own may ask for it."""
        if self.closing:
            return
        self.closing = True
        for event, handler in self._handlers.items():
            self._room.off(event, handler)  # type: ignore[arg-type]
        self._wanted.clear()
        for feed in (*self._feeds.values(), *self._references.values()):
            self._end(feed)
        await self._gather(self._work)
        await self._mixer.close()
        await self.client.close()
        for task in self._events:
            if task is not asyncio.current_task():
                task.cancel()
        await self._gather(self._events)
        self.closed.set()
        self._forget(self)

    def show(self, track: rtc.Track) -> None:
        """Send this camera's pictures, unless there is a better one."""
        self._want(VIDEO, track)

    def hear(self, track: rtc.Track) -> None:
        """Send this microphone's sound, unless there is a better one."""
        self._want(AUDIO, track)

    def sent(self, kind: rtc.TrackKind.ValueType) -> rtc.Track | None:
        """The track of this kind that is sent at present."""
        feed = self._feeds.get(kind)
        return None if feed is None else feed.track

    def add_reference(self, track: rtc.Track) -> None:
        """The candidate hears this, too; the same track twice changes nothing."""
        if track in self._references or self.closing:
            return

        async def send(pcm: bytes) -> None:
            self._mixer.put(track, pcm)

        self._references[track] = SoundFeed(track, send, self._refuse)

    def remove_reference(self, track: rtc.Track) -> None:
        """The candidate hears it no more."""
        if (feed := self._references.pop(track, None)) is not None:
            self._end(feed)
            self._mixer.remove(track)

    def _want(self, kind: rtc.TrackKind.ValueType, track: rtc.Track) -> None:
        if not self._tracks.hand(track):
            logger.warning(
                "track %s of %r is not sent: it is no camera and no microphone, or it has ended",
                track.sid,
                self.identity,
            )
            return
        self._wanted.add(kind)
        self._choose()

    def _choose(self) -> None:
        """Whatever changed in the room: the best of each kind is sent."""
        for kind in self._wanted:
            best, feed = self._tracks.best(kind), self._feeds.get(kind)
            if feed is not None and (feed.track is not best or feed.ended):
                self._end(self._feeds.pop(kind))
            if best is None:
                continue
            if kind not in self._feeds:
                logger.info("sending track %s of %r", best.sid, self.identity)
                self._feeds[kind] = self._make[kind](best)
            self._feeds[kind].muted = self._tracks.is_muted(best)

    async def _bring_alerts(self) -> None:
        try:
            async for message in self.client.events():
                if message.get("events"):
                    if any(told.challenges for told in self._holders.values()):
                        self._do(self._challenge.publish(message))
                    await self._untold.put(message)
        except ProctorClosed as closed:
            self._refuse(closed)
        except Exception:
            logger.exception("no more alerts of %r", self.identity)

    async def _tell_alerts(self) -> None:
        """One after the other, for as long as callbacks take; a challenge does not wait for it."""
        while not self.closing:
            await self._tell(await self._untold.get())

    async def _tell(self, message: dict[str, Any]) -> None:
        if message["alerts"]:
            logger.info("%r: %s", self.identity, ", ".join(message["alerts"]))
        publishing = asyncio.create_task(self._publish(message))
        try:
            for on_alert in _each_once(told.on_alert for told in self._holders.values()):
                await self._call(on_alert, message)
            await publishing
        finally:
            publishing.cancel()

    async def _publish(self, message: dict[str, Any]) -> None:
        audience = reduce(or_, (told.audience for told in self._holders.values()), Audience())
        ear = self._feeds.get(AUDIO)
        alerts = RoomAlerts(self._room, self.identity, audience)
        await alerts.publish(message, hears=ear is not None and not ear.muted)

    async def _call(self, callback: Callable[[Any], object], what: object) -> None:
        try:
            await call(callback, what)
        except TimeoutError:
            logger.error("a callback takes too long; going on without it")
        except Exception:
            logger.exception("a callback failed")

    def _refuse(self, closed: ProctorClosed) -> None:
        """Of all channels the first says it; nobody is watched from now on."""
        if self.refused is not None or self.closing:
            return
        self.refused = closed
        logger.error("%r is not watched: %s", self.identity, closed)
        self._do(self._tell_refusal(closed))

    async def _tell_refusal(self, closed: ProctorClosed) -> None:
        for on_refused in _each_once(told.on_refused for told in self._holders.values()):
            await self._call(on_refused, closed)
        refusal = {"code": closed.code, "reason": closed.reason}
        await self._publish({"alerts": [], "events": [], "refused": refusal})

    def _subscribed(
        self, track: rtc.Track, publication: rtc.TrackPublication, by: rtc.Participant
    ) -> None:
        """A track that was republished, or of a participant who came back, goes on by itself."""
        if by.identity == self.identity:
            self._choose()

    def _unsubscribed(
        self, track: rtc.Track, publication: rtc.TrackPublication, by: rtc.Participant
    ) -> None:
        if by.identity == self.identity:
            self._tracks.end(track)
            self._choose()

    def _unpublished(self, publication: rtc.TrackPublication, by: rtc.Participant) -> None:
        if by.identity == self.identity:
            self._tracks.end_of(publication)
            self._choose()

    def _muted(self, by: rtc.Participant, publication: rtc.TrackPublication) -> None:
        for track, feed in self._references.items():
            if is_of(track, publication):
                feed.muted = publication.muted
        if by.identity == self.identity:
            self._choose()

    def _left(self, participant: rtc.Participant) -> None:
        if participant.identity == self.identity:
            self._tracks.end_all()
            self._choose()

    def _room_ended(self) -> None:
        """For good: while it only reconnects, LiveKit says nothing of the kind."""
        self._ending = asyncio.create_task(self.close())

    def _end(self, feed: Feed) -> None:
        self._do(feed.close())

    def _do(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._work.add(task)
        task.add_done_callback(self._work.discard)

    async def _gather(self, tasks: Iterable[asyncio.Task[None]]) -> None:
        """All but the one that asks for it."""
        others = [task for task in tasks if task is not asyncio.current_task()]
        await asyncio.gather(*others, return_exceptions=True)


def _each_once(callbacks: Iterable[Callable[[T], object] | None]) -> list[Callable[[T], object]]:
    """Objects for the same participant often have the same callback."""
    once: list[Callable[[T], object]] = []
    for callback in callbacks:
        if callback is not None and callback not in once:
            once.append(callback)
    return once
