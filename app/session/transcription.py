"""Speech becomes text, for the sessions that asked for it."""

from collections.abc import Callable, Sequence

from app.alerts.hot_words import HotWords
from app.audio.ring import BYTES_PER_SAMPLE, SAMPLE_RATE
from app.audio.transcription import (
    StreamState,
    TakeTranscript,
    Transcriber,
    TranscriptStream,
    Trouble,
)
from app.errors import TranscriptionError
from app.session.live_words import LiveWords
from app.session.transcript_keeper import SaveTranscript, TranscriptKeeper
from app.types import SessionInfo, Signal, Transcript, TranscriptionPlan, TranscriptState

LAST_WORDS = 3.0
"""Seconds that a closing session waits for them, and as many for the database."""

Judge = Callable[[Sequence[Signal]], None]


class Transcription:
    """One session's; one that did not ask hears nothing."""

    def __init__(self, info: SessionInfo, part: "Transcriptions", judge: Judge) -> None:
        """`judge` takes the signals of hot words."""
        plan = info.transcription
        self._id = info.id
        self._live = part.live
        self._judge = judge
        self._hot_words = HotWords(plan.hot_words if plan else ())
        self._keeper = TranscriptKeeper(info.id, part.save) if plan and plan.store else None
        self._stream: TranscriptStream | None = None
        self._half = b""
        self._heard = 0.0
        self._missing = part.missing(plan)
        if plan is not None and self._missing is None:
            self._stream = part.transcriber.open(info.id, plan, self._take)

    @property
    def state(self) -> StreamState:
        """What becomes of the sound at present."""
        return StreamState.REFUSED if self._stream is None else self._stream.state

    @property
    def why(self) -> str:
        """What is wrong; empty: nothing."""
        if self._missing is not None:
            return self._missing.why
        return "" if self._stream is None else self._stream.why

    def hear(self, at: float, pcm: bytes) -> None:
        """s16le mono samples of 16 kHz, cut anyhow; `at`: of the first one. Never waits."""
        if self._stream is None:
            return
        pcm = self._half + pcm
        whole = len(pcm) // BYTES_PER_SAMPLE * BYTES_PER_SAMPLE
        pcm, self._half = pcm[:whole], pcm[whole:]
        if not pcm:
            return
        self._heard = max(self._heard, at + whole / BYTES_PER_SAMPLE / SAMPLE_RATE)
        self._stream.feed(at, pcm)
        self._judge(self._hot_words.quiet(self._heard))

    def interrupt(self) -> None:
        """What comes next continues nothing: half a sample's other half will not come."""
        self._half = b""

    async def close(self, patience: float = LAST_WORDS) -> None:
        """Wait for the last words."""
        if self._stream is not None:
            await self._stream.close(patience)
        if self._keeper is not None:
            await self._keeper.close(patience)

    def _take(self, transcript: Transcript) -> None:
        self._live.tell(self._id, transcript)
        if transcript.state is TranscriptState.INTERIM:
            return
        if self._keeper is not None:
            self._keeper.keep(transcript)
        self._judge(self._hot_words.find(transcript, self._heard))


class Transcriptions:
    """What all sessions share: who turns speech into text, who listens, who keeps."""

    def __init__(
        self,
        transcriber: Transcriber,
        live: LiveWords,
        save: SaveTranscript,
        tell_trouble: Callable[[Trouble], None],
    ) -> None:
        """`tell_trouble` learns what the operator has to mend, once a session asked for it."""
        self.transcriber = transcriber
        self.live = live
        self.save = save
        self._tell_trouble = tell_trouble

    def open(self, info: SessionInfo, judge: Judge) -> Transcription:
        """For a session that begins; `judge` takes the signals of hot words."""
        return Transcription(info, self, judge)

    def missing(self, plan: TranscriptionPlan | None) -> Trouble | None:
        """Why this plan cannot be met; None: it can, or there is none."""
        if plan is None or (trouble := self.transcriber.missing) is None:
            return None
        self._tell_trouble(trouble)
        return trouble

    def check(self, plan: TranscriptionPlan | None) -> None:
        """Raises TranscriptionError where it cannot be met."""
        if (trouble := self.missing(plan)) is not None:
            raise TranscriptionError(
                f"speech cannot become text: {trouble.why} (mend: {trouble.mend})"
            )


class NoTranscriber:
    """Where no speech shall become text."""

    @property
    def missing(self) -> Trouble:
        """Everything."""
        return Trouble(why="there is nothing here that could", mend="none")

    def open(
        self, session_id: str, plan: TranscriptionPlan, take: TakeTranscript
    ) -> TranscriptStream:
        """Never called: it is missing."""
        raise TranscriptionError(f"no speech becomes text here: {session_id!r}")


def no_transcriptions() -> Transcriptions:
    """For measurements of something else."""

    async def save(session_id: str, transcript: Transcript) -> None:
        """Nothing is said."""

    return Transcriptions(NoTranscriber(), LiveWords(), save, lambda trouble: None)
