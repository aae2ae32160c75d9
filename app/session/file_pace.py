"""When each picture of a file is due, so that a film takes as long as it should."""

LONGEST_STALL = 2.0
"""Seconds that a machine may lag behind and still catch up; after more it goes on from there."""
LONGEST_REST = 10.0
"""Seconds between two pictures, at most: a file may tell any time."""


class FilePace:
    """One playing of a file; `now` is a reading of the machine's monotonic clock."""

    def __init__(self, fps: float) -> None:
        """`fps`: for files that tell no times."""
        self._between = 1 / fps
        self._began: float | None = None
        self._at = 0.0
        self._count = 0

    def ahead(self, position: float, now: float) -> float:
        """The next picture, by its own seconds in the file: so long it has to wait."""
        at = position if position > 0 else self._count * self._between
        self._count += 1
        if self._began is None:
            self._began = now - at
        due = self._began + at
        if not -LONGEST_STALL <= due - now <= LONGEST_REST:
            due = min(max(due, now), now + LONGEST_REST)
            self._began = due - at
        self._at = at
        return max(0.0, due - now)

    def behind(self, now: float) -> bool:
        """Whether the time of the picture after it has come already."""
        return self._began is not None and now > self._began + self._at + self._between

    def rest(self, now: float) -> float:
        """How long the last picture stands yet."""
        if self._began is None:
            return 0.0
        return max(0.0, self._began + self._at + self._between - now)
