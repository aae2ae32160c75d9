"""How long to wait before a source that broke is opened again."""

FIRST, LONGEST = 1.0, 30.0
"""Seconds; they double."""
STEADY = 5.0
"""Seconds of pictures, after which the waits begin anew: less is no repair."""


class Waits:
    """Of one source."""

    def __init__(self) -> None:
        self._next = FIRST

    def after(self, lasted: float | None) -> float:
        """Seconds to wait, once it broke; it had given pictures for so many. None: it gave none."""
        if lasted is not None and lasted >= STEADY:
            self._next = FIRST
        wait = self._next
        self._next = min(2 * wait, LONGEST)
        return wait
