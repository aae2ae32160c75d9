"""How well a loudspeaker's leak is told from voices in the room, on made-up material.

A speaks on the known track and leaks into B's microphone; in other pieces C sits in the room. In
a second table A's own loudspeaker returns the room's voices with the known sound.
"""

import itertools
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from app.audio.echo import Echo
from app.audio.ring import BLOCK, SAMPLE_RATE
from app.audio.vad import FRAME, VoiceDetector
from benchmarks.rooms import (
    Sound,
    as_samples,
    librispeech,
    load,
    loudspeaker,
    pink,
    power,
    reverberant,
    scaled,
)

WINDOW, HOP = 1.6, 0.8
"""Seconds: what the speakers' judging looks at."""
PIECE = 4.0
"""Seconds of speech at a time."""
LOUDNESS = np.float32(0.06)
"""Root mean square of speech at the microphone, -24 dB."""
EXCUSED = 0.5
"""A window with at least this share explained is nobody's in the room."""

SORTS = (
    "leak alone",
    "candidate alone",
    "candidate over the leak",
    "second voice alone",
    "second voice over the leak",
    "second voice under the leak",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """Both tracks, and what each voice adds to the microphone."""

    known: Sound
    own: Sound
    leak: Sound
    other: Sound
    noise: Sound
    late: float
    """Seconds by which the known track's times are too large."""


@dataclass(slots=True)
class Tally:
    """Windows of one sort."""

    shares: list[float] = field(default_factory=list)

    def __str__(self) -> str:
        values = np.array(self.shares or [np.nan])
        return f"{np.mean(values >= EXCUSED):.0%} of {len(self.shares)} ({np.median(values):.2f})"


def scene(
    voices: tuple[Sound, Sound, Sound],
    rng: np.random.Generator,
    *,
    leak: float,
    seconds: float = 60.0,
    second: bool,
) -> Scene:
    """Turns of 4 s: A, B, both, and with a second voice C alone, and C while A speaks."""
    size = round(seconds * SAMPLE_RATE)
    a, b, c = (np.resize(voice / np.sqrt(power(voice)) * LOUDNESS, size) for voice in voices)
    turns = ["a", "b", "c", "ac", "b", "a"] if second else ["a", "b", "ab", "a", "b"]
    step = round(PIECE * SAMPLE_RATE)
    tracks = {name: np.zeros(len(a), np.float32) for name in "abc"}
    for number, first in enumerate(range(0, len(a), step)):
        for name, voice in zip("abc", (a, b, c), strict=True):
            if name in turns[number % len(turns)]:
                tracks[name][first : first + step] = voice[first : first + step]
    room = float(rng.uniform(0.2, 0.7))
    leaked = loudspeaker(tracks["a"], rng.uniform(0.0, 0.5))
    leaked = reverberant(leaked, room, rng)
    leaked = leaked * np.float32(np.sqrt(power(a) / power(leaked) * np.mean(tracks["a"] != 0)))
    delay = round(float(rng.uniform(0.0, 0.4)) * SAMPLE_RATE)
    leaked = np.concatenate([np.zeros(delay, np.float32), leaked])[: len(a)]
    return Scene(
        known=tracks["a"],
        own=tracks["b"],
        leak=scaled(leaked, leak),
        other=scaled(reverberant(tracks["c"], room, rng), float(rng.uniform(-10, 0))),
        noise=scaled(pink(len(a), rng) * LOUDNESS, -20),
        late=float(rng.uniform(-0.4, 0.4)),
    )


def returned(
    voices: tuple[Sound, Sound, Sound],
    rng: np.random.Generator,
    *,
    back: float,
    leak: float,
    second: bool,
) -> Scene:
    """A asks for 8 s, then 22 s of B, or of C; all that A hears comes back 0.3 s later."""
    size = 60 * SAMPLE_RATE
    a, b, c = (np.resize(voice / np.sqrt(power(voice)) * LOUDNESS, size) for voice in voices)
    asks = np.arange(size) % (30 * SAMPLE_RATE) < 8 * SAMPLE_RATE
    asked, answered = ((voice * turn).astype(np.float32) for voice, turn in ((a, asks), (b, ~asks)))
    if second:
        answered = np.asarray(c * ~asks, np.float32)
    leaked = scaled(reverberant(later(loudspeaker(asked, 0.2), 0.15), 0.4, rng), leak)
    nobody = np.zeros(size, np.float32)
    return Scene(
        known=asked + scaled(later(answered, 0.3), back),
        own=nobody if second else answered,
        leak=leaked,
        other=answered if second else nobody,
        noise=scaled(pink(size, rng) * LOUDNESS, -20),
        late=0.0,
    )


def later(sound: Sound, seconds: float) -> Sound:
    """Begins so much later, and is cut to its length."""
    return np.concatenate([np.zeros(round(seconds * SAMPLE_RATE), np.float32), sound])[: len(sound)]


def shares(made: Scene) -> tuple[Echo, list[tuple[float, float]], float]:
    """The service's echo, each window's end and share, and its milliseconds a second of sound."""
    echo, begun, spent = Echo(), 10.0, 0.0
    known = as_samples(made.known)
    heard = as_samples(made.own + made.leak + made.other + made.noise)
    result, asked = [], begun
    for first in range(0, len(heard) - BLOCK + 1, BLOCK):
        at = begun + first / SAMPLE_RATE
        start = time.process_time()
        echo.reference(at + made.late, known[first : first + BLOCK])
        echo.microphone(at, heard[first : first + BLOCK])
        while asked + WINDOW + 1.0 <= at:
            result.append((asked - begun, echo.explained(asked, asked + WINDOW)))
            asked += HOP
        spent += time.process_time() - start
    return echo, result, 1000 * spent / (len(heard) / SAMPLE_RATE)


def sort(made: Scene, begins: float, speech: NDArray[np.bool_]) -> str | None:
    """Whose window it is by truth; None: hardly anybody's, or it lies across a change."""
    first, last = round(begins * SAMPLE_RATE), round((begins + WINDOW) * SAMPLE_RATE)
    frames = slice(first // FRAME, last // FRAME)
    if speech[frames].mean() < 0.4:
        return None
    own, leak, other = (power(s[first:last]) for s in (made.own, made.leak, made.other))
    if own < 1e-7 and other < 1e-7:
        return "leak alone" if leak > 1e-9 else None
    if leak < 1e-3 * max(own, other):
        return "candidate alone" if own > other else "second voice alone"
    ratio = 10 * np.log10(max(own, other) / leak)
    who = "candidate" if own > other else "second voice"
    if ratio >= 3:
        return f"{who} over the leak"
    return f"{who} under the leak" if ratio <= -3 else None


def rows(pieces: int = 12, seed: int = 1) -> Iterator[str]:
    """The table."""
    rng, detector = np.random.default_rng(seed), VoiceDetector()
    voices = [load(file) for file in librispeech()]
    costs: list[float] = []
    found: dict[float, list[bool]] = defaultdict(list)
    yield "| leak, dB | " + " | ".join(SORTS) + " |"
    yield "|---" * (len(SORTS) + 1) + "|"
    for leak in (-5.0, -10.0, -15.0, -20.0, -25.0, -90.0):
        tallies: dict[str, Tally] = defaultdict(Tally)
        for piece in range(pieces):
            chosen = rng.choice(len(voices), 3, replace=False)
            a, b, c = (voices[int(i)] for i in chosen)
            made = scene((a, b, c), rng, leak=leak, second=piece % 2 == 1)
            heard = made.own + made.leak + made.other + made.noise
            speech, _ = detector(np.asarray(heard[: len(heard) // FRAME * FRAME], np.float32), None)
            echo, judged, cost = shares(made)
            costs.append(cost)
            found[leak].append(echo.delay is not None)
            for begins, share in judged:
                if (name := sort(made, begins, speech >= 0.5)) is not None:
                    tallies[name].shares.append(share)
        yield f"| {leak:g} | " + " | ".join(str(tallies[name]) for name in SORTS) + " |"
    yield ""
    hits = ", ".join(f"{leak:g} dB {np.mean(hits):.0%}" for leak, hits in found.items())
    yield f"delay found: {hits}"
    yield f"cost: median {np.median(costs):.1f} ms of CPU a second of sound"


def rows_returned(pieces: int = 4, seed: int = 2) -> Iterator[str]:
    """The second table."""
    rng, detector = np.random.default_rng(seed), VoiceDetector()
    voices = [load(file) for file in librispeech()]
    sorts = ("leak alone", "candidate alone", "second voice alone")
    yield "| leak, dB | returned, dB | " + " | ".join(sorts) + " |"
    yield "|---" * (len(sorts) + 2) + "|"
    for leak, back in itertools.product((-15.0, -90.0), (-6.0, -10.0, -20.0, -30.0)):
        tallies: dict[str, Tally] = defaultdict(Tally)
        for piece in range(pieces):
            a, b, c = (voices[int(i)] for i in rng.choice(len(voices), 3, replace=False))
            made = returned((a, b, c), rng, back=back, leak=leak, second=piece % 2 == 1)
            heard = made.own + made.leak + made.other + made.noise
            speech, _ = detector(np.asarray(heard[: len(heard) // FRAME * FRAME], np.float32), None)
            for begins, share in shares(made)[1]:
                if (name := sort(made, begins, speech >= 0.5)) is not None:
                    tallies[name].shares.append(share)
        cells = " | ".join(str(tallies[name]) for name in sorts)
        yield f"| {leak:g} | {back:g} | {cells} |"


def main() -> None:
    """Prints both."""
    for row in itertools.chain(rows(), [""], rows_returned()):
        print(row, flush=True)


if __name__ == "__main__":
    main()
