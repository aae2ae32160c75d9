"""A session's voices by pyannote: a window of 10 s every 5 s, tied to the ones before."""

import math
from collections.abc import Callable

from app.audio.diarization import Embedding
from app.audio.ties import Ties
from app.session.pyannote import Pyannote
from app.types import Voices

WINDOW, HOP = 10.0, 5.0
"""Seconds."""


class DiarizedVoices:
    """One session's; `Pyannote` is everybody's.

    A loop of the session calls `due` when sound came, and where it is, awaits `hear` beside the
    intake of sound. Where many sessions wait, windows are further apart than 5 s, and beyond 10 s
    some sound is never looked at: `missed` counts it.
    """

    def __init__(self, session_id: str, pyannote: Pyannote) -> None:
        self.missed = 0.0
        """Seconds of sound, between the first window and the newest, that no window had."""
        self._who = session_id
        self._pyannote = pyannote
        self._ties = Ties()
        self._until = -math.inf

    def due(self, heard_until: float) -> bool:
        """Whether there are 5 s of sound that no window had; seconds on the session's clock."""
        return heard_until - max(self._until, 0.0) >= HOP

    async def hear(self, newest: Callable[[], tuple[bytes, float]]) -> Voices | None:
        """What the newest window tells; None: a newer call took its place.

        `newest` is called once the process is free. It gives the last 10 s, or what there is of
        them, as s16le mono of 16 kHz, and where they end on the session's clock. Raises ModelError.
        """
        ended_at = 0.0

        def take() -> bytes | None:
            nonlocal ended_at
            pcm, ended_at = newest()
            return pcm or None

        window = await self._pyannote.diarize(self._who, take)
        if window is None or ended_at <= self._until:
            return None
        started_at = ended_at - window.seconds
        if math.isfinite(self._until):
            self.missed += max(0.0, started_at - self._until)
        self._until = ended_at
        return self._ties.update(window, started_at)

    async def enrol(self, pcm: bytes) -> bool:
        """Take the voice that speaks most in it for the candidate's; False: nobody spoke enough."""
        if (embedding := await self._main_voice("enrol", pcm)) is None:
            return False
        self._ties.enrol(embedding, max(self._until, 0.0))
        return True

    async def excuse(self, pcm: bytes) -> bool:
        """Take the voice that speaks most in it for one that is not in the room."""
        if (embedding := await self._main_voice("excuse", pcm)) is None:
            return False
        self._ties.excuse(embedding)
        return True

    async def _main_voice(self, purpose: str, pcm: bytes) -> Embedding | None:
        found = await self._pyannote.diarize(f"{self._who} {purpose}", lambda: pcm or None)
        return found.main if found else None
