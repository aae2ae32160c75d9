"""Voice activity: how probable speech is in each frame of sound."""

from dataclasses import dataclass

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from app.audio.package_files import package_file
from app.errors import ModelError

FRAME = 512
"""Samples of 16 kHz, 32 ms."""
CONTEXT = 64
"""Samples of the frame before that the network sees with each."""
HIDDEN = 128


@dataclass(frozen=True, slots=True, kw_only=True)
class VadState:
    """What the network remembers of one stream."""

    hidden: NDArray[np.float32]
    """Shape (1, 1, 128)."""
    cell: NDArray[np.float32]
    """Shape (1, 1, 128)."""
    context: NDArray[np.float32]
    """The last 64 samples."""


class VoiceDetector:
    """Silero VAD, its weights from its package; it remembers no stream."""

    def __init__(self) -> None:
        """Raises ModelError."""
        file = package_file("silero_vad", "data", "silero_vad_16k_sequence.onnx")
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        try:
            self._network = onnxruntime.InferenceSession(
                file, options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:
            raise ModelError(f"{file.name} cannot be used: {error}") from error

    def __call__(
        self, samples: NDArray[np.float32], state: VadState | None
    ) -> tuple[NDArray[np.float32], VadState]:
        """Whole frames of samples from -1 to 1; `state` None: a stream begins.

        Gives a probability, 0 to 1, for each frame, and the state for those that follow.
        """
        if state is None:
            nothing = np.zeros((1, 1, HIDDEN), np.float32)
            state = VadState(hidden=nothing, cell=nothing, context=np.zeros(CONTEXT, np.float32))
        frames = samples.reshape(-1, FRAME)
        if not len(frames):
            return np.zeros(0, np.float32), state
        before = np.vstack([state.context, frames[:-1, -CONTEXT:]])
        speech, hidden, cell = self._network.run(
            ["speech_probs", "hn", "cn"],
            {"input": np.hstack([before, frames]), "h": state.hidden, "c": state.cell},
        )
        context = frames[-1, -CONTEXT:].copy()
        return speech.reshape(-1), VadState(hidden=hidden, cell=cell, context=context)
