"""Listens to one session: who speaks, block by block."""

import numpy as np
from numpy.typing import NDArray

from app.audio.speakers import SpeakerLimits, Speakers
from app.audio.speech import Speech
from app.audio.turns import newest_stretch, speaker_turns
from app.audio.voice_space import voice_space
from app.audio.windows import Window, Windows
from app.types import Voices

Samples = NDArray[np.float32]
LEAST_ENROLLED = 3
"""Windows without which nobody is enrolled: words with long pauses between them give none."""
_BRIDGE = 1.0
"""Seconds between words that make one stretch of another's speech."""


class Listener:
    """One session's ear; it knows no network, and its judgement depends on the samples alone.

    For each block the caller has the detector tell how probable speech is; `hear` names windows;
    the caller has the encoder make their voiceprints; `take` takes these.
    """

    def __init__(self, limits: SpeakerLimits | None = None) -> None:
        self._limits = limits or SpeakerLimits()
        self._space = voice_space()
        self._speech = Speech(recent=self._limits.recent)
        self._windows = Windows()
        self._speakers = Speakers(self._limits)
        self._awaited: list[tuple[Window, bool]] = []
        self._enrolment: tuple[float, float] | None = None
        self._enrolled_windows = 0

    @property
    def is_speaking(self) -> bool:
        """Whether somebody speaks now."""
        return self._speech.speaking

    @property
    def enrolled(self) -> float | None:
        """0 to 1: of the speech asked for, what is known as the candidate's; None: none asked."""
        if self._enrolment is None:
            return None
        begun, seconds = self._enrolment
        heard = (self._speech.seconds - begun) / seconds
        return min(1.0, heard, self._enrolled_windows / LEAST_ENROLLED)

    def enrol(self, seconds: float) -> None:
        """The next so many seconds of speech, above 0, are the candidate's, and theirs alone."""
        self._enrolment = (self._speech.seconds, seconds)
        self._enrolled_windows = 0
        self._windows.interrupt()
        self._speakers.forget_enrolment()

    def hear(self, at: float, samples: Samples, speech: Samples) -> list[Samples]:
        """The next block, and how probable speech is in each of its frames of 512 samples.

        `at`: seconds on the session's clock, of the first sample. Samples are from -1 to 1. Returns
        the windows, 25600 samples each, whose voiceprints `take` wants.
        """
        spoken = self._speech.update(at, speech)
        enrolling = self.enrolled is not None and self.enrolled < 1.0
        windows = self._windows.cut(at, samples, spoken)
        self._awaited = [(window, enrolling) for window in windows]
        return [window.samples for window in windows]

    def take(self, prints: Samples) -> None:
        """The voiceprints, shape (n, 256), of the windows named last, in order."""
        vectors = self._space(prints)
        for (window, known), vector in zip(self._awaited, vectors, strict=True):
            if known:
                self._speakers.enrol(vector[None])
                self._enrolled_windows += 1
            self._speakers.add(window.middle, vector, continues=window.continues)
        self._awaited = []

    def excuse(self, prints: Samples) -> None:
        """Voiceprints, shape (n, 256), of voices that are not in the room; at any time."""
        self._speakers.excuse(self._space(prints))

    def interrupt(self) -> None:
        """A gap: what comes next does not continue what was."""
        self._speech.interrupt()
        self._windows.interrupt()

    def voices(self, at: float) -> Voices:
        """Who has been heard until now."""
        company = self._speakers.judge()
        others = [voice for voice in company.voices[1:] if not voice.excused]
        sure = [voice for voice in others if voice.probability >= self._limits.sure]
        best = max(others, key=lambda voice: voice.probability, default=None)
        owners = [None if company.voices[n].excused else n for n in company.owners]
        turns = speaker_turns(self._speech.segments, company.times, owners)
        stretch = newest_stretch(turns, 0, _BRIDGE)
        if not sure:
            turns = speaker_turns(
                self._speech.segments, company.times, [None if n is None else 0 for n in owners]
            )
        return Voices(
            at=at,
            speakers=len(sure) + any(not voice.excused for voice in company.voices[:1]),
            confidence=0.0 if best is None else best.probability,
            share=sum(v.group.count for v in sure) / company.windows if sure else 0.0,
            similarity=None if best is None else best.likeness,
            other_since=None if stretch is None else stretch[0],
            other_until=None if stretch is None else stretch[1],
            speech=self._speech.seconds,
            turns=turns,
        )
