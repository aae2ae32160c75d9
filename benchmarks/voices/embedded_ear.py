"""The service's own ears: voice activity, voiceprints, and one listener for each session."""

from collections import defaultdict
from time import process_time

import numpy as np
from numpy.typing import NDArray

from app.audio.listener import Listener
from app.audio.ring import BLOCK, SAMPLE_RATE
from app.audio.vad import FRAME, VadState, VoiceDetector
from app.audio.voiceprint import VoiceEncoder
from benchmarks.voices.ear import Heard, told


class EmbeddedEar:
    """Hears as a session does, but as fast as it can, and in one thread."""

    def __init__(self) -> None:
        """Raises ModelError."""
        self._detector = VoiceDetector()
        self._encoder = VoiceEncoder()

    def hear(self, samples: NDArray[np.int16]) -> Heard:
        """One whole session: mono, 16 kHz."""
        listener = Listener()
        state: VadState | None = None
        judgements = []
        cost: defaultdict[str, float] = defaultdict(float)
        for start in range(0, len(samples), BLOCK):
            block = _in_frames(samples[start : start + BLOCK])
            ends_at = min(start + BLOCK, len(samples)) / SAMPLE_RATE
            began = process_time()
            speech, state = self._detector(block, state)
            detected = process_time()
            windows = listener.hear(start / SAMPLE_RATE, block, speech)
            cut = process_time()
            prints = self._encoder(np.stack(windows)) if windows else None
            encoded = process_time()
            if prints is not None:
                listener.take(prints)
            judgements.append(listener.voices(ends_at))
            cost["voice activity"] += detected - began
            cost["voiceprints"] += encoded - cut
            cost["speakers"] += process_time() - encoded + cut - detected
        found = tuple(judgements)
        return Heard(judgements=found, turns=told(found), cost=cost)


def _in_frames(samples: NDArray[np.int16]) -> NDArray[np.float32]:
    """-1 to 1; what the end lacks to a whole frame is silence, as in a session."""
    whole = np.zeros(-(-len(samples) // FRAME) * FRAME, np.float32)
    whole[: len(samples)] = samples / 32768.0
    return whole
