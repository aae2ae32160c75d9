"""Three ways to run the face mesh for many sessions: their cost, memory and jitter.

- a tracker for each session: MediaPipe's FaceMesh as it comes, which remembers the face;
- a shared pool of static ones: the same, told to forget, so that every frame is searched;
- a shared pool with the region as an input: what the service does (`app/vision/landmarks.py`).
"""

import gc
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import psutil
from numpy.typing import NDArray

from app.vision.gaze import look
from app.vision.head_pose import HeadPoseEstimator
from app.vision.landmarks import (
    FaceDetector,
    FaceMesh,
    Landmarks,
    Region,
    box_around,
    region_around,
)

Picture = NDArray[np.uint8]
Find = Callable[[Picture], Landmarks]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackerFigures:
    """One way's numbers."""

    name: str
    cpu_ms: float
    """Median per frame."""
    wall_ms: float
    """Median per frame."""
    memory_mb: float
    """For one more instance."""
    threads: float
    """For one more instance."""
    head_jitter: float
    """Degrees: standard deviation of yaw while the head is still."""
    gaze_jitter: float
    """Degrees: the same of the gaze's yaw."""


def measure(still: Sequence[Picture], copies: int = 8) -> list[TrackerFigures]:
    """`still`: frames of one face that does not move."""
    return [
        _figures("tracker per session", _whole(static=False), still, copies),
        _figures("shared static pool", _whole(static=True), still, copies),
        _figures("shared pool, region given", _with_region, still, copies),
    ]


def _whole(*, static: bool) -> Callable[[], Find]:
    from mediapipe.python.solutions.face_mesh import FaceMesh as WholeFaceMesh

    def make() -> Find:
        mesh = WholeFaceMesh(static_image_mode=static, refine_landmarks=True, max_num_faces=1)

        def find(picture: Picture) -> Landmarks:
            points = mesh.process(picture).multi_face_landmarks[0].landmark
            return np.array([(point.x, point.y, point.z) for point in points], np.float32)

        return find

    return make


def _with_region() -> Find:
    mesh, near = FaceMesh(), FaceDetector(full_range=False)
    region: Region | None = None

    def find(picture: Picture) -> Landmarks:
        nonlocal region
        height, width = picture.shape[:2]
        landmarks = mesh(picture, region or near(picture)[0].region)
        assert landmarks is not None
        region = region_around(landmarks, box_around(landmarks), width, height)
        return landmarks

    return find


def _figures(
    name: str, make: Callable[[], Find], still: Sequence[Picture], copies: int
) -> TrackerFigures:
    process, estimator = psutil.Process(), HeadPoseEstimator()
    height, width = still[0].shape[:2]
    find = make()
    find(still[0])
    gc.collect()
    memory, threads = process.memory_full_info().pss, process.num_threads()
    more = [make() for _ in range(copies)]
    for other in more:
        other(still[0])
    memory, threads = process.memory_full_info().pss - memory, process.num_threads() - threads
    more.clear()

    cpu, wall, angles = [], [], []
    for picture in still:
        began, began_cpu = time.perf_counter(), time.process_time()
        landmarks = find(picture)
        wall.append(time.perf_counter() - began)
        cpu.append(time.process_time() - began_cpu)
        alignment = estimator(landmarks, width, height)
        gaze = look(alignment).gaze
        angles.append((alignment.pose.yaw, np.nan if gaze is None else gaze.yaw))
    head, eyes = np.nanstd(np.diff(angles[5:], axis=0), axis=0) / np.sqrt(2)
    return TrackerFigures(
        name=name,
        cpu_ms=float(np.median(cpu[5:]) * 1e3),
        wall_ms=float(np.median(wall[5:]) * 1e3),
        memory_mb=memory / copies / 2**20,
        threads=threads / copies,
        head_jitter=float(head),
        gaze_jitter=float(eyes),
    )


def main() -> None:
    """Print the figures for the generated clip."""
    from rich.console import Console
    from rich.table import Table

    from benchmarks.portrait import Act, Portrait, Scene

    still = list(Portrait().frames((Act(scene=Scene.FACING, seconds=6),), fps=30))
    table = Table("way", "CPU ms", "wall ms", "MB each", "threads each", "head °", "gaze °")
    for f in measure(still):
        table.add_row(
            f.name,
            f"{f.cpu_ms:.1f}",
            f"{f.wall_ms:.1f}",
            f"{f.memory_mb:.1f}",
            f"{f.threads:.0f}",
            f"{f.head_jitter:.2f}",
            f"{f.gaze_jitter:.2f}",
        )
    Console(width=100).print(table)


if __name__ == "__main__":
    main()
