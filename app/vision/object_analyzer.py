"""One frame, from its bytes to the objects that it shows."""

from collections.abc import Callable

from app.types import Frame, FrameAnalysis
from app.vision.decode import decode
from app.vision.objects import ObjectDetector
from app.vision.stage_clock import Stage, StageClock


class ObjectAnalyzer:
    """A detector and what to do with it. One instance for one thread."""

    def __init__(
        self,
        detector: ObjectDetector,
        spent: Callable[[str, float], None] = lambda stage, seconds: None,
    ) -> None:
        """`spent` is told the CPU seconds of each stage."""
        self._detector = detector
        self._clock = StageClock(spent)

    def __call__(self, frame: Frame) -> FrameAnalysis:
        """Look for objects and nothing else. Raises InvalidFrameError("undecodable")."""
        self._clock.start()
        picture = decode(frame, at_least=self._detector.size)
        self._clock.lap(Stage.DECODE)
        detections = self._detector(picture)
        self._clock.lap(Stage.OBJECTS)
        height, width = picture.shape[:2]
        return FrameAnalysis(
            at=frame.at,
            received_at=frame.received_at,
            width=width,
            height=height,
            faces=None,
            face_count=None,
            detections=detections,
            number=frame.number,
            stages=self._clock.seconds,
        )
