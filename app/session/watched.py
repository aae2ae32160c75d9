"""How far a session was watched at any moment: pictures, sound, and the time of each."""

import time
from collections.abc import Iterator
from typing import Any

from app.session.coverage import Coverage, combined
from app.session.tracks import OWN, Tracks


class Watched:
    """One session's."""

    def __init__(self, sight: Coverage, sound: Coverage, tracks: Tracks) -> None:
        self._both = sight, sound
        self._tracks = tracks

    def told(self) -> dict[str, Any] | None:
        """Until now, as it is stored; None: nothing came yet."""
        return combined(*(each.until(at) for each, at in self._reached()))

    def end(self, why: str) -> None:
        """Now; in a word, why."""
        for each, at in self._reached():
            each.interrupt(why, at)

    def _reached(self) -> Iterator[tuple[Coverage, float | None]]:
        """And how far the time of each is known."""
        now = time.monotonic()
        for track, each in zip(OWN, self._both, strict=True):
            yield each, self._tracks.reached(track, now, each.by_source)
