"""What a session's room says of the candidate's tracks."""

from collections.abc import Callable, Mapping, Sequence

from app.alerts.unpublished import LABELS, Unpublished
from app.session.tracks import Tracks
from app.types import AlertKind, AlertRule, Signal, Track

Judge = Callable[[Sequence[Signal]], None]


class Publication:
    """One session's. `now` is a reading of the machine's monotonic clock."""

    def __init__(self, rules: Mapping[AlertKind, AlertRule], tracks: Tracks, judge: Judge) -> None:
        self._unpublished = Unpublished(rules[AlertKind.UNPUBLISHED])
        self._tracks = tracks
        self._judge = judge

    def ended(self, track: Track, ago: float, now: float) -> bool:
        """The room says that it was unpublished so many seconds ago; False: that is nothing new.

        Of a track of which nothing came yet, not even the clock is known.
        """
        at = self._tracks.present(track, now)
        return at is not None and self._say(
            self._unpublished.tell(track, at, max(0.0, at - max(0.0, ago)))
        )

    def came(self, track: Track, at: float) -> None:
        """Media of this time, on the session's clock."""
        self._say(self._unpublished.came(track, at))

    def wait(self, now: float) -> None:
        """Now and then, media or not."""
        for track in LABELS:
            if (at := self._tracks.present(track, now)) is not None:
                self._say(self._unpublished.wait(track, at))

    def _say(self, signal: Signal | None) -> bool:
        if signal is not None:
            self._judge([signal])
        return signal is not None
