"""What of the microphone's sound came from a loudspeaker that plays a known one.

The known sound is sought in the microphone's (`delay.py`), then a filter for each frequency, 0.3 s
long, is fitted to the last seconds by least squares. Quiet moments weigh more, so that the
candidate's own voice disturbs it little. What the filter makes of the known sound is explained; a
second voice in the room is not, also while the loudspeaker plays.

A far end with a loudspeaker of its own returns the room's voices: then the known sound resembles
the microphone's without any leak. It is the weaker of the two there, and explains nothing.
"""

from collections import deque
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.audio.delay import EARLIEST, LATEST, DelaySearch
from app.audio.ring import BLOCK, SAMPLE_RATE
from app.audio.timeline import Timeline

FRAME, HOP = 512, 256
"""Samples: a spectrum of 32 ms every 16 ms."""
BINS = np.arange(8, 112, 2)
"""Frequencies that are looked at, each 31.25 Hz wide: 250 to 3,500 Hz."""
TAPS, EARLY = 20, 3
"""Spectra of the filter, 0.32 s, and how many of them lie before the delay that was found."""
KEEP = 0.88
"""Share of what the filter learnt that is left after a block: 4 s."""
LEAST = 48
"""Spectra with the known sound, 0.77 s, before a filter can explain anything."""
RIDGE = 0.01
"""Of the mean power: keeps the filter small where little was heard."""
QUIET = 0.003
"""Of the loudest block of late: what is quieter weighs no more, as in a gate's silence."""
SOUND = 8.0
"""Seconds of sound that are held."""
MEMORY = 32.0
"""Seconds for which it is remembered what was explained."""
LOUDEST = 1.0
"""Power of a leak, over the known sound's highest within the filter; what is louder is none."""
AGAIN = 2
"""Blocks from one search to the next while a delay is known."""
AUDIBLE = 1e-3
"""Of full scale."""
LEAST_KNOWN = 0.3
"""Seconds of audible known sound without which nothing is sought in the microphone's."""
SAME = 0.024
"""Seconds by which two findings of one delay may differ."""
SEEKS = 4.0
"""Seconds of sound beside it after which it is taken not to leak, until it is found to."""
_WINDOW = np.hanning(FRAME + 1)[:FRAME].astype(np.float32)

Spectra = NDArray[np.complex64]


class _Explained(NamedTuple):
    """Power of one block's spectra, above the noise."""

    first: int
    """Sample of the session's clock."""
    total: NDArray[np.float32]
    leaked: NDArray[np.float32]


