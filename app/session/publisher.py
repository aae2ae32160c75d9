"""A connection that sends a track of a session."""

from collections.abc import Callable
from enum import StrEnum

from app.session.clock import SourceClock


class Eviction(StrEnum):
    """Why the service parts with a publisher."""

    DISPLACED = "a newer connection sends this track"
    STOPPED = "the session was stopped"
    IDLE = "the session was silent for too long"
    ROOM = "the candidate left the room, or the room was closed"
    DELETED = "the session was deleted"
    SHUTDOWN = "the service is shutting down"


class Publisher:
    """The newest one of a track wins."""

    def __init__(
        self,
        clock: SourceClock | None,
        evict: Callable[[Eviction], None],
        missing: float = 0.0,
    ) -> None:
        self.clock = clock
        """None: times are arrival times."""
        self.evict = evict
        """Called once, when the service parts with the connection."""
        self.missing = missing
        """Seconds of sound that its sender lost before its first sample."""
