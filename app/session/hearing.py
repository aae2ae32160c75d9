"""What a session hears: its sound on the way in, who speaks in it, and whether it can be judged."""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.alerts.gaps import Gaps
from app.alerts.speakers import Speakers
from app.audio.form import SoundForm
from app.audio.ring import Block
from app.audio.vad import FRAME, VadState
from app.session.coverage import HEARD, Coverage
from app.session.intake import Intake
from app.session.sound import Sound
from app.session.voices import SessionVoices
from app.types import AlertKind, AlertRule, Label, Signal, Track, Voices

logger = logging.getLogger(__name__)

ARRIVAL_PATIENCE, SOURCE_PATIENCE = 1.0, 0.25
"""Seconds by which a message may be late without leaving a gap: networks delay, senders do not."""
FULL_SCALE = 32768.0

Judge = Callable[[Sequence[Signal]], None]
HearWords = Callable[[float, bytes], None]


class Hearing:
    """One session's ears: sound waits for no picture, and no picture for sound."""

    def __init__(
        self,
        session_id: str,
        rules: Mapping[AlertKind, AlertRule],
        sound: Sound,
        *,
        judge: Judge,
        hear_words: HearWords,
        covered: Mapping[str, Any] | None = None,
    ) -> None:
        """`hear_words` is given the candidate's sound as it comes; `covered`: as it was stored."""
        self.voices: Voices | None = None
        """The newest."""
        self.coverage = Coverage(
            (kind for kind in HEARD if rules[kind].enabled), covered, absent=Label.TOO_LITTLE_SOUND
        )
        self.intakes = {
            Track.AUDIO: Intake(self._lost, hear_words),
            Track.REFERENCE: Intake(lambda at, seconds: None),
        }
        self.speakers = SessionVoices(session_id, sound.inference, sound.speakers)
        self._id = session_id
        self._inference = sound.inference
        self._judge = judge
        self._several = Speakers(rules[AlertKind.SEVERAL_SPEAKERS])
        self._states: dict[Track, VadState | None] = dict.fromkeys(self.intakes)
        self._gaps = Gaps(rules[AlertKind.AUDIO_GAP])
        self._trouble = ""
        """Of the last block; empty: it was heard."""

    @property
    def failing(self) -> bool:
        """Whether the last block could not be heard."""
        return bool(self._trouble)

    def connect(self, track: Track, form: SoundForm) -> None:
        """A connection begins to send."""
        self.intakes[track].connect(form)

    def disconnect(self, track: Track) -> None:
        """It is gone."""
        self.intakes[track].end()

    async def take(self, track: Track, at: float, message: bytes, *, made: bool) -> None:
        """One message; `at`: when its first sample was made, or when its last one arrived."""
        patience = SOURCE_PATIENCE if made else ARRIVAL_PATIENCE
        await self.intakes[track].put(at, message, patience=patience, made=made)

    def interrupt(self) -> None:
        """Nothing is judged until further notice: what waits is not heard."""
        for intake in self.intakes.values():
            intake.clear()
        self.coverage.interrupt()
        self.speakers.interrupt()

    def close(self) -> None:
        """Nothing more is heard."""
        self.speakers.close()

    async def run(self) -> None:
        """Hear what comes, for ever."""
        await asyncio.gather(*(self._listen(track) for track in self.intakes))

    async def _listen(self, track: Track) -> None:
        intake = self.intakes[track]
        while True:
            block = await intake.block()
            try:
                await self._hear(track, block)
            except Exception as error:
                intake.unheard()
                self._states[track] = None
                if (trouble := repr(error)) != self._trouble:
                    logger.exception("hearing failed", extra={"session": self._id})
                self._trouble = trouble
            else:
                intake.heard()
                self._trouble = ""

    async def _hear(self, track: Track, block: Block) -> None:
        samples = _in_frames(block.samples)
        state = None if block.begins else self._states[track]
        speech, self._states[track] = await self._inference.detect_voice(samples, state)
        if track is Track.REFERENCE:
            await self.speakers.excuse(block, samples, speech)
            return
        signals = []
        if (voices := await self.speakers.hear(block, samples, speech)) is not None:
            self.voices = voices
            signals.append(self._several.signal(voices))
        judged = [AlertKind.SEVERAL_SPEAKERS] if self.speakers.able else []
        self.coverage.update(block.ends_at, judged, None, lambda kind: False)
        if (over := self._gaps.heard(block.at)) is not None:
            signals.append(over)
        self._judge(signals)

    def _lost(self, at: float, seconds: float) -> None:
        self._judge([self._gaps.lost(at, seconds)])


def _in_frames(samples: NDArray[np.int16]) -> NDArray[np.float32]:
    """-1 to 1; what a stretch's end lacks to a whole frame is silence."""
    whole = np.zeros(-(-len(samples) // FRAME) * FRAME, np.float32)
    whole[: len(samples)] = samples / FULL_SCALE
    return whole
