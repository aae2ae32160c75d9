"""Which of a participant's tracks are sent: the best camera, and the best microphone."""

from collections.abc import Iterator
from weakref import WeakSet

from livekit import rtc

SCREEN = rtc.TrackSource.SOURCE_SCREENSHARE
SOURCES = {
    rtc.TrackKind.KIND_VIDEO: rtc.TrackSource.SOURCE_CAMERA,
    rtc.TrackKind.KIND_AUDIO: rtc.TrackSource.SOURCE_MICROPHONE,
}


class Tracks:
    """Of one participant: those that were handed over, and those that the room knows of.

    Whoever publishes a second track and takes it away again, or mutes it, is watched on the first.
    """

    def __init__(self, room: rtc.Room, identity: str, *, screen_share: bool) -> None:
        self._room = room
        self._identity = identity
        self._screen_share = screen_share
        self._handed: list[rtc.Track] = []
        """The newest last."""
        self._gone: WeakSet[rtc.Track] = WeakSet()

    def hand(self, track: rtc.Track) -> bool:
        """Somebody wants this one sent; whether it may be."""
        if track in self._gone or not self._allowed(track):
            return False
        if track in self._handed:
            return True
        self._handed.append(track)
        return True

    def end(self, track: rtc.Track) -> None:
        """It will never be heard or seen again."""
        self._gone.add(track)
        if track in self._handed:
            self._handed.remove(track)

    def end_all(self) -> None:
        """The participant left."""
        for track in [*self._all()]:
            self.end(track)

    def best(self, kind: rtc.TrackKind.ValueType) -> rtc.Track | None:
        """Unmuted before muted, a camera before a screen, the newest; None: there is none."""
        there = [track for track in self._all() if track.kind == kind and self._allowed(track)]
        return max(there, key=self._rank, default=None)

    def is_muted(self, track: rtc.Track) -> bool:
        """Whether the participant muted it."""
        publication = self.publication(track)
        return publication is not None and publication.muted

    def publication(self, track: rtc.Track) -> rtc.TrackPublication | None:
        """None: the room does not know of it."""
        for publication in self._publications():
            if is_of(track, publication):
                return publication
        return None

    def end_of(self, publication: rtc.TrackPublication) -> None:
        """It ended, and has no track itself any more."""
        for track in [track for track in self._handed if is_of(track, publication)]:
            self.end(track)

    def _all(self) -> Iterator[rtc.Track]:
        yield from self._handed
        for publication in self._publications():
            track = publication.track
            if track is not None and track not in self._handed and track not in self._gone:
                yield track

    def _publications(self) -> list[rtc.TrackPublication]:
        participant = self._room.remote_participants.get(self._identity)
        return [] if participant is None else [*participant.track_publications.values()]

    def _rank(self, track: rtc.Track) -> tuple[bool, bool, int]:
        handed = self._handed.index(track) if track in self._handed else -1
        return not self.is_muted(track), self._source(track) != SCREEN, handed

    def _source(self, track: rtc.Track) -> rtc.TrackSource.ValueType | None:
        publication = self.publication(track)
        return None if publication is None else publication.source

    def _allowed(self, track: rtc.Track) -> bool:
        """Cameras and microphones; a screen where it was asked for; what the room does not know."""
        source = self._source(track)
        if source == SCREEN:
            return self._screen_share
        return source is None or source == SOURCES.get(track.kind)


def is_of(track: rtc.Track, publication: rtc.TrackPublication) -> bool:
    """A publication that ended has no track any more, but still its id."""
    return publication.track is track or publication.sid == track.sid
