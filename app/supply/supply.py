"""Finds weights, converts and fetches them, and switches on what they are for."""

import asyncio
import logging
from collections.abc import Sequence
from typing import NamedTuple, Self

from app.errors import MissingExtraError, ModelError
from app.settings import Fetch, Settings
from app.supply.fetching import Fetching, fetch_command
from app.supply.part import Part
from app.vision.weights_file import WeightsFile
from app.weights import ModelEntry, WeightState, state

LOOKS = 2.0
"""Seconds between two looks into the folder of weights: somebody may put them there."""

logger = logging.getLogger(__name__)


class Candidate(NamedTuple):
    """Files that may serve together, as they are at present."""

    files: tuple[WeightsFile, ...]
    states: tuple[tuple[int, int], ...]
    """Bytes and time of the last change of each."""

    @classmethod
    def of(cls, files: Sequence[WeightsFile]) -> Self:
        """Looks at the files; what is converted by now stands for its weights."""
        made = tuple(WeightsFile(f.served) if f.served.is_file() else f for f in files)
        seen = [file.path.stat() for file in made]
        return cls(made, tuple((each.st_size, each.st_mtime_ns) for each in seen))

    @property
    def each(self) -> list[Self]:
        """Each file as if it were alone."""
        pairs = zip(self.files, self.states, strict=True)
        return [type(self)((file,), (seen,)) for file, seen in pairs]


class Supply:
    """Of one part. Works beside the service; the part tells how far it is."""

    def __init__(self, part: Part, settings: Settings) -> None:
        self._part = part
        self._settings = settings
        self._refused: set[Candidate] = set()
        self._serving: Candidate | None = None
        self._failed = ""
        """Why it did, as it was logged last."""

    async def run(self) -> None:
        """Return once the best there is serves; it may be put here at any time."""
        if self._part.off:
            name = self._part.setting
            self._part.lacks("switched off", f"{name}=off", f"{name}=auto uv run run.py")
            return
        fetching = None
        try:
            while not await self._served():
                if fetching is None:
                    fetching = asyncio.create_task(self._fetched(), name="fetch")
                await asyncio.sleep(LOOKS)
        finally:
            if fetching is not None:
                fetching.cancel()

    async def _served(self) -> bool:
        """Whether the best there is serves; what is here is tried once, until it changes."""
        try:
            candidates = await asyncio.to_thread(self._candidates)
        except (ModelError, OSError) as error:
            self._fail(error)
            return False
        for candidate in candidates:
            if candidate == self._serving:
                break  # what is better was refused
            if self._refused & {candidate, *candidate.each}:
                continue
            try:
                best = await self._serve(candidate)
            except Exception as error:  # whatever is wrong with it, the next one may serve
                self._refused.add(candidate)
                self._fail(error)
            else:
                self._serving = await asyncio.to_thread(Candidate.of, candidate.files)
                return best
        return False

    def _candidates(self) -> list[Candidate]:
        return [Candidate.of(files) for files in self._part.find()]

    async def _serve(self, candidate: Candidate) -> bool:
        for alone in candidate.each:
            (file,) = alone.files
            if file.converts_to is None:
                continue
            try:
                await self._part.exporter.convert(file.path, file.converts_to, self._converting)
            except Exception:
                self._refused.add(alone)  # it can serve in no company either
                raise
        return await self._part.serve([file.served for file in candidate.files])

    async def _fetched(self) -> None:
        """Bring what is wanted, unless that is forbidden; the folder is looked into meanwhile."""
        try:
            wanted = await asyncio.to_thread(self._part.wanted)
            if wanted and self._settings.fetch is Fetch.NEVER:
                if not self._refused:
                    why = await asyncio.to_thread(self._absence, wanted)
                    why = f"{why}, and PROCTOR_FETCH=never"
                    self._part.lacks("missing", why, fetch_command(wanted))
                return
        except ModelError as error:
            self._fail(error)
            return
        if wanted:
            await Fetching(self._settings.models, wanted, self._part.lacks).run()

    def _absence(self, entries: Sequence[ModelEntry]) -> str:
        """Which are not here, or are not what the manifest says."""
        folder = self._settings.models
        for entry in entries:
            if state(entry, folder) is WeightState.CORRUPT:
                return f"{folder / entry.file} is not the file of the manifest"
        are = "is" if len(entries) == 1 else "are"
        return f"{' and '.join(entry.file for entry in entries)} {are} not in {folder}"

    def _converting(self, step: str) -> None:
        self._part.lacks("converting", step, "wait")

    def _fail(self, error: Exception) -> None:
        if self._failed != str(error):
            self._failed = str(error)
            logger.error("%s: %s", self._part.unable, error)
        extra = isinstance(error, MissingExtraError)
        mend = 'pip install -e ".[train]"' if extra else "uv run run.py models verify"
        self._part.lacks("failed", str(error), mend)
