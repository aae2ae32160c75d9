"""What became of all that a client was handed."""

from dataclasses import dataclass


@dataclass(slots=True)
class Sent:
    """Of one session, since the client was made."""

    pictures: int = 0
    """That the service has read."""
    superseded: int = 0
    """Pictures that a newer one displaced before their turn came."""
    failed: int = 0
    """Pictures that could not be made, or were on their way when a connection broke."""
    sound_seconds: float = 0.0
    """That the service has read."""
    lost_seconds: float = 0.0
    """Of sound for which there was no room while the service was away."""
    connections: int = 0
    """Of all three sockets, one after the other."""