class Echo:
    """One session's; both streams are written as they come, in any order."""

    def __init__(self) -> None:
        self.delay: float | None = None
        """Seconds by which the known sound appears later in the microphone's; None: not known."""
        self._known, self._heard = Timeline(SOUND), Timeline(SOUND)
        self._next: int | None = None
        self._search = DelaySearch()
        self._waited = 0
        self._doubted = 0.0
        self._guess: float | None = None
        self._past: deque[_Explained] = deque(maxlen=round(MEMORY * SAMPLE_RATE / BLOCK))
        self._quietest: deque[NDArray[np.float32]] = deque(maxlen=20)
        self._forget()

    def reference(self, at: float, samples: NDArray[np.int16]) -> None:
        """What the candidate hears; `at`: seconds on the session's clock, of the first sample."""
        self._known.write(at, samples)

    def microphone(self, at: float, samples: NDArray[np.int16]) -> None:
        """What the candidate's microphone gives; `at`: likewise."""
        if self._next is None:
            self._next = round(at * SAMPLE_RATE)
        self._heard.write(at, samples)

    def unsure(self, at: float, seconds: float) -> bool:
        """Whether the known sound is heard at this time, and may leak, for all that is known.

        So much sound is at stake; after a few seconds of it there is no more doubt.
        """
        if self.delay is not None or self._doubted >= SEEKS:
            return False
        first = round(at * SAMPLE_RATE)
        if not (np.abs(self._known.read(first - BLOCK, first + BLOCK)) > AUDIBLE).any():
            return False
        self._doubted += seconds
        return True

    def explained(self, begins: float, ends: float) -> float:
        """Share of what was heard between two times, above the noise, that was leaked: 0 to 1.

        Best asked a second after the end, since the known sound may come later than its echo.
        """
        first, last = round(begins * SAMPLE_RATE), round(ends * SAMPLE_RATE)
        self._catch_up(last)
        total = leaked = 0.0
        seen = first
        for block in self._past:
            if block.first + BLOCK <= first or block.first >= last:
                continue
            total += self._unseen(seen, block.first)
            seen = block.first + BLOCK
            middles = block.first + HOP * np.arange(len(block.total)) + FRAME // 2
            inside = (middles >= first) & (middles < last)
            total += float(block.total[inside].sum())
            leaked += float(block.leaked[inside].sum())
        if not leaked:
            return 0.0
        return min(leaked / (total + self._unseen(seen, last)), 1.0)

    def _catch_up(self, last: int) -> None:
        if self._next is None:
            return
        oldest = self._heard.end - round(SOUND * SAMPLE_RATE) + SAMPLE_RATE
        self._next = max(self._next, oldest)
        while self._next < last and self._next + BLOCK <= self._heard.end:
            self._work(self._next)
            self._next += BLOCK

    def _unseen(self, first: int, last: int) -> float:
        """Power between two samples, where the known sound was silent and nothing was done."""
        if last - first < FRAME or not self._quietest:
            return 0.0
        power = np.abs(_spectra(self._heard.read(first, last))) ** 2
        return float(np.maximum(power - self._noise(), 0.0).sum())

    def _noise(self) -> NDArray[np.float32]:
        """Power of each frequency."""
        return np.asarray(2.0 * np.min(self._quietest, axis=0), np.float32)

    def _work(self, first: int) -> None:
        """One block of the microphone's."""
        if self._known.loud_until < first - round(LATEST * SAMPLE_RATE):
            return
        self._waited += 1
        if self.delay is None or self._waited >= AGAIN:
            self._find(first)
        spectra = _spectra(self._heard.read(first, first + BLOCK + HOP))
        power = np.abs(spectra) ** 2
        self._quietest.append(np.asarray(np.percentile(power, 10, axis=0), np.float32))
        noise = self._noise()
        total = np.maximum(power - noise, 0.0).sum(axis=1)
        leaked = np.zeros_like(total)
        if self.delay is not None:
            leaked = self._fit(spectra, power, first, noise)
        self._past.append(_Explained(first, total, leaked))

    def _find(self, first: int) -> None:
        """Where the known sound lies; a delay that moved makes the filter begin again."""
        before, after = round(LATEST * SAMPLE_RATE), round(-EARLIEST * SAMPLE_RATE)
        known = self._known.read(first - before, first + BLOCK + after)
        if np.count_nonzero(np.abs(known) > AUDIBLE) < LEAST_KNOWN * SAMPLE_RATE:
            return
        self._waited = 0
        found = self._search(self._heard.read(first, first + BLOCK), known)
        if found is None or (self.delay is not None and abs(found - self.delay) < SAME):
            return
        first = self.delay is None
        if first and (self._guess is None or abs(found - self._guess) >= SAME):
            self._guess = found  # once may be chance
            return
        self.delay, self._guess = found, None
        self._forget()

    def _forget(self) -> None:
        self._square = np.zeros((len(BINS), TAPS, TAPS), np.complex64)
        self._cross = np.zeros((len(BINS), TAPS, 1), np.complex64)
        self._fitted = self._usual = 0.0

    def _fit(
        self, spectra: Spectra, power: NDArray[np.float32], first: int, noise: NDArray[np.float32]
    ) -> NDArray[np.float32]:
        """Learns from a block, then says what of it was leaked, for each spectrum."""
        assert self.delay is not None
        start = first - round(self.delay * SAMPLE_RATE / HOP - EARLY) * HOP
        count = len(spectra)
        known = _spectra(
            self._known.read(start - (TAPS - 1) * HOP, start + (count - 1) * HOP + FRAME)
        )
        rows = np.lib.stride_tricks.sliding_window_view(known, TAPS, axis=0)  # (count, bins, taps)
        taps = np.ascontiguousarray(rows.transpose(1, 0, 2))
        self._usual = max(self._usual * KEEP, float(power.mean()))
        weights = 1.0 / (power.mean(axis=1) + float(noise.mean()) + QUIET * self._usual + 1e-9)
        weighted = np.conj(taps.transpose(0, 2, 1)) * weights.astype(np.float32)
        self._square = self._square * KEEP + weighted @ taps
        self._cross = self._cross * KEEP + weighted @ spectra.T[:, :, None]
        audible = np.abs(known[TAPS - 1 :]).max(axis=1) > AUDIBLE
        self._fitted = self._fitted * KEEP + float(audible.sum())
        if self._fitted < LEAST:
            return np.zeros(count, np.float32)
        mean = np.trace(self._square, axis1=1, axis2=2).real / TAPS
        ridge = (RIDGE * mean + 1e-12)[:, None, None] * np.eye(TAPS, dtype=np.float32)
        filters = np.linalg.solve(self._square + ridge, self._cross)
        leak = (taps @ filters)[:, :, 0].T
        left = np.abs(spectra - leak) ** 2
        explained = np.clip(power - np.maximum(left, noise), 0.0, None).sum(axis=1)
        loudest = (np.abs(rows) ** 2).sum(axis=1).max(axis=1)
        leaks = (np.abs(leak) ** 2).sum(axis=1) <= LOUDEST * loudest
        return np.asarray(np.where(leaks, explained, 0.0), np.float32)


def _spectra(sound: NDArray[np.float32]) -> Spectra:
    """Shape (spectra, bins)."""
    frames = np.lib.stride_tricks.sliding_window_view(sound, FRAME)[::HOP]
    return np.asarray(np.fft.rfft(frames * _WINDOW, axis=1)[:, BINS], np.complex64)
