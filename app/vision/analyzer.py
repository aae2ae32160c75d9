"""One frame, from its bytes to what it shows."""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from app.types import BoundingBox, FaceObservation, Frame, FrameAnalysis, LivenessLook
from app.vision.bezel import find_bezel
from app.vision.decode import TURNED, Picture, decode
from app.vision.face_count import FaceCounter
from app.vision.gaze import look
from app.vision.head_pose import HeadPoseEstimator
from app.vision.landmarks import (
    FaceBox,
    FaceDetector,
    FaceMesh,
    Landmarks,
    Region,
    box_around,
    region_around,
)
from app.vision.mouth import opening
from app.vision.quality import measure
from app.vision.stage_clock import Stage, StageClock

SEARCH_SIZE = 640
"""Pixels of the longer side in which a lost face is looked for, at least."""
COUNT_SIZE = 1280
"""The same where faces are counted: small ones matter."""
MESH_SIZE = 256
"""The same of a region: the mesh model sees 192."""
SEARCH_EVERY = 5
"""A lost face is looked for at long range in every so many looks: it costs three times more."""
LARGER_FACE = 1.6
"""A face becomes the candidate's in place of the one followed with so many times its area."""

FRONTAL = 35.0
"""Degrees of yaw and pitch within which a face is shown to the liveness networks."""


@dataclass(frozen=True, slots=True)
class Tracking:
    """What a session remembers from frame to frame, so that the analyzer need not."""

    region: Region | None = None
    """Where the candidate's face is looked for; None: it has to be found first."""
    misses: int = 0
    """Looks in a row without a face."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Also:
    """What is asked of a picture beside its face's mesh."""

    count_faces: bool = False
    liveness: bool = False


LivenessNet = Callable[[Picture, BoundingBox], float | None]
"""How probable a living person is, 0 to 1; None: too little is seen around the face."""


class FrameAnalyzer:
    """The models and what to do with them. One instance for one thread."""

    def __init__(self, spent: Callable[[str, float], None] = lambda stage, seconds: None) -> None:
        """`spent` is told the CPU seconds of each stage."""
        self.liveness: LivenessNet | None = None
        """Asked about faces, where there is one."""
        self._clock = StageClock(spent)
        self._mesh = FaceMesh()
        self._near = FaceDetector(full_range=False)
        self._far = FaceDetector(full_range=True)
        self._count = FaceCounter(self._near, self._far, self._mesh)
        self._head_pose = HeadPoseEstimator()
        self._warm_up()

    def _warm_up(self) -> None:
        """The first run of each model takes far longer than the others."""
        picture = np.zeros((480, 640, 3), np.uint8)
        self._mesh(picture, Region(x=0.5, y=0.5, side=0.5, rotation=0.0))
        self._near(picture)
        self._far(picture)

    def close(self) -> None:
        """Free the models."""
        for model in (self._mesh, self._near, self._far):
            model.close()

    def __call__(
        self, frame: Frame, tracking: Tracking, also: Also
    ) -> tuple[FrameAnalysis, Tracking]:
        """Look for the candidate's face and for what else is asked.

        Raises InvalidFrameError("undecodable").
        """
        self._clock.start()
        picture = decode(frame, at_least=_size_needed(frame, tracking, also.count_faces))
        self._clock.lap(Stage.DECODE)
        height, width = picture.shape[:2]
        boxes = None
        if also.count_faces:
            boxes = self._count(picture)
            self._clock.lap(Stage.COUNT)
        if (
            boxes
            and tracking.region is not None
            and _larger_elsewhere(boxes, tracking.region, width, height)
        ):
            tracking = Tracking()
        landmarks = self._follow(picture, tracking.region)
        if landmarks is None:
            landmarks = self._find(picture, boxes, tracking.misses)
        self._clock.lap(Stage.MESH)
        faces: tuple[FaceObservation, ...] = ()
        after = Tracking(misses=tracking.misses + 1)
        if landmarks is not None:
            face = self._observe(landmarks, width, height)
            if also.liveness:
                self._clock.lap(Stage.MEASURE)
                face = replace(face, liveness=self._check_liveness(picture, face))
                self._clock.lap(Stage.LIVENESS)
            faces = (face,)
            after = Tracking(region=region_around(landmarks, faces[0].box, width, height))
        sent = _size_as_sent(frame)
        quality = measure(picture, faces[0].box if faces else None, sent[0])
        self._clock.lap(Stage.MEASURE)
        analysis = FrameAnalysis(
            at=frame.at,
            received_at=frame.received_at,
            width=width,
            height=height,
            faces=faces,
            face_count=None if boxes is None else max(len(boxes), len(faces)),
            detections=None,
            quality=quality,
            number=frame.number,
            sent=sent,
            stages=self._clock.seconds,
        )
        return analysis, after

    def _follow(self, picture: Picture, region: Region | None) -> Landmarks | None:
        return None if region is None else self._mesh(picture, region)

    def _find(self, picture: Picture, boxes: list[FaceBox] | None, misses: int) -> Landmarks | None:
        """The largest face that the mesh accepts."""
        if boxes is None:
            boxes = self._near(picture)
            if not boxes and misses % SEARCH_EVERY == 0:
                boxes = self._far(picture)
        for face in boxes[:2]:
            if (landmarks := self._mesh.confirm(picture, face.region)) is not None:
                return landmarks
        return None

    def _check_liveness(self, picture: Picture, face: FaceObservation) -> LivenessLook:
        """The networks learned on faces that are seen from the front."""
        pose, network = face.head_pose, None
        if self.liveness is not None and max(abs(pose.yaw), abs(pose.pitch)) <= FRONTAL:
            network = self.liveness(picture, face.box)
        bezel = find_bezel(picture, face.box, pose.roll)
        return LivenessLook(network=network, bezel=bezel.score, bezel_sides=bezel.sides)

    def _observe(self, landmarks: Landmarks, width: int, height: int) -> FaceObservation:
        alignment = self._head_pose(landmarks, width, height)
        eyes = look(alignment)
        return FaceObservation(
            box=box_around(landmarks),
            landmarks=landmarks,
            head_pose=alignment.pose,
            gaze=eyes.gaze,
            eye_aspect_ratio=eyes.aspect_ratio,
            eye_width=eyes.width,
            mouth_open=opening(alignment),
            shape=alignment.shape,
        )


def _size_needed(frame: Frame, tracking: Tracking, count_faces: bool) -> int:
    """Pixels of the longer side that the picture must be decoded with."""
    if count_faces:
        return COUNT_SIZE
    if tracking.region is None:
        return SEARCH_SIZE
    longer = max(frame.width, frame.height)
    return round(MESH_SIZE / tracking.region.side * longer / _size_as_sent(frame)[0])


def _size_as_sent(frame: Frame) -> tuple[int, int]:
    """Pixels, upright: width and height."""
    size = frame.width, frame.height
    return size[::-1] if frame.orientation in TURNED else size


def _larger_elsewhere(boxes: list[FaceBox], region: Region, width: int, height: int) -> bool:
    """Whether the largest face is another than the one followed, and clearly larger."""
    largest = boxes[0].region
    apart = math.hypot((largest.x - region.x) * width, (largest.y - region.y) * height)
    return apart > region.side * width / 2 and largest.side**2 > LARGER_FACE * region.side**2
