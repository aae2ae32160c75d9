"""The newest seconds of sound."""

SAMPLE_RATE = 16_000
"""Hertz."""
BYTES_PER_SAMPLE = 2


class Ring:
    """Holds s16le mono samples in the order in which they came, however they were cut."""

    def __init__(self, seconds: float = 10.0) -> None:
        self._capacity = round(seconds * SAMPLE_RATE) * BYTES_PER_SAMPLE
        self._pcm = bytearray()

    def __len__(self) -> int:
        """Whole samples held."""
        return len(self._pcm) // BYTES_PER_SAMPLE

    def write(self, pcm: bytes) -> tuple[int, int]:
        """Append bytes; half a sample waits for its other half.

        Returns how many samples became whole, and how many of the oldest were pushed out.
        """
        before = len(self)
        self._pcm += pcm
        added = len(self) - before
        excess = max(0, len(self) * BYTES_PER_SAMPLE - self._capacity)
        del self._pcm[:excess]
        return added, excess // BYTES_PER_SAMPLE

    def align(self) -> None:
        """Give up half a sample whose other half will not come."""
        del self._pcm[len(self) * BYTES_PER_SAMPLE :]

    def newest(self, seconds: float) -> bytes:
        """The last whole samples, at most so many seconds."""
        whole = len(self) * BYTES_PER_SAMPLE
        wanted = round(seconds * SAMPLE_RATE) * BYTES_PER_SAMPLE
        return bytes(self._pcm[max(0, whole - wanted) : whole])
