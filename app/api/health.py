"""What works, what does not, and how to mend it."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Degradation:
    """One thing that this service cannot do at present."""

    what: str
    """The kind of alert or the part concerned."""
    why: str
    mend: str
    """The command that mends it."""


class Health:
    """The state of one application's models."""

    def __init__(self, degraded: Iterable[Degradation] = ()) -> None:
        self.models = "loading"
        """"loading", "ready", or why they could not be loaded."""
        self.ready = False
        self.objects = "loading"
        """What the detector of persons and phones is doing."""
        self.liveness = "loading"
        """What networks are asked for a living face, or how far they are."""
        self.speakers = "loading"
        """By what voices are told apart."""
        self._degraded = {each.what: each for each in degraded}

    @property
    def degraded(self) -> tuple[Degradation, ...]:
        """All that is not whole."""
        return tuple(self._degraded.values())

    def degrade(self, part: Degradation) -> None:
        """It cannot be done, or no better than before."""
        self._degraded[part.what] = part

    def mend(self, what: str) -> None:
        """It can be done."""
        self._degraded.pop(what, None)
