"""What goes wrong in running sessions at present."""

from collections.abc import Iterable
from dataclasses import dataclass

from app.session.session import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class Troubles:
    """How many sessions have which."""

    not_stored: int
    """Their alerts cannot be stored."""
    not_analysed: int
    """Their newest look, at faces or for objects, failed."""
    not_heard: int
    """Their newest sound could not be heard."""


def troubles(sessions: Iterable[Session]) -> Troubles:
    """Counted now."""
    running = list(sessions)
    return Troubles(
        not_stored=sum(session.outbox.failing for session in running),
        not_analysed=sum(s.faces.failing or s.objects.failing for s in running),
        not_heard=sum(session.ears.failing for session in running),
    )
