"""How loud, how clean and how complete sound is: what its judging needs to know."""

from collections import deque
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.audio.ring import SAMPLE_RATE, Block
from app.audio.vad import FRAME
from app.types import Level

FULL_SCALE = 32768.0
QUIETEST = -120.0
"""Decibels of full scale that stand for nothing at all."""
FLAT = -84.0
"""Decibels of full scale, root mean square of a frame without its mean: about two steps of a
16-bit sample. A frame below is flat: a muted microphone, or one whose noise is gated away."""
WINDOW = 20
"""Blocks that are remembered, 10.2 s."""
SPEECH = 0.5
"""From this probability on a frame is speech."""
ENOUGH_SPEECH = 1.0
"""Seconds of it that a signal-to-noise ratio needs."""
CLIP_RUN = 3
"""Samples in a row that are alike, near the block's peak: a flat top."""
CLIP_NEAR, CLIP_ALIKE, CLIP_PEAK = 0.95, 0.001, 1000.0
"""Share of the peak where tops are, share of it by which samples in them differ; steps of a sample
below which a peak has no shape."""
ACTIVE = -40.0
"""Decibels of full scale; quieter blocks say nothing of clipping."""
LEAST_ACTIVE = 2.0
"""Seconds: a share of clipped samples is of no less, so that a bang alone is little."""
GAP = (0.09, 4.0)
"""Seconds: flat runs between sounds that a gate makes; longer ones may be a hand on a button."""
GATED, MEMORY = 0.1, 60.0
"""Share of flat time in what is not speech that tells a gate; seconds of it that are remembered."""


@dataclass(frozen=True, slots=True)
class _Heard:
    """What is remembered of a block."""

    clipped: int
    active: int
    quietest: float
    """Power."""
    speech_power: float
    """Sum over frames."""
    speech_frames: int


class LevelMeter:
    """Measures one session's sound."""

    def __init__(self) -> None:
        self._blocks: deque[_Heard] = deque(maxlen=WINDOW)
        self._flat = 0.0
        self._open_seconds = 0.0
        self._gated_seconds = 0.0

    def __call__(self, block: Block, speech: NDArray[np.float32]) -> Level:
        """`speech`: the probability of each whole frame, 512 samples, of the block."""
        samples = block.samples.astype(np.float32) / np.float32(FULL_SCALE)
        powers = _powers(samples)
        speaking = speech[: len(powers)] >= SPEECH
        self._flatness(decibels(powers) < FLAT, speaking)
        power = float(samples.var()) if len(samples) else 0.0
        peak = float(np.abs(samples).max()) if len(samples) else 0.0
        self._blocks.append(
            _Heard(
                clipped=clipped(block.samples),
                active=len(samples) if decibels(power) >= ACTIVE else 0,
                quietest=_quietest(powers),
                speech_power=float(powers[: len(speaking)][speaking].sum()),
                speech_frames=int(speaking.sum()),
            )
        )
        noise = min(heard.quietest for heard in self._blocks)
        frames = sum(heard.speech_frames for heard in self._blocks)
        active = sum(heard.active for heard in self._blocks)
        return Level(
            at=block.ends_at,
            rms_decibels=float(decibels(power)),
            peak_decibels=float(decibels(peak * peak)),
            clipped=sum(heard.clipped for heard in self._blocks)
            / max(active, LEAST_ACTIVE * SAMPLE_RATE),
            noise_decibels=float(decibels(noise)) if np.isfinite(noise) else QUIETEST,
            speech_seconds=frames * FRAME / SAMPLE_RATE,
            signal_to_noise=self._signal_to_noise(frames, noise),
            flat_seconds=self._flat,
            open_microphone=self._open_seconds >= GAP[1]
            and self._gated_seconds < GATED * (self._open_seconds + self._gated_seconds),
        )

    def _signal_to_noise(self, frames: int, noise: float) -> float | None:
        if frames * FRAME / SAMPLE_RATE < ENOUGH_SPEECH:
            return None
        power = sum(heard.speech_power for heard in self._blocks) / frames
        noise = max(noise, 10 ** (QUIETEST / 10))
        return float(decibels(max(power - noise, 0.0)) - decibels(noise))

    def _flatness(self, flat: NDArray[np.bool_], speaking: NDArray[np.bool_]) -> None:
        """What is flat now, and what the pauses between words were like."""
        seconds = FRAME / SAMPLE_RATE
        for is_flat, speaks in zip(flat, speaking, strict=False):
            if is_flat:
                self._flat += seconds
                continue
            if GAP[0] <= self._flat <= GAP[1]:
                self._gated_seconds += self._flat
            self._flat = 0.0
            if not speaks:
                self._open_seconds += seconds
        known = self._open_seconds + self._gated_seconds
        if known > MEMORY:
            self._open_seconds *= MEMORY / known
            self._gated_seconds *= MEMORY / known


def decibels(power: NDArray[np.float32] | float) -> NDArray[np.float64]:
    """Of full scale; at least -120."""
    at_least = np.maximum(np.asarray(power, np.float64), 10 ** (QUIETEST / 10))
    return np.asarray(10 * np.log10(at_least))


def clipped(samples: NDArray[np.int16]) -> int:
    """How many samples lie in flat tops: at full scale, or below it where a gain came after."""
    values = samples.astype(np.int32)
    peak = int(np.abs(values).max()) if len(values) >= CLIP_RUN else 0
    if peak < CLIP_PEAK:
        return 0
    alike = np.abs(np.diff(values)) <= CLIP_ALIKE * peak + 1
    alike &= np.abs(values[1:]) >= CLIP_NEAR * peak
    first = np.flatnonzero(np.diff(np.concatenate([[False], alike, [False]]).astype(np.int8)))
    lengths = first[1::2] - first[::2] + 1
    return int(lengths[lengths >= CLIP_RUN].sum())


def _powers(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """Of each whole frame without its mean."""
    frames = samples[: len(samples) // FRAME * FRAME].reshape(-1, FRAME)
    return np.asarray(frames.var(axis=1), np.float32)


def _quietest(powers: NDArray[np.float32]) -> float:
    """The least mean of four frames, 0.128 s; infinite for less than that."""
    if len(powers) < 4:
        return float("inf")
    return float(np.convolve(powers, np.full(4, 0.25), "valid").min())
