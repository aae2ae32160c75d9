"""Who speaks in one session's sound, by the way that serves at present."""

import asyncio
import logging
from collections import deque

import numpy as np
from numpy.typing import NDArray

from app.audio.listener import Listener
from app.audio.ring import SAMPLE_RATE, Block
from app.audio.speakers import SpeakerLimits
from app.errors import ModelError
from app.session.diarized_voices import WINDOW, DiarizedVoices
from app.session.sound_inference import SoundInference
from app.session.speaker_choice import SpeakerChoice
from app.settings import Speakers
from app.types import Voices

logger = logging.getLogger(__name__)

Samples = NDArray[np.float32]
ENROLS = 60.0
"""Seconds of an enrolment's sound that are kept, for pyannote."""
FAR_SPEECH = 5.0
"""Seconds of new far speech after which pyannote is shown the far voice again."""


class _Recent:
    """The newest blocks without a gap between them."""

    def __init__(self, seconds: float) -> None:
        self._most = round(seconds * SAMPLE_RATE)
        self._blocks: deque[Block] = deque()
        self._held = 0

    def add(self, block: Block, *, through_gaps: bool = False) -> None:
        if block.begins and not through_gaps:
            self._blocks.clear()
            self._held = 0
        self._blocks.append(block)
        self._held += len(block.samples)
        while self._held - len(self._blocks[0].samples) >= self._most:
            self._held -= len(self._blocks.popleft().samples)

    def newest(self) -> tuple[bytes, float]:
        """s16le, and where it ends on the session's clock."""
        if not self._blocks:
            return b"", 0.0
        samples = np.concatenate([block.samples for block in self._blocks])[-self._most :]
        return samples.astype("<i2").tobytes(), self._blocks[-1].ends_at


class SessionVoices:
    """One session's: voiceprints of its own, or what pyannote says of its newest ten seconds."""

    def __init__(
        self,
        session_id: str,
        inference: SoundInference,
        choice: SpeakerChoice,
        *,
        least: float,
    ) -> None:
        """`least`: the probability from which another voice is a speaker, 0 to 1."""
        self._id = session_id
        self._inference = inference
        self._choice = choice
        limits = SpeakerLimits(sure=least)
        self._near, self._far = Listener(limits), Listener(limits)
        self._broken = {self._near, self._far}
        """Whose next block continues nothing."""
        self._recent, self._recent_far = _Recent(WINDOW), _Recent(WINDOW)
        self._diarized: DiarizedVoices | None = None
        self._looking: asyncio.Task[None] | None = None
        self._found: Voices | None = None
        self._far_excused = 0.0
        self._enrolment: _Recent | None = None
        self._enrols = False
        """Whether pyannote has yet to be shown who is enrolled."""

    @property
    def able(self) -> bool:
        """Whether voices are told apart at all."""
        return self._choice.serving is not Speakers.OFF

    @property
    def is_speaking(self) -> bool:
        """Whether somebody speaks at present."""
        return self._near.is_speaking

    @property
    def enrolled(self) -> float | None:
        """0 to 1: of the speech asked for, what was heard; None: nothing was asked for."""
        return self._near.enrolled

    async def enrol(self, seconds: float) -> None:
        """The next so many seconds of speech are the candidate's."""
        await self._inference.run(lambda: self._near.enrol(seconds))
        self._enrolment, self._enrols = _Recent(ENROLS), True

    async def hear(self, block: Block, samples: Samples, speech: Samples) -> Voices | None:
        """The next block, and how probable speech is in each frame; None: nothing new is known."""
        run = self._inference.run
        enrolling = self._enrolment is not None and (self.enrolled or 0.0) < 1.0
        if enrolling and self._enrolment is not None:
            self._enrolment.add(block, through_gaps=True)
        windows = await self._windows(self._near, block, samples, speech)
        diarizes = self._choice.serving is Speakers.PYANNOTE
        if windows and self.able and (enrolling or not diarizes):
            prints = await self._inference.voiceprints(windows)
            await run(lambda: self._near.take(prints))
        if diarizes:
            return self._look(block)
        self._diarized = self._found = None
        return await run(lambda: self._near.voices(block.ends_at))

    async def excuse(self, block: Block, samples: Samples, speech: Samples) -> None:
        """The next block of what the candidate hears: its voices are nobody in the room."""
        run = self._inference.run
        windows = await self._windows(self._far, block, samples, speech)
        if self._choice.serving is Speakers.PYANNOTE:
            self._recent_far.add(block)
        elif windows and self.able:
            prints = await self._inference.voiceprints(windows)
            await run(lambda: self._near.excuse(prints))

    def interrupt(self) -> None:
        """What comes next does not continue what was."""
        self._broken = {self._near, self._far}

    def close(self) -> None:
        """Nothing more is heard."""
        if self._looking is not None:
            self._looking.cancel()

    async def _windows(
        self, listener: Listener, block: Block, samples: Samples, speech: Samples
    ) -> list[Samples]:
        broken = block.begins or listener in self._broken
        self._broken.discard(listener)

        def hear() -> list[Samples]:
            if broken:
                listener.interrupt()
            return listener.hear(block.at, samples, speech)

        return await self._inference.run(hear)

    def _look(self, block: Block) -> Voices | None:
        """By pyannote, beside the hearing: a window takes seconds."""
        self._recent.add(block)
        if self._diarized is None and self._choice.pyannote is not None:
            self._diarized = DiarizedVoices(self._id, self._choice.pyannote)
            self._enrols = self._enrolment is not None
        diarized = self._diarized
        idle = self._looking is None or self._looking.done()
        if diarized is not None and idle and diarized.due(block.ends_at):
            self._looking = asyncio.create_task(self._ask(diarized), name=f"voices {self._id}")
        found, self._found = self._found, None
        return found

    async def _ask(self, diarized: DiarizedVoices) -> None:
        try:
            if self._enrols and self._enrolment is not None and self.enrolled == 1.0:
                self._enrols = not await diarized.enrol(self._enrolment.newest()[0])
            far = self._far.voices(0.0).speech
            if far - self._far_excused >= FAR_SPEECH:
                self._far_excused = far
                await diarized.excuse(self._recent_far.newest()[0])
            self._found = await diarized.hear(self._recent.newest)
        except ModelError as error:  # its process is started again; /readyz tells
            logger.debug("pyannote did not answer: %s", error, extra={"session": self._id})
