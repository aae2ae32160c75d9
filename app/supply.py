"""Brings what is not there at once: the object detector, found, converted or fetched, and pyannote.

Either is switched on without a restart.
"""

import asyncio
import importlib.util
import logging
import sys
import threading
from pathlib import Path
from typing import NamedTuple

from app.api.health import Degradation, Health
from app.errors import FetchError, ModelError
from app.session.inference import Inference
from app.session.speaker_choice import SpeakerChoice
from app.settings import OFF, Fetch, Settings
from app.vision.detector_files import DetectorFile, find_detectors, is_name
from app.vision.objects import ObjectDetector
from app.weights import Manifest, ModelEntry, fetch

logger = logging.getLogger(__name__)

PHONE, SPEAKERS = "phone", "speakers"
CONVERTED, FREE = "yolo11n", "yolox_nano"
"""The better one, which has to be converted, and the one that serves as it comes."""
FIRST_RETRY, LAST_RETRY = 60.0, 3600.0
"""Seconds between two attempts to fetch; they double."""
LOOKS = 2.0
"""Seconds between two looks into the folder of weights: somebody may put them there."""


class Candidate(NamedTuple):
    """A file that may serve, as it was when it was found."""

    file: DetectorFile
    size: int
    modified: int


class DetectorSupply:
    """Works beside the service; `health` says how far it is."""

    def __init__(self, settings: Settings, inference: Inference, health: Health) -> None:
        self._settings = settings
        self._inference = inference
        self._health = health
        self._refused: set[Candidate] = set()
        self._why = ""
        """Why objects cannot be looked for, as it was told last."""
        self._closed = threading.Event()

    async def run(self) -> None:
        """Return once objects can be looked for; what is not here may be put here at any time."""
        if self._settings.objects == OFF:
            why = "not assessable: PROCTOR_OBJECTS=off"
            self._lacking("switched off", why, "PROCTOR_OBJECTS=auto uv run run.py")
            return
        fetching = None
        try:
            while not await self._served():
                if fetching is None:
                    fetching = asyncio.create_task(self._fetched(), name="fetch")
                await asyncio.sleep(LOOKS)
        finally:
            self._closed.set()
            if fetching is not None:
                fetching.cancel()

    async def _served(self) -> bool:
        """Whether one of the files that are here serves; each is tried once until it changes."""
        try:
            candidates = await asyncio.to_thread(self._candidates)
        except (ModelError, OSError) as error:
            self._fail(error)
            return False
        for candidate in candidates:
            if candidate in self._refused:
                continue
            try:
                await self._serve(candidate.file)
            except Exception as error:  # whatever is wrong with it, the next one may serve
                self._refused.add(candidate)
                self._fail(error)
            else:
                return True
        return False

    def _candidates(self) -> list[Candidate]:
        chosen = self._settings
        found = []
        for file in find_detectors(chosen.objects, chosen.models, chosen.objects_size):
            state = file.path.stat()
            found.append(Candidate(file, state.st_size, state.st_mtime_ns))
        return found

    async def _serve(self, file: DetectorFile) -> None:
        if file.converts_to is not None:
            await self._convert(file.path, file.converts_to)
        await self._serve_with(file.converts_to or file.path)

    def _fail(self, error: Exception) -> None:
        why = f"not assessable: {error}"
        if self._why != why:
            logger.error("objects cannot be looked for: %s", error)
        self._lacking("failed", why, "uv run run.py models verify")

    async def _serve_with(self, model: Path) -> None:
        chosen = self._settings
        await self._inference.detect_with(
            lambda: ObjectDetector(model, chosen.object_classes, size=chosen.objects_size)
        )
        self._health.objects = f"ready: {model}"
        self._health.mend(PHONE)
        logger.info("objects are looked for with %s", model)

    async def _convert(self, weights: Path, target: Path) -> None:
        """In a process of its own. Raises ModelError."""
        if not _can_convert():
            raise ModelError(
                f"{weights}: converting it needs ultralytics (the extra `train`); "
                f"PROCTOR_OBJECTS={FREE} does without"
            )
        arguments = (str(weights), str(target.parent), str(self._settings.objects_size))
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "app.vision.export_yolo", *arguments),
            cwd=Path(__file__).parent.parent,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        try:
            assert process.stdout is not None
            assert process.stderr is not None
            complaints = asyncio.create_task(process.stderr.read())
            async for line in process.stdout:
                step = line.decode(errors="replace").strip()
                logger.info("%s: %s", weights.name, step)
                self._lacking("converting", f"not assessable: {weights.name}: {step}", "wait")
            said = (await complaints).decode(errors="replace").strip().splitlines()
            await process.wait()
        finally:
            if process.returncode is None:
                process.kill()
        if process.returncode:
            raise ModelError(f"{weights}: cannot be converted: {(said or ['no reason'])[-1]}")

    async def _fetched(self) -> None:
        """Bring what is wanted, unless that is forbidden; the folder is looked into meanwhile."""
        try:
            entry = await asyncio.to_thread(self._wanted)
        except ModelError as error:
            self._fail(error)
            return
        if entry is None:
            return
        command = f"uv run run.py models fetch {entry.name}"
        if self._settings.fetch is Fetch.NEVER:
            if not self._refused:
                why = f"not assessable: {entry.file} is not in {self._settings.models}"
                self._lacking("missing", f"{why}, and PROCTOR_FETCH=never", command)
            return
        retry = FIRST_RETRY
        while True:
            try:
                await self._fetch(entry, command)
                return
            except Exception as error:  # a proxy's settings or the disk may be at fault too
                logger.warning("%s; trying again in %.0f s (or: %s)", error, retry, command)
                self._lacking("missing", f"not assessable: {error}", command)
            await asyncio.sleep(retry)
            retry = min(2 * retry, LAST_RETRY)

    def _wanted(self) -> ModelEntry | None:
        """None: the choice is a file. Raises ManifestError for a name that is no detector."""
        name = self._settings.objects
        if name == "auto":
            name = CONVERTED if _can_convert() else FREE
        if not is_name(name):
            return None
        return Manifest.load(self._settings.manifest).entry(name)

    async def _fetch(self, entry: ModelEntry, command: str) -> None:
        """On a thread that ends with the process: a stalled server must not hold up its end."""
        loop = asyncio.get_running_loop()
        arrived: asyncio.Future[None] = loop.create_future()
        shown = -1

        def show(here: int, total: int) -> None:
            nonlocal shown
            if self._closed.is_set():
                raise FetchError("the service ends")
            if (tenth := here * 10 // total) != shown:
                shown = tenth
                why = f"not assessable: {entry.name} is being fetched, {10 * tenth} %"
                loop.call_soon_threadsafe(self._lacking, "fetching", why, command)
                logger.info("%s: %d %% of %.1f MB", entry.name, 10 * tenth, total / 1e6)

        def work() -> None:
            try:
                fetch(entry, self._settings.models, progress=show)
            except Exception as error:
                _tell(loop, arrived, error)
            else:
                _tell(loop, arrived, None)

        self._lacking("fetching", f"not assessable: {entry.name} is being fetched", command)
        threading.Thread(target=work, name="fetch", daemon=True).start()
        await arrived

    def _lacking(self, state: str, why: str, mend: str) -> None:
        self._health.objects, self._why = state, why
        self._health.degrade(
            Degradation(what=PHONE, why=f"{why}; persons are counted by faces", mend=mend)
        )


class SpeakerSupply:
    """Keeps `health` told of what tells voices apart, from `start` to `close`."""

    def __init__(self, settings: Settings, health: Health) -> None:
        self.choice = SpeakerChoice(settings.speakers, settings.pyannote, self._tell)
        self._health = health
        self._tell()

    def start(self) -> None:
        """In the background; what is embedded serves meanwhile."""
        self.choice.start()

    async def close(self) -> None:
        """End pyannote's process, if there is one."""
        await self.choice.close()

    def _tell(self) -> None:
        self._health.speakers = self.choice.told
        if (lacking := self.choice.lacking) is None:
            self._health.mend(SPEAKERS)
        else:
            self._health.degrade(Degradation(what=SPEAKERS, why=lacking.why, mend=lacking.mend))


def _can_convert() -> bool:
    return importlib.util.find_spec("ultralytics") is not None


def _tell(
    loop: asyncio.AbstractEventLoop, arrived: "asyncio.Future[None]", error: Exception | None
) -> None:
    def tell() -> None:
        if arrived.done():
            return
        if error is None:
            arrived.set_result(None)
        else:
            arrived.set_exception(error)

    if not loop.is_closed():
        loop.call_soon_threadsafe(tell)
