"""One participant whom this worker watches: one session, however many objects ask for it."""

import asyncio
import logging
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from livekit import rtc

from client_adapter.client import REFERENCE, ProctorClient
from client_adapter.feeds import PictureFeed, SoundFeed
from client_adapter.mixer import Mixer
from client_adapter.room_alerts import Audience, OnAlert, RoomAlerts, call
from client_adapter.sockets import ProctorClosed

logger = logging.getLogger(__name__)

T = TypeVar("T")
Handlers = dict[str, Callable[..., None]]


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
    ) -> None:
        self.identity = identity
        self.client = client
        self._room = room
        self._fps = fps
        self._screen_share = screen_share
        self._picture: PictureFeed | None = None
        self._sound: SoundFeed | None = None
        self._references: dict[rtc.Track, SoundFeed] = {}
        self._mixer = Mixer(lambda pcm: self.client.send_pcm(pcm, REFERENCE))
        self._wants_pictures = self._wants_sound = False
        self._events: asyncio.Task[None] | None = None
        self._holders: dict[object, tuple[OnAlert | None, Audience]] = {}
        """Those who need it, and whom each wants to be told."""
        self._closings: set[asyncio.Task[None]] = set()
        self._handlers: Handlers = {
            "track_subscribed": self._subscribed,
            "track_unsubscribed": self._unsubscribed,
            "track_unpublished": self._unpublished,
            "track_muted": self._muted,
            "track_unmuted": self._unmuted,
            "participant_disconnected": self._left,
            "disconnected": self._room_ended,
        }
        for event, handler in self._handlers.items():
            room.on(event, handler)  # type: ignore[arg-type]  # its names are literals

    def hold(self, holder: object, on_alert: OnAlert | None, audience: Audience) -> None:
        """One more object needs it; whom its alerts go to."""
        self._holders[holder] = on_alert, audience
        if self._events is None:
            self._events = asyncio.create_task(
                self._tell_alerts(), name=f"alerts of {self.client.session_id}"
            )

    def release(self, holder: object) -> bool:
        """One object less; whether it was the last, after which it is to be closed."""
        self._holders.pop(holder, None)
        return not self._holders

    async def close(self) -> None:
        """Send nothing more and tell nobody."""
        for event, handler in self._handlers.items():
            self._room.off(event, handler)  # type: ignore[arg-type]
        self._stop_feeds()
        await asyncio.gather(*self._closings, return_exceptions=True)
        await self._mixer.close()
        await self.client.close()
        if self._events is not None:
            self._events.cancel()
            await asyncio.gather(self._events, return_exceptions=True)

    def show(self, track: rtc.Track) -> None:
        """Send this camera's pictures from now on; the same track twice changes nothing."""
        if not self._accepts(track):
            return
        self._wants_pictures = True
        if self._picture is not None:
            if self._picture.track is track or not self._takes_over(track):
                return
            self._end(self._picture)
        logger.info("watching %r: track %s", self.identity, track.sid)
        self._picture = PictureFeed(
            track, self.client.send_frame, fps=self._fps, muted=self._is_muted(track)
        )

    def hear(self, track: rtc.Track) -> None:
        """Send this microphone's sound from now on; the same track twice changes nothing."""
        if not self._accepts(track):
            return
        self._wants_sound = True
        if self._sound is not None:
            if self._sound.track is track:
                return
            self._end(self._sound)
        logger.info("hearing %r: track %s", self.identity, track.sid)
        self._sound = SoundFeed(track, self.client.send_pcm, muted=self._is_muted(track))

    def add_reference(self, track: rtc.Track, *, muted: bool = False) -> None:
        """The candidate hears this, too; the same track twice changes nothing."""
        if track in self._references:
            return

        async def send(pcm: bytes) -> None:
            self._mixer.put(track, pcm)

        self._references[track] = SoundFeed(track, send, muted=muted)

    def remove_reference(self, track: rtc.Track) -> None:
        """The candidate hears it no more."""
        if (feed := self._references.pop(track, None)) is not None:
            self._end(feed)
            self._mixer.remove(track)

    async def _tell_alerts(self) -> None:
        try:
            async for message in self.client.events():
                if message.get("events"):
                    await self._tell(message)
        except ProctorClosed as closed:
            logger.error("no more alerts of %r: %s", self.identity, closed)
        except Exception:
            logger.exception("no more alerts of %r", self.identity)

    async def _tell(self, message: dict[str, Any]) -> None:
        if message["alerts"]:
            logger.info("%r: %s", self.identity, ", ".join(message["alerts"]))
        holders = self._holders.values()
        for on_alert in _each_once(on_alert for on_alert, _ in holders if on_alert is not None):
            try:
                await call(on_alert, message)
            except Exception:
                logger.exception("on_alert failed")
        hears = self._sound is not None and not self._sound.muted
        for audience in _each_once(audience for _, audience in holders):
            await RoomAlerts(self._room, self.identity, audience).publish(message, hears=hears)

    def _accepts(self, track: rtc.Track) -> bool:
        """Camera and microphone; a screen where it was asked for. Unknown tracks are as told."""
        source = self._source(track)
        allowed = {rtc.TrackSource.SOURCE_CAMERA, rtc.TrackSource.SOURCE_MICROPHONE, None}
        if self._screen_share:
            allowed.add(rtc.TrackSource.SOURCE_SCREENSHARE)
        if source in allowed:
            return True
        logger.info("track %s of %r is no camera and no microphone", track.sid, self.identity)
        return False

    def _takes_over(self, track: rtc.Track) -> bool:
        """A camera is never displaced by a screen."""
        return self._source(track) != rtc.TrackSource.SOURCE_SCREENSHARE

    def _source(self, track: rtc.Track) -> rtc.TrackSource.ValueType | None:
        publication = self._publication(track)
        return None if publication is None else publication.source

    def _is_muted(self, track: rtc.Track) -> bool:
        publication = self._publication(track)
        return publication is not None and publication.muted

    def _publication(self, track: rtc.Track) -> rtc.TrackPublication | None:
        participant = self._room.remote_participants.get(self.identity)
        publications = {} if participant is None else participant.track_publications
        for publication in publications.values():
            if _is_of(track, publication):
                return publication
        return None

    def _subscribed(
        self, track: rtc.Track, publication: rtc.TrackPublication, by: rtc.Participant
    ) -> None:
        """A track that was republished, or of a participant who came back, goes on by itself."""
        if by.identity != self.identity:
            return
        if publication.source == rtc.TrackSource.SOURCE_MICROPHONE and self._wants_sound:
            self.hear(track)
        elif publication.kind == rtc.TrackKind.KIND_VIDEO and self._wants_pictures:
            self.show(track)

    def _unsubscribed(
        self, track: rtc.Track, publication: rtc.TrackPublication, by: rtc.Participant
    ) -> None:
        if by.identity == self.identity:
            self._drop(lambda feed: feed.track is track)

    def _unpublished(self, publication: rtc.TrackPublication, by: rtc.Participant) -> None:
        if by.identity == self.identity:
            self._drop(lambda feed: _is_of(feed.track, publication))

    def _muted(self, by: rtc.Participant, publication: rtc.TrackPublication) -> None:
        self._mute(by, publication, True)

    def _unmuted(self, by: rtc.Participant, publication: rtc.TrackPublication) -> None:
        self._mute(by, publication, False)

    def _mute(self, by: rtc.Participant, publication: rtc.TrackPublication, muted: bool) -> None:
        for feed in (self._picture, self._sound, *self._references.values()):
            if feed is not None and _is_of(feed.track, publication):
                feed.muted = muted

    def _left(self, participant: rtc.Participant) -> None:
        if participant.identity == self.identity:
            self._drop(lambda feed: True)

    def _room_ended(self) -> None:
        self._stop_feeds()

    def _stop_feeds(self) -> None:
        self._drop(lambda feed: True)
        for track in [*self._references]:
            self.remove_reference(track)

    def _drop(self, which: Callable[[PictureFeed | SoundFeed], bool]) -> None:
        if self._picture is not None and which(self._picture):
            self._end(self._picture)
            self._picture = None
        if self._sound is not None and which(self._sound):
            self._end(self._sound)
            self._sound = None

    def _end(self, feed: PictureFeed | SoundFeed) -> None:
        task = asyncio.create_task(feed.close())
        self._closings.add(task)
        task.add_done_callback(self._closings.discard)


def _is_of(track: rtc.Track, publication: rtc.TrackPublication) -> bool:
    """A publication that ended has no track any more, but still its id."""
    return publication.track is track or publication.sid == track.sid


def _each_once(things: Iterable[T]) -> list[T]:
    return list(dict.fromkeys(things))
