"""What comes in."""

from dataclasses import dataclass
from enum import StrEnum


class Track(StrEnum):
    """A kind of media that a session takes in."""

    VIDEO = "video"
    AUDIO = "audio"


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


@dataclass(frozen=True, slots=True, kw_only=True)
class AudioChunk:
    """A piece of sound as it came in."""

    pcm: bytes
    """s16le, mono, 16 kHz."""
    at: float
    """Seconds on the session's clock, of the first sample."""
