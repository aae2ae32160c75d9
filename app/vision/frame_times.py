"""How regularly pictures come: a camera's times jitter, computed ones do not.

The times of some pictures are laid on the even steps that fit them best; a picture that was left
out leaves a step free. What remains is jitter. A file's times, or times that a sender rounds to
its frame rate, have none either: this is a hint, and says nothing of who is before the camera.
"""

from dataclasses import dataclass

import numpy as np

BLOCK = 150
"""Pictures that are judged together."""
BY_SOURCE, BY_ARRIVAL = 0.000_01, 0.000_1
"""Seconds of jitter under which times are too regular: those that a sender gave, in microseconds
or in steps of 1/90000 s, and those of arrival, which schedulers move even without a network."""
SHORTEST = 0.005
"""Seconds between two pictures of a camera, at least."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Regularity:
    """Times without jitter."""

    jitter_milliseconds: float
    """Root of the mean square, of the block that had most."""
    interval_milliseconds: float
    """From picture to picture."""
    pictures: int
    seconds: float
    """For how long it has been so."""
    by_source: bool
    """Whether the sender gave the times."""


class FrameTimes:
    """One session's."""

    def __init__(self) -> None:
        self.regular: Regularity | None = None
        """Of the newest pictures, as long as they are too regular; None: they are not."""
        self.seconds = 0.0
        """Judged, without a break."""
        self._times: list[float] = []
        self._by_source = False

    def forget(self) -> None:
        """Other times come now."""
        self._times.clear()
        self.regular, self.seconds = None, 0.0

    def arrived(self, at: float, received_at: float, *, by_source: bool) -> None:
        """One picture; `at` is the sender's time where it gave one."""
        if by_source is not self._by_source:
            self.forget()
            self._by_source = by_source
        self._times.append(at if by_source else received_at)
        if len(self._times) > BLOCK:
            self._judge()
            del self._times[:-1]

    def _judge(self) -> None:
        seconds = self._times[-1] - self._times[0]
        self.seconds += seconds
        fit = _jitter(self._times)
        if fit is None or fit[0] >= (BY_SOURCE if self._by_source else BY_ARRIVAL):
            self.regular = None
            return
        jitter, interval = fit
        earlier = self.regular
        self.regular = Regularity(
            jitter_milliseconds=max(
                1000 * jitter, 0.0 if earlier is None else earlier.jitter_milliseconds
            ),
            interval_milliseconds=1000 * interval,
            pictures=BLOCK + (0 if earlier is None else earlier.pictures),
            seconds=seconds + (0.0 if earlier is None else earlier.seconds),
            by_source=self._by_source,
        )


def _jitter(times: list[float]) -> tuple[float, float] | None:
    """Seconds, and the steps' length; None: the times have no steps."""
    since = np.array(times) - times[0]
    apart = np.diff(since)
    step = float(np.quantile(apart, 0.1))
    if step < SHORTEST:
        return None
    places = np.concatenate(([0.0], np.cumsum(np.round(apart / step))))
    centred = places - places.mean()
    length = float(centred @ since / (centred @ centred))
    rest = since - since.mean() - length * centred
    return float(np.sqrt(np.square(rest).mean())), length
