"""Which sound the service calls not assessable: real speech, and what a microphone may do to it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np

from app.alerts.audible import Audible
from app.alerts.rules import DEFAULT_RULES
from app.audio.level import LevelMeter
from app.audio.ring import BLOCK, SAMPLE_RATE, Block
from app.audio.vad import VadState, VoiceDetector
from app.types import AlertKind, Label, Level
from benchmarks.rooms import (
    SHARED,
    Sound,
    ami,
    as_samples,
    gated,
    librispeech,
    load,
    paused,
    pink,
    scaled,
    with_noise,
)


@dataclass(slots=True, kw_only=True)
class Row:
    """One material."""

    name: str
    seconds: float = 0.0
    judged: dict[Label, float] = field(default_factory=dict)
    """Seconds in which each reason stood."""
    ratios: list[float] = field(default_factory=list)
    """Decibels, speech over noise, where it could be told."""
    clipped: list[float] = field(default_factory=list)
    """0 to 1, at each block."""

    def __str__(self) -> str:
        shares = " · ".join(
            f"{label} {seconds / self.seconds:.0%}" for label, seconds in self.judged.items()
        )
        ratio = f"{np.median(self.ratios):.0f}" if self.ratios else "–"
        return (
            f"| {self.name} | {self.seconds:.0f} | {ratio} | {max(self.clipped):.3f} |"
            f" {shares or 'assessable throughout'} |"
        )


def levels(sound: Sound, detector: VoiceDetector) -> Iterator[Level]:
    """Of each block."""
    meter, samples = LevelMeter(), as_samples(sound)
    state: VadState | None = None
    for first in range(0, len(samples) - BLOCK + 1, BLOCK):
        part = samples[first : first + BLOCK]
        speech, state = detector(np.asarray(part / 32768, np.float32), state)
        yield meter(Block(at=first / SAMPLE_RATE, samples=part, begins=first == 0), speech)


def judge(name: str, sounds: list[Sound], detector: VoiceDetector) -> Row:
    """Each sound is a session of its own."""
    row = Row(name=name)
    for sound in sounds:
        audible = Audible(DEFAULT_RULES[AlertKind.NOT_ASSESSABLE])
        for level in levels(sound, detector):
            audible.listen(level.at, level, 1.0)
            seconds = BLOCK / SAMPLE_RATE
            row.seconds += seconds
            row.clipped.append(level.clipped)
            if level.signal_to_noise is not None:
                row.ratios.append(level.signal_to_noise)
            if audible.reason is not None:
                row.judged[audible.reason] = row.judged.get(audible.reason, 0.0) + seconds
    return row


def rows() -> Iterator[Row]:
    """The table."""
    detector, rng = VoiceDetector(), np.random.default_rng(4)
    speech = [load(file) for file in librispeech()]
    some = [sound / np.abs(sound).max() for sound in speech[::3]]
    yield judge("LibriSpeech, 51 speakers", speech, detector)
    yield judge("AMI, far microphone", [load(file) for file in ami()], detector)
    yield judge("sample.wav", [load(SHARED / "sample.wav")], detector)
    made: list[tuple[str, Callable[[Sound], Sound]]] = [
        *(
            (f"pink noise, {ratio} dB", lambda sound, ratio=ratio: with_noise(sound, ratio, rng))
            for ratio in (20, 10, 5, 0, -5)
        ),
        *(
            (f"clipped by {gain} dB", lambda sound, gain=gain: np.clip(scaled(sound, gain), -1, 1))
            for gain in (6, 12, 18, 24)
        ),
        ("clipped by 24 dB, then -12 dB", lambda s: scaled(np.clip(scaled(s, 24), -1, 1), -12)),
        ("quiet: -50 dB peak", lambda sound: scaled(sound, -50)),
        ("gated", lambda sound: gated(scaled(sound, -6))),
        (
            "gated, then 40 s of silent reading",
            lambda sound: np.concatenate([gated(sound), np.zeros(40 * SAMPLE_RATE, np.float32)]),
        ),
        ("open, then 40 s of silent reading", lambda sound: paused(sound, 40, rng)),
        (
            "open with pauses, then 40 s muted",
            lambda s: np.concatenate([paused(s, 5, rng), np.zeros(40 * SAMPLE_RATE, np.float32)]),
        ),
    ]
    for name, change in made:
        kept = [change(sound) for sound in some]
        if name.startswith("pink"):
            kept = [sound * np.float32(0.9 / np.abs(sound).max()) for sound in kept]
        yield judge(name, kept, detector)
    minute = 60 * SAMPLE_RATE
    yield judge("muted from the start", [np.zeros(2 * minute, np.float32)], detector)
    yield judge("a fan at -40 dB, nobody", [scaled(pink(minute, rng), -40)], detector)
    yield judge("noise at -15 dB, nobody", [scaled(pink(minute, rng), -15)], detector)


def main() -> None:
    """Prints it."""
    print("| sound | s | speech over noise, dB | clipped, most | not assessable |")
    print("|---|---|---|---|---|")
    for row in rows():
        print(row, flush=True)


if __name__ == "__main__":
    main()
