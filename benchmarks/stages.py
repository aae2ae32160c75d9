"""What each stage of a frame costs, one after the other on one thread."""

import os
import platform
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import count
from pathlib import Path
from statistics import median, quantiles

from rich.table import Table

from app.alerts.engine import AlertEngine
from app.alerts.rules import rules_for
from app.alerts.signals import Signals
from app.api.schemas import alert_message, encoded
from app.session.eyesight import Eyesight
from app.session.feed import Feed
from app.session.liveness import LivenessWatch
from app.types import (
    Alert,
    AlertKind,
    FaceObservation,
    Frame,
    FrameAnalysis,
    LivenessLook,
    Purpose,
    RecordedAlert,
)
from app.vision.analyzer import Also, FrameAnalyzer, Tracking
from app.vision.bezel import find_bezel
from app.vision.blink import BlinkCounter
from app.vision.decode import FrameLimits, JpegHeader, decode, read_header
from app.vision.face_count import FaceCounter
from app.vision.gaze import look
from app.vision.head_pose import HeadPoseEstimator
from app.vision.landmarks import FaceDetector, FaceMesh, box_around, region_around
from app.vision.mediapipe_core import native_log_muted
from app.vision.quality import measure
from benchmarks.clip import ACTS, fitted
from benchmarks.portrait import Portrait, jpegs

SIZES = ((640, 480), (1280, 720))
PICTURES_PER_SECOND = 3.0
"""Of the clip: 36 different pictures, in which the candidate faces the camera or looks away."""
LOOKS_PER_SECOND = 10.0
FIRST_RUNS = 5
"""Not counted: a stage's first runs are slower."""


def machine() -> str:
    """On what this was measured."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return (
        f"{models[0] if models else platform.processor()}, {os.cpu_count()} cores, "
        f"Python {platform.python_version()}; load before: {os.getloadavg()[0]:.1f}"
    )


def stages_table(rounds: int) -> Table:
    """Every stage at every size. Other work on the machine counts in all but the CPU's columns."""
    with native_log_muted():
        pictures = list(Portrait().frames(ACTS, PICTURES_PER_SECOND))
        found: dict[str, list[float]] = {}
        for width, height in SIZES:
            clip = list(jpegs(fitted(picture, width, height) for picture in pictures))
            for stage, run in _stages(clip, width, height).items():
                found.setdefault(stage, []).extend(_timed(run, len(clip), rounds))
    table = Table(box=None, pad_edge=False)
    table.add_column("milliseconds")
    for width, height in SIZES:
        table.add_column(f"{width}x{height} median", justify="right")
        table.add_column("p95", justify="right")
        table.add_column("CPU", justify="right")
    for stage, numbers in found.items():
        table.add_row(stage, *(f"{number:.3f}" for number in numbers))
    return table


def _stages(
    clip: Sequence[bytes], width: int, height: int
) -> Mapping[str, Callable[[int], object]]:
    """Each takes the number of a picture."""
    frames = [
        Frame(jpeg=jpeg, at=0.0, received_at=0.0, width=width, height=height, orientation=1)
        for jpeg in clip
    ]
    pictures = [decode(frame) for frame in frames]
    mesh, near, far = FaceMesh(), FaceDetector(full_range=False), FaceDetector(full_range=True)
    counter, head_pose, analyzer = (
        FaceCounter(near, far, mesh),
        HeadPoseEstimator(),
        FrameAnalyzer(),
    )
    analyses = [analyzer(frame, Tracking(), Also(count_faces=True))[0] for frame in frames]
    faces = [analysis.faces[0] for analysis in analyses if analysis.faces]
    assert len(faces) == len(frames), "a face was not found"
    meshes = [face.landmarks for face in faces]
    regions = [region_around(points, box_around(points), width, height) for points in meshes]
    alignments = [head_pose(points, width, height) for points in meshes]
    judge, limits = _judge(analyses), FrameLimits()
    alert = next(alert for n in range(20 * len(clip)) for alert in judge(n % len(clip)))
    recorded = [RecordedAlert(session_id="session", seq=1, alert=alert)]
    return {
        "header check": lambda n: read_header(clip[n], limits),
        "decode, full size": lambda n: decode(frames[n]),
        "decode, half size": lambda n: decode(frames[n], at_least=max(width, height) // 2),
        "mesh in a known region": lambda n: mesh(pictures[n], regions[n]),
        "near detector": lambda n: near(pictures[n]),
        "far detector": lambda n: far(pictures[n]),
        "face count": lambda n: counter(pictures[n]),
        "head pose": lambda n: head_pose(meshes[n], width, height),
        "gaze": lambda n: look(alignments[n]),
        "quality": lambda n: measure(pictures[n], faces[n].box, width),
        "rim about the face": lambda n: find_bezel(pictures[n], faces[n].box, 0.0),
        "assessing, signals and alerts": judge,
        "  of it the feed's evidence": _feed(analyses),
        "liveness out of its cues": _liveness(faces, analyses),
        "one alert's message": lambda _: encoded(alert_message(recorded)),
        "analyzer, face followed": lambda n: analyzer(
            frames[n], Tracking(region=regions[n]), Also()
        ),
        "analyzer, faces counted": lambda n: analyzer(
            frames[n], Tracking(region=regions[n]), Also(count_faces=True)
        ),
    }


def _judge(analyses: Sequence[FrameAnalysis]) -> Callable[[int], list[Alert]]:
    """A session that takes in the analysis of one picture after the other."""
    rules = rules_for(Purpose.EXAM, {})
    eyes = Eyesight(rules, Signals(rules, mirrored=False))
    engine = AlertEngine(rules, lambda: "episode")
    times = (step / LOOKS_PER_SECOND for step in count())

    def judge(n: int) -> list[Alert]:
        at = next(times)
        eyes.arrived(at, at, JpegHeader(640, 480, 1), by_source=True)
        return engine.update(eyes.update(replace(analyses[n], at=at)))

    return judge


def _feed(analyses: Sequence[FrameAnalysis]) -> Callable[[int], object]:
    feed = Feed(rules_for(Purpose.EXAM, {}))
    times = (step / LOOKS_PER_SECOND for step in count())

    def run(n: int) -> object:
        quality = analyses[n].quality
        assert quality is not None
        return feed.update(replace(analyses[n], at=next(times)), quality)

    return run


def _liveness(
    faces: Sequence[FaceObservation], analyses: Sequence[FrameAnalysis]
) -> Callable[[int], object]:
    """Half a minute of looks is remembered."""
    rules = rules_for(Purpose.EXAM, {})
    watch = LivenessWatch(rules[AlertKind.SPOOF], BlinkCounter(), Feed(rules))
    times = (step / LOOKS_PER_SECOND for step in count())
    looked = LivenessLook(network=0.9, bezel=0.1)

    def run(n: int) -> object:
        quality = analyses[n].quality
        assert quality is not None
        return watch.update(next(times), replace(faces[n], liveness=looked), quality, None)

    for n in range(300):
        run(n % len(faces))
    return run


def _timed(run: Callable[[int], object], pictures: int, rounds: int) -> tuple[float, float, float]:
    """Milliseconds: median, p95, and mean of the CPU that all of the process's threads take."""
    for number in range(FIRST_RUNS):
        run(number % pictures)
    times, cpu = [], time.process_time()
    for number in range(rounds):
        began = time.perf_counter()
        run(number % pictures)
        times.append(1000 * (time.perf_counter() - began))
    cpu = time.process_time() - cpu
    return median(times), quantiles(times, n=20)[-1], 1000 * cpu / rounds
