"""Who speaks in one session's sound, told apart by the encoder that rides in a package."""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from app.audio.listener import Listener
from app.session.sound_inference import SoundInference
from app.types import Voices

Samples = NDArray[np.float32]


class VoiceTracker(Protocol):
    """One session's."""

    async def hear(self, at: float, samples: Samples, speech: Samples) -> Voices:
        """The next block: its time, its samples, and how probable speech is in each frame."""

    async def excuse(self, at: float, samples: Samples, speech: Samples) -> None:
        """The next block of what the candidate hears: its voices are nobody in the room."""

    def interrupt(self) -> None:
        """What comes next does not continue what was."""


class EmbeddedVoices:
    """Voiceprints of 1.6 seconds each, sorted by speaker as they come."""

    def __init__(self, inference: SoundInference) -> None:
        self._inference = inference
        self.listener = Listener()
        self._far = Listener()

    async def hear(self, at: float, samples: Samples, speech: Samples) -> Voices:
        """The next block: its time, its samples, and how probable speech is in each frame."""
        if windows := self.listener.hear(at, samples, speech):
            self.listener.take(await self._inference.voiceprints(windows))
        return self.listener.voices(at + len(samples) / 16000)

    async def excuse(self, at: float, samples: Samples, speech: Samples) -> None:
        """The next block of what the candidate hears: its voices are nobody in the room."""
        if windows := self._far.hear(at, samples, speech):
            prints = await self._inference.voiceprints(windows)
            self._far.take(prints)
            self.listener.excuse(prints)

    def interrupt(self) -> None:
        """What comes next does not continue what was."""
        self.listener.interrupt()
        self._far.interrupt()
