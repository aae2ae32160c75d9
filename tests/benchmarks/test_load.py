"""Measurements of a service that was really started, and what is computed from them."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from websockets.frames import Frame
from websockets.protocol import State
from websockets.server import ServerProtocol

from app.vision.gaze import look
from app.vision.head_pose import HeadPoseEstimator
from benchmarks.cameras import masked
from benchmarks.clip import commented
from benchmarks.counters import adds_up
from benchmarks.histogram import Histogram, histograms
from benchmarks.load import Load, Plan, largest, measure
from benchmarks.load_table import around, load_table, remarks
from benchmarks.process import GROUPS, local_pid
from benchmarks.scenes import AWAY
from benchmarks.service import running_service, wait_for_objects
from benchmarks.stub_server import REGION, TURN, CannedMesh
from tests.media import jpeg, with_faces
from tests.vision.networks import Answer, yolo

PLAN = Plan(seconds=3.0, warm_up=1.0)


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A candidate who works, and looks away (says a comment) every other second."""
    folder = tmp_path_factory.mktemp("clip")
    picture = jpeg(with_faces((0.5, 0.5, 120)))
    for number in range(60):
        away = number >= 30
        (folder / f"{number:05}.jpg").write_bytes(commented(picture, AWAY) if away else picture)
    return folder


@pytest.fixture(scope="module", params=["none", "kernels"])
def load(clip: Path, request: pytest.FixtureRequest) -> Iterator[Load]:
    with running_service(("-m", "benchmarks.stub_server", request.param)) as service:
        assert local_pid(service.url) == service.pid
        yield measure(service.url, service.pid, clip, PLAN, 2)
        assert " ERROR " not in service.log.read_text()


def test_what_is_received_adds_up(load: Load) -> None:
    assert load.totals["received"] == load.sent > 0
    assert adds_up(load.totals)
    parts = {key: number for key, number in load.totals.items() if key != "received"}
    assert sum(parts.values()) == load.totals["received"]
    assert parts["waiting"] == parts["failed"] == parts["invalid"] == 0


def test_what_is_measured_lies_within_the_whole(load: Load) -> None:
    assert 0 < load.frames["analysed"] < load.totals["analysed"]
    assert 0 < load.frames["received"] < load.totals["received"]
    assert load.seconds == pytest.approx(PLAN.seconds, abs=1.0)
    assert 0 < load.analysis.count <= load.totals["analysed"]
    assert len(load.looks) == load.sessions
    assert sum(load.looks) == load.frames["analysed"]


def test_what_it_takes_is_told_by_thread(load: Load) -> None:
    assert load.service is not None
    assert tuple(load.service.cpu_ms) == GROUPS
    assert load.service.cpu_ms["main"] > 0
    assert load.service.cpu_ms["vision"] > 0
    assert load.service.pss_mb <= load.service.rss_mb
    assert load.machine_ms > 0  # the kernel counts it in ticks, the service's threads exactly
    assert 0 <= load.others <= 1


def test_looks_for_objects_are_measured_where_there_is_a_detector(
    clip: Path, tmp_path: Path
) -> None:
    detector = yolo(tmp_path, [Answer((320, 320), (100, 100), 0, 0.9)])
    command = ("-m", "benchmarks.stub_server", "none")
    with running_service(command, PROCTOR_OBJECTS=str(detector)) as service:
        wait_for_objects(service.url)
        load = measure(service.url, service.pid, clip, PLAN, 1)
    assert load.object_frames["analysed"] >= 2
    assert load.objects.count >= 2
    assert adds_up(load.object_frames)
    assert load.service is not None
    assert load.service.cpu_ms["objects"] > 0
    assert "looks for objects per second and session" in load_table([load], "").columns[0]._cells


def test_the_table_shows_all_of_it(load: Load) -> None:
    table = load_table([*around([load, load], 2), load], "title")
    assert [column.header for column in table.columns] == ["sessions", "2", "2"]
    assert not any("add up" in line for line in remarks([load, load]))


@pytest.mark.parametrize(("fps", "cadence"), [(30, 10), (60, 20), (10, 10), (5, 5)])
def test_the_full_cadence(fps: float, cadence: float) -> None:
    assert Plan(fps=fps).cadence == pytest.approx(cadence, rel=0.01)


@pytest.mark.parametrize("limit", [0, 1, 7, 8, 9, 23, 499, 500])
@pytest.mark.parametrize("first", [1, 8])
def test_the_largest_number_is_found(limit: int, first: int) -> None:
    tried: list[int] = []

    def keeps_up(sessions: int) -> bool:
        tried.append(sessions)
        return sessions <= limit

    assert largest(keeps_up, first) == limit
    assert len(tried) < 40


def test_a_number_fails_when_it_fails_twice() -> None:
    answers = {4: iter([False, True]), 8: iter([False, False]), 6: iter([True])}
    answers |= {7: iter([False, False])}
    assert largest(lambda sessions: next(answers[sessions]), 4) == 6


@pytest.mark.parametrize("size", [126, 0xFFFF, 0x10000])
def test_a_message_made_beforehand_is_one(size: int) -> None:
    payload = bytes(range(256)) * (size // 256) + bytes(size % 256)
    server = ServerProtocol(state=State.OPEN)
    server.receive_data(masked(payload))
    (frame,) = server.events_received()
    assert isinstance(frame, Frame)
    assert frame.data == payload


METRICS = """
# TYPE delay_seconds histogram
delay_seconds_bucket{le="0.1"} 0.0
delay_seconds_bucket{le="0.2"} 50.0
delay_seconds_bucket{le="0.4"} 90.0
delay_seconds_bucket{le="+Inf"} 100.0
delay_seconds_count 100.0
delay_seconds_sum 20.0
"""


@pytest.mark.parametrize(
    ("share", "value"), [(0.25, 0.15), (0.5, 0.2), (0.7, 0.3), (0.9, 0.4), (0.99, 0.4)]
)
def test_quantiles_are_interpolated(share: float, value: float) -> None:
    found = histograms(METRICS, ["delay_seconds"])["delay_seconds"]
    assert found.count == 100
    assert found.quantile(share) == pytest.approx(value)


def test_of_nothing_there_is_no_quantile() -> None:
    found = histograms(METRICS, ["delay_seconds"])["delay_seconds"]
    assert (found - found).quantile(0.5) is None
    assert found - Histogram(((0.1, 0), (0.2, 0), (0.4, 0), (float("inf"), 0))) == found
    with pytest.raises(KeyError, match="other_seconds"):
        histograms(METRICS, ["other_seconds"])


def test_the_canned_face_looks_away_where_it_should() -> None:
    mesh, pose = CannedMesh(), HeadPoseEstimator()
    for away, turn in ((0, 0.0), (1, TURN)):
        picture = np.full((480, 640, 3), away, np.uint8)
        landmarks = mesh(picture, REGION)
        assert landmarks is not None
        alignment = pose(landmarks, 640, 480)
        eyes = look(alignment)
        assert alignment.pose.yaw == pytest.approx(turn, abs=2.0)
        assert eyes.gaze is not None
        assert eyes.gaze.yaw == pytest.approx(turn, abs=4.0)
