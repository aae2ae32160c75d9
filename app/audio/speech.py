"""Where somebody speaks: the detector's probabilities with hysteresis."""

from collections import deque
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.audio.ring import SAMPLE_RATE
from app.audio.vad import FRAME

FRAME_SECONDS = FRAME / SAMPLE_RATE


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeechLimits:
    """When speech begins and ends."""

    enter: float = 0.5
    """0 to 1: probability from which it is speech."""
    leave: float = 0.35
    """0 to 1: probability below which it is not any more."""
    least: float = 0.16
    """Seconds: what is shorter is a click, not speech."""
    bridge: float = 0.26
    """Seconds: shorter pauses belong to the speech around them."""


class Speech:
    """The speech of one session. Times are seconds on the session's clock."""

    def __init__(self, limits: SpeechLimits | None = None, recent: float = 60.0) -> None:
        """`recent`: seconds of segments that are kept."""
        self._limits = limits or SpeechLimits()
        self._recent = recent
        self._loud = False
        self._begun: float | None = None
        self._ended = 0.0
        self._done = 0.0
        self._segments: deque[tuple[float, float]] = deque()

    @property
    def speaking(self) -> bool:
        """Whether somebody speaks now."""
        return self._loud

    @property
    def seconds(self) -> float:
        """Of speech so far, bridged pauses included."""
        return self._done + self._open()

    @property
    def segments(self) -> tuple[tuple[float, float], ...]:
        """Beginning and end of each stretch of speech of the recent past."""
        if self._begun is None or not self._open():
            return tuple(self._segments)
        return (*self._segments, (self._begun, self._ended))

    def update(self, at: float, probabilities: NDArray[np.float32]) -> NDArray[np.bool_]:
        """Take the next frames, of which the first begins at this time.

        Returns which of them are speech, before anything is bridged.
        """
        spoken = np.empty(len(probabilities), bool)
        for number, probability in enumerate(probabilities):
            limit = self._limits.leave if self._loud else self._limits.enter
            self._loud = spoken[number] = bool(probability >= limit)
            start = at + number * FRAME_SECONDS
            if self._begun is not None and start - self._ended >= self._limits.bridge:
                self._close()
            if self._loud:
                self._begun = start if self._begun is None else self._begun
                self._ended = start + FRAME_SECONDS
        return spoken

    def interrupt(self) -> None:
        """What comes next does not continue what was."""
        self._close()
        self._loud = False

    def _open(self) -> float:
        """Seconds of the stretch that may still go on."""
        if self._begun is None:
            return 0.0
        length = self._ended - self._begun
        return length if length >= self._limits.least - 1e-6 else 0.0

    def _close(self) -> None:
        length = self._open()
        if self._begun is not None and length:
            self._segments.append((self._begun, self._ended))
            self._done += length
        self._begun = None
        while self._segments and self._segments[0][1] < self._ended - self._recent:
            self._segments.popleft()
