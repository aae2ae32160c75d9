"""What comes in."""

from dataclasses import dataclass
from enum import StrEnum


class Track(StrEnum):
    """A kind of media that a session takes in."""

    VIDEO = "video"
    AUDIO = "audio"
    REFERENCE = "reference"
    """Sound that the candidate hears, such as the interviewer's: what leaks of it is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One picture as it came in, its header checked and nothing decoded."""

    jpeg: bytes
    """The whole JPEG."""
    at: float
    """Seconds on the session's clock."""
    received_at: float
    """Seconds on the machine's monotonic clock, when its last byte was here."""
    width: int
    """Pixels, as stored in the file."""
    height: int
    """Pixels, as stored in the file."""
    orientation: int
    """EXIF orientation, 1 to 8; 1 is upright."""
    number: int = 0
    """Which message of its connection's it is, unusable ones counted too; 1 is the first, 0: not
    known."""
