"""What works, what does not, and how to mend it."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Degradation:
    """One thing that this service cannot do at present."""

    what: str
    """The kind of alert or the part concerned."""
    why: str
    mend: str
    """The command that mends it."""


@dataclass(slots=True, kw_only=True)
class Health:
    """The state of one application's models."""

    models: str = "loading"
    """"loading", "ready", or why they could not be loaded."""
    ready: bool = False
    degraded: list[Degradation] = field(default_factory=list)
