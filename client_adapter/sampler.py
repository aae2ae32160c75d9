"""Which frames of a camera are sent."""

EARLY = 0.25
"""Share of a period by which a frame may come too early: cameras are not punctual."""


class Sampler:
    """At most so many a second, evenly, by the frames' own times."""

    def __init__(self, fps: float) -> None:
        """`fps`: above 0."""
        if not fps > 0:
            raise ValueError(f"fps is a number above 0, not {fps}")
        self._period = 1 / fps
        self._next: float | None = None
        self._last = 0.0

    def takes(self, at: float) -> bool:
        """Whether the frame of this time, in seconds, is one of them."""
        if self._next is None or at < self._last:  # the first, or a camera that began anew
            self._next = at
        self._last = at
        if at < self._next - EARLY * self._period:
            return False
        self._next = max(self._next, at - self._period) + self._period
        return True
