"""The service as the measurements start it.

    python -m benchmarks.stub_server none|kernels

`none` is the whole service. With `kernels`, decoding a JPEG and running a model are replaced by
answers made beforehand; everything else is the service's own: sockets, header check, queues,
threads, head pose, gaze, signals, alerts, storage and events. What that takes is the CPU that is
neither decoder nor model.
"""

import sys
import threading
from collections.abc import Callable
from functools import lru_cache, partial
from pathlib import Path

import numpy as np

from app import main
from app.session.inference import LocalInference
from app.settings import load_settings
from app.supply import detector
from app.types import BoundingBox, Detection, Frame, ObjectClass
from app.vision import analyzer, head_pose, object_analyzer
from app.vision.decode import Picture
from app.vision.landmarks import FaceBox, FaceDetector, FaceMesh, Landmarks, Region
from app.vision.objects import ObjectDetector
from benchmarks.scenes import AWAY

TURN = 20.0
"""Degrees by which the canned face is turned there: past the limit of a gaze, not of a head."""
FACE = BoundingBox(left=0.4, top=0.3, width=0.2, height=0.3)
REGION = Region(x=0.5, y=0.45, side=0.4, rotation=0.0)


class CannedMesh(FaceMesh):
    """Answers as the face mesh does; the picture's first value says which face."""

    def __init__(self) -> None:
        self._facing, self._away = _canonical_face(0.0), _canonical_face(TURN)

    def __call__(self, picture: Picture, region: Region) -> Landmarks | None:
        return self._away if picture[0, 0, 0] else self._facing

    def close(self) -> None:
        pass


class CannedDetector(FaceDetector):
    """Finds the same face in every whole picture, and none in the squares cut out of it."""

    def __init__(self, *, full_range: bool) -> None:
        pass

    def __call__(self, picture: Picture) -> list[FaceBox]:
        height, width = picture.shape[:2]
        return [] if height == width else [FaceBox(FACE, REGION, 0.9)]

    def close(self) -> None:
        pass


class CannedObjects(ObjectDetector):
    """One person, always."""

    def __init__(self, *_: object, **__: object) -> None:
        self.size = 640

    def __call__(self, picture: Picture) -> tuple[Detection, ...]:
        return (Detection(object_class=ObjectClass.PERSON, confidence=0.9, box=FACE),)


def canned_decode(frame: Frame, *, at_least: int | None = None) -> Picture:
    """A picture of the frame's size, in turns one of two, so that it is not taken for frozen."""
    turn = round(10 * frame.at) % 2
    return _canned_picture(frame.width, frame.height, AWAY in frame.jpeg[:64], turn)


@lru_cache
def _canned_picture(width: int, height: int, away: bool, turn: int) -> Picture:
    picture = np.random.default_rng(turn).integers(0, 256, (height, width, 3), np.uint8)
    picture[0, 0, 0] = away
    return picture


def _canonical_face(yaw: float) -> Landmarks:
    """The service's own mean face, 100 pixels wide in the middle of a 640x480 picture."""
    table = np.loadtxt(Path(head_pose.__file__).with_name("canonical_face.csv"), delimiter=",")
    x, y, z = table[:, 0], table[:, 1], table[:, 2]
    angle, pixels_per_cm = np.radians(yaw), 7.0
    x, z = x * np.cos(angle) + z * np.sin(angle), z * np.cos(angle) - x * np.sin(angle)
    points = np.stack([x / 640, -y / 480, -z / 640], axis=-1) * pixels_per_cm
    landmarks: Landmarks = (points + np.array([0.5, 0.5, 0.0])).astype(np.float32)
    return landmarks


KERNELS = {"decode": canned_decode, "FaceMesh": CannedMesh, "FaceDetector": CannedDetector}
"""Names of the analyzer's module and what stands in for them."""


class NamedInference(LocalInference):
    """Its threads bear their names for the operating system too: Python 3.11 keeps them private."""

    async def start(self) -> None:
        """Load the models, then name every thread that Python knows."""
        await super().start()
        self._name_threads()

    async def detect_with(self, load: Callable[[], ObjectDetector]) -> None:
        """The objects' thread too."""
        await super().detect_with(load)
        self._name_threads()

    def _name_threads(self) -> None:
        for thread in threading.enumerate():
            if thread is not threading.main_thread():
                Path(f"/proc/self/task/{thread.native_id}/comm").write_text(thread.name[:15])


def serve(stub: str) -> None:
    """Run it; settings come from the environment."""
    if stub == "kernels":
        for name, canned in KERNELS.items():
            assert hasattr(analyzer, name), f"the analyzer has no {name} any more"
            setattr(analyzer, name, canned)
        setattr(object_analyzer, "decode", canned_decode)  # noqa: B010 (not its own name)
        setattr(detector, "ObjectDetector", CannedObjects)  # noqa: B010
    settings = load_settings()
    inference = NamedInference(settings.vision_threads)
    # `main.serve` with another inference: the rest of it must stay the service's own.
    main.create_app = partial(main.create_app, inference=inference)
    main.serve(settings)


if __name__ == "__main__":
    serve(sys.argv[1])
