"""The times of a video's blinks, by the service's own counter at the service's own cadence."""

from pathlib import Path

from app.session.cadence import Cadence
from app.settings import load_settings
from app.vision.analyzer import Also, FrameAnalyzer, Tracking
from app.vision.blink import BlinkCounter, opening
from app.vision.mediapipe_core import native_log_muted
from benchmarks.accuracy.footage import encoded, frame_of, frames


def blinks(video: Path) -> list[float]:
    """Seconds. Raises MediaError."""
    counter = BlinkCounter()
    cadence, tracking = Cadence(load_settings().face_every), Tracking()
    found: list[float] = []
    with native_log_muted():
        analyzer = FrameAnalyzer()
    try:
        for at, picture in frames(video):
            if not cadence.due(at):
                continue
            frame = frame_of(encoded(picture), at)
            analysis, tracking = analyzer(frame, tracking, Also())
            ratio = None
            if analysis.faces and analysis.quality is not None:
                ratio = opening(analysis.faces[0], analysis.quality.sharpness)
            found += [blink.at for blink in counter.update(at, ratio)]
    finally:
        analyzer.close()
    return found
