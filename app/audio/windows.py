"""Which stretches of sound are worth a voiceprint."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.audio.ring import SAMPLE_RATE
from app.audio.vad import FRAME
from app.audio.voiceprint import WINDOW

Samples = NDArray[np.float32]
_FRAMES = WINDOW // FRAME
"""Of a window: 50, exactly."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowChoice:
    """How densely windows lie, and how much speech one needs."""

    hop: int = 12
    """Frames of 32 ms from window to window."""
    speech: float = 0.6
    """0 to 1: the share of a window's frames that must be speech."""


@dataclass(frozen=True, slots=True, eq=False)
class Window:
    """A stretch of 1.6 s that is mostly speech."""

    samples: Samples
    """Shape (25600,), -1 to 1."""
    middle: float
    """Seconds on the session's clock."""
    continues: bool
    """Whether the one a hop before it was chosen too."""


class Windows:
    """Cuts one session's sound into windows, on a grid that its samples alone decide."""

    def __init__(self, choice: WindowChoice | None = None) -> None:
        self._choice = choice or WindowChoice()
        self.interrupt()

    def interrupt(self) -> None:
        """The sound goes on elsewhere: no window spans the gap."""
        self._samples = np.empty(0, np.float32)
        self._spoken = np.empty(0, bool)
        self._chosen = False

    def cut(self, at: float, samples: Samples, spoken: NDArray[np.bool_]) -> list[Window]:
        """Take the next frames, of which the first begins at this time."""
        held = len(self._spoken)
        self._samples = np.concatenate([self._samples, samples])
        self._spoken = np.concatenate([self._spoken, spoken])
        windows, start = [], 0
        while start + _FRAMES <= len(self._spoken):
            share = np.count_nonzero(self._spoken[start : start + _FRAMES]) / _FRAMES
            chosen = bool(share >= self._choice.speech)
            if chosen:
                cut = self._samples[start * FRAME : start * FRAME + WINDOW]
                middle = at + (start - held + _FRAMES / 2) * FRAME / SAMPLE_RATE
                windows.append(Window(cut, middle, self._chosen))
            self._chosen = chosen
            start += self._choice.hop
        self._samples, self._spoken = self._samples[start * FRAME :], self._spoken[start:]
        return windows
