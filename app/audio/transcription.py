"""What a service that turns speech into text has to offer."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from app.types import Transcript, TranscriptionPlan

TakeTranscript = Callable[[Transcript], None]


class StreamState(StrEnum):
    """What becomes of a session's sound at present."""

    IDLE = "idle"
    """None came lately: nothing is connected, nothing costs."""
    CONNECTING = "connecting"
    CONNECTED = "connected"
    RETRYING = "retrying"
    """The connection broke or could not be made; the newest 10 s wait for the next one."""
    REFUSED = "refused"
    """For good: the key or the request was refused."""
    ENDED = "ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """Why speech does not become text at present."""

    why: str
    mend: str
    """What the operator can do."""


class TranscriptStream(Protocol):
    """One session's sound on its way."""

    @property
    def state(self) -> StreamState:
        """Where it stands."""

    @property
    def why(self) -> str:
        """What went wrong last; empty: nothing."""

    def feed(self, at: float, pcm: bytes) -> None:
        """Whole s16le mono samples of 16 kHz; `at`: of the first one. Never waits."""

    async def close(self, patience: float) -> None:
        """Wait for the last words, at most so many seconds; then hear of no more."""


class Transcriber(Protocol):
    """Turns speech into text."""

    @property
    def missing(self) -> Trouble | None:
        """What it lacks to work at all."""

    def open(
        self, session_id: str, plan: TranscriptionPlan, take: TakeTranscript
    ) -> TranscriptStream:
        """For one session; nothing is connected before sound comes."""
