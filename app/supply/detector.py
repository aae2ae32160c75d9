"""The detector of persons and phones."""

import logging
from collections.abc import Sequence
from pathlib import Path

from app.api.health import Degradation, Health
from app.session.inference import Inference
from app.settings import OFF, Settings
from app.supply.conversion import Exporter, installed
from app.vision.detector_files import find_detectors, is_name
from app.vision.objects import ObjectDetector
from app.vision.weights_file import WeightsFile
from app.weights import Manifest, ModelEntry

PHONE = "phone"
CONVERTED, FREE = "yolo11n", "yolox_nano"
"""The better one, which has to be converted, and the one that serves as it comes."""

logger = logging.getLogger(__name__)


class Detector:
    """A part that any one of several networks serves."""

    setting = "PROCTOR_OBJECTS"
    unable = "objects cannot be looked for"

    def __init__(self, settings: Settings, inference: Inference, health: Health) -> None:
        self.off = settings.objects == OFF
        self.exporter = Exporter(
            module="app.vision.export_yolo",
            needs="ultralytics",
            arguments=(str(settings.objects_size),),
            otherwise=f"{self.setting}={FREE} does without",
        )
        self._settings = settings
        self._inference = inference
        self._health = health

    def find(self) -> Sequence[tuple[WeightsFile, ...]]:
        """Each by itself. Raises ModelError for a file or folder that cannot be meant."""
        chosen = self._settings
        found = find_detectors(chosen.objects, chosen.models, chosen.objects_size)
        return [(file,) for file in found]

    def wanted(self) -> Sequence[ModelEntry]:
        """Nothing where the choice is a file. Raises ManifestError for no detector's name."""
        name = self._settings.objects
        if name == "auto":
            name = CONVERTED if installed(self.exporter.needs) else FREE
        return [Manifest.load(self._settings.manifest).entry(name)] if is_name(name) else []

    async def serve(self, models: Sequence[Path]) -> bool:
        """Look for objects from now on."""
        (model,) = models
        chosen = self._settings
        await self._inference.detect_with(
            lambda: ObjectDetector(model, chosen.object_classes, size=chosen.objects_size)
        )
        self._health.objects = f"ready: {model}"
        self._health.mend(PHONE)
        logger.info("objects are looked for with %s", model)
        return True

    def lacks(self, state: str, why: str, mend: str) -> None:
        """Persons are counted by faces meanwhile."""
        why = f"not assessable: {why}; persons are counted by faces"
        self._health.objects = state
        self._health.degrade(Degradation(what=PHONE, why=why, mend=mend))
