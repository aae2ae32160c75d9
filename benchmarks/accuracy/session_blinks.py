"""The times of a video's blinks, by the service's own counter at the service's own cadence."""

from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from app.session.cadence import Cadence
from app.settings import load_settings
from app.vision.analyzer import FrameAnalyzer, Tracking
from app.vision.mediapipe_core import native_log_muted
from benchmarks.accuracy.footage import encoded, frame_of, frames

COUNTER = "app.vision.blink"


def counts_blinks() -> bool:
    """Whether this version has a counter."""
    return find_spec(COUNTER) is not None


def blinks(video: Path) -> list[float]:
    """Seconds. Raises MediaError."""
    counter_module = import_module(COUNTER)
    counter = counter_module.BlinkCounter()
    cadence, tracking = Cadence(load_settings().face_every), Tracking()
    found: list[float] = []
    with native_log_muted():
        analyzer = FrameAnalyzer()
    try:
        for at, picture in frames(video):
            if not cadence.due(at):
                continue
            frame = frame_of(encoded(picture), at)
            analysis, tracking = analyzer(frame, tracking, count_faces=False)
            ratio = None
            if analysis.faces and analysis.quality is not None:
                ratio = counter_module.opening(analysis.faces[0], analysis.quality.sharpness)
            found += [blink.at for blink in counter.update(at, ratio)]
    finally:
        analyzer.close()
    return found
