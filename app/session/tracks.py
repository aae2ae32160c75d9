"""Which connection sends which track of a session, and by whose clock."""

import time
from collections.abc import Mapping
from typing import Any

from app.errors import ClockError
from app.session.clock import ArrivalClock, SourceClock
from app.session.coverage import BY_ARRIVAL
from app.session.publisher import Eviction, Publisher
from app.types import Track

SOUNDS = (Track.AUDIO, Track.REFERENCE)
OWN = (Track.VIDEO, Track.AUDIO)
"""What only the candidate can send."""
UNDER_WAY = 2.0
"""Seconds for which media still come of who left: rooms tell whole seconds, and networks delay."""


class Tracks:
    """One session's."""

    def __init__(self, created_at: float) -> None:
        """`created_at`: seconds since 1970, of the session."""
        now = time.monotonic()
        self.active_at = now
        """When usable media last arrived; the machine's monotonic clock."""
        self.clock = ArrivalClock(created_at=created_at, wall_now=time.time(), monotonic_now=now)
        self.connected_at = 0.0
        """When the newest connection that sends the candidate's media came, in UNIX seconds."""
        self._publishers: dict[Track, Publisher] = {}
        self._newest: dict[Track, float] = {}
        self._came: dict[Track, float] = {}
        """When that was here, on the machine's monotonic clock."""
        self._by_source: dict[Track, bool] = {}
        self._pictures = 0

    @property
    def publishing(self) -> tuple[Track, ...]:
        """Tracks that a connection sends at present."""
        return tuple(self._publishers)

    @property
    def newest(self) -> Mapping[Track, float]:
        """The time of each track's newest media, in seconds on the session's clock."""
        return self._newest

    def silent(self, track: Track, now: float) -> float | None:
        """Seconds since usable media of the track were here; None: none came yet.

        `now`: a reading of the machine's monotonic clock.
        """
        came = self._came.get(track)
        return None if came is None else max(0.0, now - came)

    def publish(self, track: Track, publisher: Publisher) -> None:
        """From now on this connection sends the track; an older one is told so."""
        older = self._publishers.get(track)
        self._publishers[track] = publisher
        if track is not Track.REFERENCE:
            self.connected_at = time.time()
        if track is Track.VIDEO:
            self._pictures = 0
        if older is not None:
            older.evict(Eviction.DISPLACED)

    def count_picture(self) -> int:
        """One message more, usable or not; which of its connection's it is, from 1."""
        self._pictures += 1
        return self._pictures

    def unpublish(self, track: Track, publisher: Publisher) -> bool:
        """The connection is gone; whether it was the one that sends the track."""
        if self._publishers.get(track) is not publisher:
            return False
        del self._publishers[track]
        return True

    def evict_all(self, why: Eviction) -> None:
        """Part with every connection."""
        for track in list(self._publishers):
            self._publishers.pop(track).evict(why)

    def agree_on_clock(self, track: Track, *, source: bool) -> None:
        """A track keeps the clock that its first connection chose. Raises ClockError."""
        if self._by_source.setdefault(track, source) is not source:
            other = "arrival" if source else "source"
            raise ClockError(f"this session's {track} began with ?clock={other}; go on with it")
        sounds = {self._by_source[each] for each in SOUNDS if each in self._by_source}
        if len(sounds) > 1:
            del self._by_source[track]
            raise ClockError("microphone and reference need the same ?clock: they are compared")

    def by_source(self, track: Track) -> bool:
        """Whether its messages carry their times."""
        return self._by_source.get(track, False)

    def by_arrival(self, stored: Mapping[str, Any]) -> bool:
        """Whether all times are this machine's. `stored`: the coverage, where nothing came yet."""
        if not self._newest:
            return bool(stored.get(BY_ARRIVAL))
        return not any(self._by_source.get(track) for track in self._newest)

    def source_clock(self, track: Track) -> SourceClock:
        """For a connection whose messages carry their times."""
        return SourceClock(self._newest.get(track))

    def read(
        self, message: bytes, received_at: float, clock: SourceClock | None
    ) -> tuple[float, bytes]:
        """The time of a message, and what it holds. Raises InvalidTimeError."""
        if clock is None:
            return self.clock.now(received_at), message
        return clock.split(message)

    def came(self, track: Track, at: float, received_at: float) -> None:
        """Usable media of this time arrived."""
        self._newest[track], self.active_at = at, received_at
        self._came[track] = received_at

    def own(self, track: Track, now: float) -> float | None:
        """The session's time at a reading of the machine's clock; None: only the sender knows."""
        return None if self.by_source(track) else self.clock.now(now)

    def outlive(self, at: float) -> bool:
        """Whether the candidate was there after these UNIX seconds.

        Media prove it, or a newer connection for them: one may outlast a short absence.
        """
        came = [self._came[track] for track in OWN if track in self._came]
        since = time.time() - time.monotonic()
        return self.connected_at > at or any(since + each > at + UNDER_WAY for each in came)

    def present(self, track: Track, now: float) -> float | None:
        """The same, by its sender's clock too; None: nothing of it came yet."""
        if track not in self._newest:
            return None
        if (own := self.own(track, now)) is not None:
            return own
        return self._newest[track] + max(0.0, now - self._came[track])

    @property
    def now(self) -> float | None:
        """The present on the clock of the pictures; None: no picture came yet."""
        newest = self._newest.get(Track.VIDEO)
        if newest is None or self.by_source(Track.VIDEO):
            return newest
        return self.clock.now(time.monotonic())
