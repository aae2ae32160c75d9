"""The networks that tell a living face from a picture of one."""

import asyncio
import logging
from collections.abc import Sequence
from pathlib import Path

from app.api.health import Degradation, Health
from app.session.inference import Inference
from app.settings import Liveness as Choice
from app.settings import Settings
from app.supply.conversion import Exporter
from app.vision.liveness_files import find_networks, known_networks, missing_networks
from app.vision.liveness_net import MiniFasNets
from app.vision.weights_file import WeightsFile
from app.weights import ModelEntry

SPOOF = "spoof"

logger = logging.getLogger(__name__)


class Liveness:
    """A part that all its networks serve together, or one alone until the others are here."""

    setting = "PROCTOR_LIVENESS"
    unable = "faces are judged without a network"
    exporter = Exporter(module="app.vision.export_minifasnet", needs="torch")

    def __init__(self, settings: Settings, inference: Inference, health: Health) -> None:
        self.off = settings.liveness is Choice.OFF
        self._settings = settings
        self._inference = inference
        self._health = health
        self._known = 0
        """Networks that the manifest has."""
        self._served = ""
        """What serves; empty: nothing."""
        self._lack: tuple[str, str, str] | None = None
        """What was told last of it."""

    def find(self) -> Sequence[tuple[WeightsFile, ...]]:
        """All that are here, then each alone. Raises ModelError."""
        entries = known_networks(self._settings.manifest)
        self._known = len(entries)
        files = find_networks(entries, self._settings.models)
        alone = [(file,) for file in files]
        return [tuple(files), *alone] if len(files) > 1 else alone

    def wanted(self) -> Sequence[ModelEntry]:
        """Raises MissingExtraError where nothing could be made of them."""
        entries = known_networks(self._settings.manifest)
        missing = missing_networks(entries, self._settings.models)
        if missing:
            self.exporter.check(missing[0].file)
        return missing

    async def serve(self, models: Sequence[Path]) -> bool:
        """Ask them about faces from now on."""
        await asyncio.to_thread(MiniFasNets, models)  # what cannot be loaded changes nothing
        await self._inference.check_liveness_with(lambda: MiniFasNets(models))
        names = ", ".join(model.stem for model in models)
        self._health.liveness = self._served = f"ready: {names}"
        logger.info("faces are judged with %s", names)
        if len(models) == self._known:
            self._health.mend(SPOOF)
        elif self._lack is not None:
            self.lacks(*self._lack)
        return len(models) == self._known

    def lacks(self, state: str, why: str, mend: str) -> None:
        """The other cues serve meanwhile, and the network that is here."""
        self._lack = state, why, mend
        by = "one network alone, which errs more often" if self._served else "cues only"
        self._health.liveness = self._served or state
        self._health.degrade(Degradation(what=SPOOF, why=f"judged by {by}: {why}", mend=mend))
