"""By what voices are told apart: what was asked for, and what there is."""

import os
from collections.abc import Callable
from pathlib import Path

from app.audio.pipeline_source import TOKENS
from app.session.pyannote import Patience, Pyannote
from app.session.pyannote_child import Trouble
from app.settings import Speakers


class SpeakerChoice:
    """It may change at any time: pyannote takes seconds to load, and can fail."""

    def __init__(
        self,
        asked: Speakers,
        source: str,
        changed: Callable[[], None] = lambda: None,
        patience: Patience | None = None,
    ) -> None:
        """`source`: pyannote's folder, or its name on the hub. `changed`: it is told anew."""
        self.pyannote: Pyannote | None = None
        """None: it is not tried."""
        self._asked = asked
        self._source = source
        tried = asked is Speakers.PYANNOTE or (asked is Speakers.AUTO and _is_at_hand(source))
        if tried:
            self.pyannote = Pyannote(source, patience, changed)

    def start(self) -> None:
        """Load in the background what has to be loaded."""
        if self.pyannote is not None:
            self.pyannote.start()

    async def close(self) -> None:
        """End its process."""
        if self.pyannote is not None:
            await self.pyannote.close()

    @property
    def serving(self) -> Speakers:
        """By what voices are told apart at present: never AUTO."""
        if self._asked is Speakers.OFF:
            return Speakers.OFF
        ready = self.pyannote is not None and self.pyannote.state == "ready"
        return Speakers.PYANNOTE if ready else Speakers.EMBEDDED

    @property
    def told(self) -> str:
        """For /readyz: "off", "embedded", "embedded (pyannote: loading)", "pyannote: FOLDER"."""
        if self.serving is Speakers.PYANNOTE:
            return f"{self.serving}: {self._source}"
        if self.pyannote is not None:
            return f"{self.serving} (pyannote: {self.pyannote.state})"
        return str(self.serving)

    @property
    def lacking(self) -> Trouble | None:
        """Why pyannote, which was asked for or is at hand, does not serve; None: nothing lacks."""
        if self._asked is Speakers.OFF:
            return Trouble(
                "not assessable: PROCTOR_SPEAKERS=off", "PROCTOR_SPEAKERS=auto uv run run.py"
            )
        if self.pyannote is None or (trouble := self.pyannote.trouble) is None:
            return None
        return Trouble(f"{trouble.why}; voices are told apart by the embedded way", trouble.mend)


def _is_at_hand(source: str) -> bool:
    return Path(source).is_dir() or any(os.environ.get(name) for name in TOKENS)
