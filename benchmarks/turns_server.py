"""A real service that needs no model: who is there is written in the picture's comment.

    python -m benchmarks.turns_server

Sockets, queues, rules, storage and events are the service's own, so that alerts come as fast as
frames do, and it starts in a second or two.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial

import numpy as np

from app import main
from app.session.inference import ObjectLease, Result
from app.settings import load_settings
from app.types import BoundingBox, FaceObservation, Frame, FrameAnalysis, HeadPose
from app.vision.analyzer import Also, LivenessNet, Tracking
from app.vision.objects import ObjectDetector

EMPTY = b"nobody is there"
"""A comment in those JPEGs that show nobody."""
FACE = FaceObservation(
    box=BoundingBox(left=0.4, top=0.3, width=0.2, height=0.3),
    landmarks=np.zeros((478, 3), np.float32),
    head_pose=HeadPose(yaw=0.0, pitch=0.0, roll=0.0),
    gaze=None,
    eye_aspect_ratio=0.3,
    eye_width=30.0,
    mouth_open=0.0,
)
AT_ONCE = {"nobody": {"hold": 0.1, "clear_after": 0.1, "cooldown": 0.0}}
"""Rules of a session in which two pictures of the same begin or end an episode."""


class TurnsInference:
    """Capacity without end, and eyes that read."""

    @asynccontextmanager
    async def lease(self) -> AsyncIterator["TurnsInference"]:
        """At once."""
        yield self

    async def analyse(self, frame: Frame, tracking: Tracking, also: Also) -> Result:
        """What the comment says."""
        faces = () if EMPTY in frame.jpeg[:64] else (FACE,)
        analysis = FrameAnalysis(
            at=frame.at,
            received_at=frame.received_at,
            width=frame.width,
            height=frame.height,
            faces=faces,
            face_count=len(faces) if also.count_faces else None,
            detections=None,
        )
        return analysis, tracking

    @property
    def detects(self) -> bool:
        """Objects are not looked for."""
        return False

    @asynccontextmanager
    async def lease_objects(self) -> AsyncIterator[ObjectLease]:
        """Never."""
        raise AssertionError("nothing detects objects here")
        yield

    async def check_liveness_with(self, load: Callable[[], LivenessNet]) -> None:
        """Nobody asks."""

    async def detect_with(self, load: Callable[[], ObjectDetector]) -> None:
        """A detector that is at hand is of no use."""

    async def start(self) -> None:
        """There is nothing to load."""

    async def close(self) -> None:
        """There is nothing to free."""


if __name__ == "__main__":
    # `main.serve` with another inference: the rest of it must stay the service's own.
    main.create_app = partial(main.create_app, inference=TurnsInference())
    main.serve(load_settings())
