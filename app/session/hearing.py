"""What a session hears: its sound on the way in, who speaks in it, and whether it can be judged."""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from app.alerts.audible import Audible
from app.alerts.gaps import Gaps
from app.alerts.lips import FRAME as FRAME_SECONDS
from app.alerts.lips import Lips
from app.alerts.speakers import Speakers
from app.audio.echo import Echo
from app.audio.form import SoundForm
from app.audio.level import SPEECH, LevelMeter
from app.audio.ring import BYTES_PER_SAMPLE, SAMPLE_RATE, Block
from app.audio.vad import FRAME, VadState
from app.session.coverage import HEARD, Coverage
from app.session.intake import Intake
from app.session.sound import Sound
from app.session.sound_rate import SoundRate
from app.session.voices import SessionVoices
from app.types import (
    AlertKind,
    AlertRule,
    FrameAnalysis,
    Label,
    Level,
    Signal,
    Track,
    Voices,
)

logger = logging.getLogger(__name__)

ARRIVAL_PATIENCE, SOURCE_PATIENCE = 1.0, 0.25
"""Seconds by which a message may be late without leaving a gap: networks delay, senders do not."""
SILENT = 2.0
"""Seconds without any sound after which nobody is heard."""
FULL_SCALE = 32768.0
LATER = 2
"""Blocks by which the candidate's sound is judged later while a reference comes: it may come later
than its echo."""
LEAKED = 0.5
"""Share of the power from which sound is taken for the reference's."""
PIECE = 4
"""Frames, 0.128 s, for which it is decided whether they leaked, by them and as much around."""

Judge = Callable[[Sequence[Signal]], None]
HearWords = Callable[[float, bytes], None]


