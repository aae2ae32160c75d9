"""What of the engine is scored, as this service is set up: the one place to plug new parts in."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.settings import OFF, Settings
from app.types import Detection, ObjectClass
from app.vision.decode import Picture
from app.vision.detector_files import find_detectors
from app.vision.objects import ObjectDetector
from benchmarks.accuracy.session_blinks import blinks

Detector = Callable[[Picture], Sequence[Detection]]
"""An RGB picture to the objects in it; boxes are fractions."""
BlinkCounter = Callable[[Path], Sequence[float]]
"""A video to the times of its blinks, in seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """Without a detector objects are said to be not measured."""

    detector: Detector | None = None
    """For still pictures, all four classes."""
    detector_name: str = "none"
    """Or why there is none."""
    session_detector: Callable[[], ObjectDetector] | None = None
    """Loads what a session looks for objects with."""
    blinks: BlinkCounter = blinks


def parts_of(settings: Settings) -> Parts:
    """What the service would use. Raises ModelError."""
    if settings.objects == OFF:
        return Parts(detector_name="switched off by PROCTOR_OBJECTS=off")
    files = find_detectors(settings.objects, settings.models, settings.objects_size)
    if not files:
        why = f"no weights in {settings.models}; see: run.py models list"
        return Parts(detector_name=why)
    file = files[0]
    if file.converts_to is not None:
        why = f"{file.path.name} is not converted yet: start the service once"
        return Parts(detector_name=why)
    path, size = file.path, settings.objects_size
    detector = ObjectDetector(path, tuple(ObjectClass), size=size)
    return Parts(
        detector=detector,
        detector_name=f"{file.path.name} at {detector.size} pixels",
        session_detector=lambda: ObjectDetector(path, settings.object_classes, size=size),
    )
