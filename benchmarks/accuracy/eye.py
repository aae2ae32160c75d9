"""One still picture, seen as the first one of a session."""

from dataclasses import dataclass
from pathlib import Path

from app.errors import InvalidFrameError
from app.types import FaceObservation
from app.vision.analyzer import Also, FrameAnalyzer, Tracking
from app.vision.decode import Picture
from app.vision.mediapipe_core import native_log_muted
from benchmarks.accuracy.footage import MediaError, encoded, frame_of, jpeg_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """What a still picture shows."""

    width: int
    """Pixels of the upright picture, as stored."""
    height: int
    """Pixels of the upright picture, as stored."""
    face: FaceObservation | None


class Eye:
    """The service's analyzer, without a memory."""

    def __init__(self) -> None:
        with native_log_muted():
            self._analyzer = FrameAnalyzer()

    def close(self) -> None:
        """Free the models."""
        self._analyzer.close()

    def file(self, path: Path) -> Sight:
        """Raises MediaError."""
        try:
            return self._look(jpeg_of(path))
        except InvalidFrameError as error:
            raise MediaError(f"{path} cannot be judged: {error}") from None

    def picture(self, picture: Picture) -> Sight:
        """RGB."""
        return self._look(encoded(picture))

    def _look(self, jpeg: bytes) -> Sight:
        frame = frame_of(jpeg, 0.0)
        analysis, _ = self._analyzer(frame, Tracking(), Also())
        larger = max(frame.width, frame.height) / max(analysis.width, analysis.height)
        return Sight(
            width=round(analysis.width * larger),
            height=round(analysis.height * larger),
            face=analysis.faces[0] if analysis.faces else None,
        )
