"""When two labels are one voice, and when a voice is somebody."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class TieLimits:
    """Cosines are of pyannote's embeddings; other networks have others."""

    same: float = 0.5
    """Cosine from which two labels are one voice."""
    other: float = 0.3
    """Cosine below which they are two for sure."""
    nearness: float = 0.15
    """What speaking at the same time adds to a cosine, at most."""
    least: float = 1.0
    """Seconds of speech in one window; a label with less tells of no new voice."""
    fresh: float = 0.5
    """Seconds of speech after the window before; with less it was heard twice, not said twice."""
    at_once: float = 3.0
    """Seconds of speech in one window that need no second one, when clearly another's."""
    windows: int = 2
    """In which a voice says something new before it is somebody."""
    forget: float = 60.0
    """Seconds after which a voice that is not yet somebody is forgotten; turns are told as long."""
    pause: float = 2.0
    """Seconds: a longer one ends a stretch of speech."""
    most: int = 8
    """Voices that are somebody, voices that are not yet, and voices that are excused: of each."""