class _Heard(NamedTuple):
    """A block, and how probable speech is in each of its frames."""

    block: Block
    samples: NDArray[np.float32]
    speech: NDArray[np.float32]
    turn: int
    """How often judging had been interrupted when it came."""


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
        self.level: Level | None = None
        """The newest."""
        self.coverage = Coverage(
            (kind for kind in HEARD if rules[kind].enabled), covered, absent=Label.TOO_LITTLE_SOUND
        )
        self.intakes = {
            Track.AUDIO: Intake(self._lost, self._passed, self._missing),
            Track.REFERENCE: Intake(lambda at, seconds: None),
        }
        self.speakers = SessionVoices(
            session_id,
            sound.inference,
            sound.speakers,
            least=rules[AlertKind.SEVERAL_SPEAKERS].limits["confidence_fraction"],
        )
        self._id = session_id
        self._inference = sound.inference
        self._judge = judge
        self._hear_words = hear_words
        self._several = Speakers(rules[AlertKind.SEVERAL_SPEAKERS])
        self._states: dict[Track, VadState | None] = dict.fromkeys(self.intakes)
        self._gaps = Gaps(rules[AlertKind.AUDIO_GAP])
        self._audible = Audible(rules[AlertKind.NOT_ASSESSABLE])
        lips = rules[AlertKind.VOICE_WITHOUT_LIPS]
        self._lips = Lips(lips) if lips.enabled else None
        self._meter = LevelMeter()
        self._rate = SoundRate()
        self._echo: Echo | None = None
        self._held: deque[_Heard] = deque()
        self._newest: tuple[float, float] | None = None
        self._due = False
        self._turn = 0
        """How often judging was interrupted."""
        self._trouble = ""
        """Of the last block; empty: it was heard."""

    @property
    def failing(self) -> bool:
        """Whether the last block could not be heard."""
        return bool(self._trouble)

    @property
    def not_assessable(self) -> Label | None:
        """Why sound cannot be judged at present."""
        return self._audible.reason

    def connect(self, track: Track, form: SoundForm, missing: float = 0.0) -> None:
        """A connection begins to send; `missing`: seconds that its sender lost before."""
        self.intakes[track].connect(form, missing)
        if track is Track.REFERENCE:
            self._echo = self._echo or Echo()
        else:
            self._due = True
            self.coverage.periods.come()
            self._rate.expect(time.monotonic())

    def disconnect(self, track: Track) -> None:
        """It is gone."""
        self.intakes[track].end()
        if track is Track.AUDIO:
            self.coverage.periods.leave()

    async def take(self, track: Track, at: float, message: bytes, *, made: bool) -> None:
        """One message; `at`: when its first sample was made, or when its last one arrived."""
        if track is Track.AUDIO:
            self._newest = at, time.monotonic()
            self.coverage.tell_clock(by_source=made)
        patience = SOURCE_PATIENCE if made else ARRIVAL_PATIENCE
        await self.intakes[track].put(at, message, patience=patience, made=made)

    def see(self, analysis: FrameAnalysis) -> None:
        """A picture that can be judged: its lips are compared with the voice."""
        if self._lips is None or analysis.faces is None or analysis.quality is None:
            return
        face = analysis.faces[0] if analysis.faces else None
        quality = analysis.quality
        self._lips.look(analysis.at, face, quality.sharpness, quality.face_width or 0.0)

    def wait(self, now: float, at: float | None) -> list[Signal]:
        """Now and then, sound or not; `now`: the machine's monotonic clock.

        `at` is the session's time before the first sound; None: only its sender knows it.
        """
        if not self._due:
            return []
        if at is not None:
            self.coverage.expect(at)
        self._rate.expect(now)
        silent = 0.0
        if self._newest is not None:
            silent = max(0.0, now - self._newest[1])
            at = self._newest[0] + silent
        received = self._rate.per_second(now)
        if at is None or received is None:
            return []
        signals = [self._audible.wait(at, received)]
        if silent >= SILENT:  # nobody is heard, and nothing more is lost
            signals += [self._several.nobody(at), self._gaps.heard(at)]
        return [signal for signal in signals if signal is not None]

    def interrupt(self, why: str) -> None:
        """Nothing is judged until further notice, in a word why: what waits is not heard."""
        for intake in self.intakes.values():
            intake.clear()
        self._held.clear()
        self._turn += 1
        self._rate = SoundRate()
        self.coverage.interrupt(why)
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
                if track is Track.AUDIO:
                    self._lost(block.at, block.ends_at - block.at)
                self._states[track] = None
                if (trouble := repr(error)) != self._trouble:
                    logger.exception("hearing failed", extra={"session": self._id})
                self._trouble = trouble
            else:
                intake.heard()
                self._trouble = ""

    async def _hear(self, track: Track, block: Block) -> None:
        samples, turn, echo = _in_frames(block.samples), self._turn, self._echo
        state = None if block.begins else self._states[track]
        speech, self._states[track] = await self._inference.detect_voice(samples, state)
        if track is Track.REFERENCE:
            if echo is not None:
                await self._inference.run(partial(echo.reference, block.at, block.samples))
            await self.speakers.excuse(block, samples, speech)
            return
        if echo is not None:
            await self._inference.run(partial(echo.microphone, block.at, block.samples))
        self._held.append(_Heard(block, samples, speech, turn))
        while len(self._held) > (LATER if self._echo is not None else 0):
            await self._judge_block(*self._held.popleft())

    async def _judge_block(
        self, block: Block, samples: NDArray[np.float32], speech: NDArray[np.float32], turn: int
    ) -> None:
        run = self._inference.run
        if (echo := self._echo) is not None:
            heard = speech
            speech = await run(lambda: _without_leak(echo, block.at, heard))
        self.level = level = await run(lambda: self._meter(block, speech))
        voices = await self.speakers.hear(block, samples, speech)
        if turn != self._turn:
            return  # paused meanwhile
        received = self._rate.per_second(time.monotonic())
        signals = [self._audible.listen(block.ends_at, level, received)]
        if voices is not None:
            self.voices = voices
            signals.append(self._several.signal(voices))
        if (lips := self._look_at_lips(block, speech)) is not None:
            signals.append(lips)
        signals = [s for s in signals if not (s.remains and self._audible.suspends(s.kind))]
        judged = {each.kind for each in signals}
        if self.speakers.able:
            judged.add(AlertKind.SEVERAL_SPEAKERS)
        self.coverage.update(block.ends_at, judged, self._audible.reason, self._audible.suspends)
        if (over := self._gaps.heard(block.at)) is not None:
            signals.append(over)
        self._judge(signals)

    def _look_at_lips(self, block: Block, speech: NDArray[np.float32]) -> Signal | None:
        if self._lips is None:
            return None
        for number, probability in enumerate(speech, start=1):
            self._lips.hear(block.at + number * FRAME_SECONDS, bool(probability >= SPEECH))
        return self._lips.judge(block.ends_at)

    def _passed(self, at: float, pcm: bytes) -> None:
        self._rate.arrived(time.monotonic(), len(pcm) / BYTES_PER_SAMPLE / SAMPLE_RATE)
        self._hear_words(at, pcm)

    def _lost(self, at: float, seconds: float) -> None:
        self._judge([self._gaps.lost(at, seconds)])

    def _missing(self, at: float, since: float, seconds: float) -> None:
        self._judge([self._gaps.missing(at, since, seconds)])


def _without_leak(echo: Echo, at: float, speech: NDArray[np.float32]) -> NDArray[np.float32]:
    """What leaked from a loudspeaker is nobody's speech."""
    own = speech.copy()
    seconds = PIECE * FRAME_SECONDS
    for first in range(0, len(speech), PIECE):
        begins = at + first * FRAME_SECONDS
        if not (speech[first : first + PIECE] >= SPEECH / 2).any():
            continue
        leaked = echo.explained(begins - seconds, begins + 2 * seconds)
        if leaked >= LEAKED or echo.unsure(begins, seconds):
            own[first : first + PIECE] = 0.0
    return own


def _in_frames(samples: NDArray[np.int16]) -> NDArray[np.float32]:
    """-1 to 1; what a stretch's end lacks to a whole frame is silence."""
    whole = np.zeros(-(-len(samples) // FRAME) * FRAME, np.float32)
    whole[: len(samples)] = samples / FULL_SCALE
    return whole
