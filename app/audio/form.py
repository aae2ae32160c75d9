"""The form in which a client sends its sound, and the way from there to ours."""

from dataclasses import dataclass

import numpy as np
import soxr
from numpy.typing import NDArray

from app.audio.ring import BYTES_PER_SAMPLE, SAMPLE_RATE
from app.errors import SoundFormError

LOWEST_RATE, HIGHEST_RATE = 8_000, 192_000
"""Hertz."""
MOST_CHANNELS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class SoundForm:
    """s16le, its channels interleaved."""

    rate: int = SAMPLE_RATE
    """Hertz."""
    channels: int = 1

    def __post_init__(self) -> None:
        if not LOWEST_RATE <= self.rate <= HIGHEST_RATE:
            raise SoundFormError(f"rate is a number of hertz from {LOWEST_RATE} to {HIGHEST_RATE}")
        if not 1 <= self.channels <= MOST_CHANNELS:
            raise SoundFormError(f"channels is a number from 1 to {MOST_CHANNELS}")


class Converter:
    """Turns one connection's bytes, cut anyhow, into whole samples, mono, at 16 kHz."""

    def __init__(self, form: SoundForm) -> None:
        self._channels = form.channels
        self._rest = b""
        self._step = form.channels * BYTES_PER_SAMPLE
        self._resampler = None
        if form.rate != SAMPLE_RATE:
            self._step *= form.rate // 50  # how it is cut must make no difference to soxr either
            self._resampler = soxr.ResampleStream(form.rate, SAMPLE_RATE, 1, dtype="float32")

    def __call__(self, message: bytes) -> bytes:
        """What became whole; the rest waits."""
        if self._rest:
            message = self._rest + message
        whole = len(message) // self._step * self._step
        self._rest = message[whole:]
        pieces = [message[:whole]]
        if self._resampler is not None:
            pieces = [message[at : at + self._step] for at in range(0, whole, self._step)]
        return b"".join(self._convert(piece, last=False) for piece in pieces)

    def finish(self) -> bytes:
        """What was still under way; a part of a sample is given up. Nothing may follow."""
        frame = self._channels * BYTES_PER_SAMPLE
        rest, self._rest = self._rest[: len(self._rest) // frame * frame], b""
        return self._convert(rest, last=True)

    def _convert(self, pcm: bytes, *, last: bool) -> bytes:
        if self._resampler is None and self._channels == 1:
            return pcm
        channels = np.frombuffer(pcm, dtype="<i2").reshape(-1, self._channels)
        mono = channels.mean(axis=1, dtype=np.float32)
        if self._resampler is not None:
            mono = self._resampler.resample_chunk(mono, last=last)
        whole: NDArray[np.float32] = np.clip(np.rint(mono), -32768, 32767)
        return whole.astype("<i2").tobytes()
