"""The session's time: when a message arrived, or when its sender says it was made."""

from app.errors import InvalidTimeError

STAMP_BYTES = 8
"""Microseconds, unsigned, big-endian, before the payload."""
FURTHEST_JUMP = 3600.0
"""Seconds between two messages of a track, at most."""
LATEST = 1e11
"""Seconds; about the year 5100, if the sender counts from 1970."""


class ArrivalClock:
    """Seconds since the session was created, by this machine's clocks."""

    def __init__(self, *, created_at: float, wall_now: float, monotonic_now: float) -> None:
        self._zero = monotonic_now - max(0.0, wall_now - created_at)

    def now(self, received_at: float) -> float:
        """The session's time at a reading of the machine's monotonic clock."""
        return received_at - self._zero


class SourceClock:
    """Reads each message's own time and refuses what cannot be."""

    def __init__(self, last: float | None = None) -> None:
        """`last`: the track's newest time, from an earlier connection."""
        self._last = last

    def split(self, message: bytes) -> tuple[float, bytes]:
        """Seconds and payload.

        Raises InvalidTimeError with reason time_missing, time_backwards or time_absurd.
        """
        if len(message) < STAMP_BYTES:
            raise InvalidTimeError("time_missing", "the message is shorter than its time stamp")
        at = int.from_bytes(message[:STAMP_BYTES], "big") / 1e6
        if at > LATEST or (self._last is not None and at - self._last > FURTHEST_JUMP):
            raise InvalidTimeError("time_absurd", f"{at:.6f} s is absurd")
        if self._last is not None and at < self._last:
            raise InvalidTimeError("time_backwards", f"{at:.6f} s after {self._last:.6f} s")
        self._last = at
        return at, message[STAMP_BYTES:]


SETTLES = 2.0
"""Seconds after which messages that are still late have left a gap: until then they may be the
first of many that a network held back."""
SURELY_A_GAP = 30.0
"""Seconds of lateness that no network makes up for."""


class SampleClock:
    """Where sound lies in time: counted from sample to sample, set anew after a gap.

    Messages come early and late; only what stays later than one's patience leaves a gap. Sound that
    comes faster than it was made, such as a file's, runs ahead.
    """

    def __init__(self) -> None:
        self._excused = 0.0
        self._end: float | None = None
        self._late_since: float | None = None

    def excuse(self, seconds: float) -> None:
        """The service itself kept the sender waiting."""
        self._excused += seconds

    def miss(self, at: float, seconds: float, *, made: bool) -> float:
        """Its sender lost so much before the sound that began at `at`; not earlier than when.

        What comes next lies behind what was lost, but no later than it came.
        """
        end, self._late_since = self._end, None
        if end is None:
            return 0.0
        self._end = None if made else max(end, min(end + seconds, at))
        return end

    def place(
        self, at: float, seconds: float, patience: float, *, made: bool = False
    ) -> tuple[float, bool]:
        """When sound of this length begins, and whether it continues what came before.

        `at`: when it began, by the clock of the messages; `made`: the sender says so itself.
        """
        end = self._end
        continues = end is not None and not self._is_gap(at, at - end, patience, made)
        start = end if end is not None and continues else at
        self._end = start + seconds
        return start, continues

    def _is_gap(self, at: float, late: float, patience: float, made: bool) -> bool:
        if late <= patience:
            self._excused = 0.0
        if late <= patience + self._excused:
            self._late_since = None
            return False
        if self._late_since is None:
            self._late_since = at
        gap = made or late > SURELY_A_GAP or at - self._late_since >= SETTLES
        if gap:
            self._late_since = None
        return gap
