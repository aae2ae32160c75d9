"""One frame, and what the next one needs to know of it."""

import time
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from app.errors import InvalidFrameError
from app.types import FaceObservation, FrameAnalysis
from app.vision.analyzer import Also, FrameAnalyzer, Tracking
from tests.media import (
    Picture,
    flipped,
    frame,
    jpeg,
    needs_shared,
    portrait,
    room,
    video,
    with_faces,
)


@pytest.fixture(scope="module")
def analyzer() -> Iterator[FrameAnalyzer]:
    made = FrameAnalyzer()
    yield made
    made.close()


def look(
    analyzer: FrameAnalyzer, picture: Picture, tracking: Tracking, *, count_faces: bool = False
) -> tuple[FrameAnalysis, Tracking]:
    return analyzer(frame(jpeg(picture)), tracking, Also(count_faces=count_faces))


def only_face(analysis: FrameAnalysis) -> FaceObservation:
    assert analysis.faces is not None
    assert len(analysis.faces) == 1
    return analysis.faces[0]


def test_a_face_is_found_and_then_followed(analyzer: FrameAnalyzer) -> None:
    first, tracking = look(analyzer, portrait(), Tracking())
    assert tracking.region is not None
    second, _ = look(analyzer, portrait(), tracking)
    for analysis in (first, second):
        face = only_face(analysis)
        assert abs(face.head_pose.yaw) < 12
        assert face.gaze is not None
        assert 0.2 < face.eye_aspect_ratio < 0.5
        assert face.landmarks.shape == (478, 3)
    assert (first.detections, first.face_count) == (None, None)


def test_nobody_is_an_empty_tuple_and_not_none(analyzer: FrameAnalyzer) -> None:
    analysis, tracking = look(analyzer, room(), Tracking(), count_faces=True)
    assert (analysis.faces, analysis.face_count) == ((), 0)
    assert tracking == Tracking(misses=1)


def test_a_lost_face_is_found_again(analyzer: FrameAnalyzer) -> None:
    _, tracking = look(analyzer, with_faces((0.3, 0.5, 110)), Tracking())
    gone, tracking = look(analyzer, room(), tracking)
    assert gone.faces == ()
    back, _ = look(analyzer, with_faces((0.75, 0.5, 110)), tracking)
    box = only_face(back).box
    assert box.left + box.width / 2 == pytest.approx(0.75, abs=0.05)


def test_a_face_that_jumps_is_found_in_the_same_frame(analyzer: FrameAnalyzer) -> None:
    _, tracking = look(analyzer, with_faces((0.2, 0.5, 110)), Tracking())
    moved, _ = look(analyzer, with_faces((0.8, 0.5, 110)), tracking)
    assert only_face(moved).box.left > 0.5


def test_the_largest_face_is_the_candidates(analyzer: FrameAnalyzer) -> None:
    analysis, _ = look(
        analyzer, with_faces((0.25, 0.5, 80), (0.7, 0.5, 150)), Tracking(), count_faces=True
    )
    assert only_face(analysis).box.left > 0.5
    assert analysis.face_count == 2


def test_a_face_that_is_clearly_larger_takes_over_at_the_next_count(
    analyzer: FrameAnalyzer,
) -> None:
    _, tracking = look(analyzer, with_faces((0.2, 0.5, 80)), Tracking())
    both = with_faces((0.2, 0.5, 80), (0.7, 0.5, 160))
    still, tracking = look(analyzer, both, tracking)
    assert only_face(still).box.left < 0.5
    other, _ = look(analyzer, both, tracking, count_faces=True)
    assert only_face(other).box.left > 0.5


def test_a_look_tells_its_stages_and_which_picture_it_was(analyzer: FrameAnalyzer) -> None:
    picture = replace(frame(jpeg(portrait())), number=7)
    began = time.perf_counter()
    first, tracking = analyzer(picture, Tracking(), Also(count_faces=True, liveness=True))
    took = time.perf_counter() - began
    second, _ = analyzer(picture, tracking, Also())
    assert [*first.stages] == ["decode", "count", "mesh", "measure", "liveness"]
    assert [*second.stages] == ["decode", "mesh", "measure"]
    assert 0 < sum(first.stages.values()) <= took
    assert all(seconds > 0 for seconds in first.stages.values())
    assert (first.number, second.number) == (7, 7)


def test_the_size_of_the_picture_as_it_came_is_told(analyzer: FrameAnalyzer) -> None:
    wide = with_faces((0.5, 0.5, 110), width=1280, height=960)
    _, tracking = look(analyzer, wide, Tracking())
    followed, _ = look(analyzer, wide, tracking)
    assert followed.sent == (1280, 960)
    assert followed.width <= 1280
    turned, _ = analyzer(replace(frame(jpeg(wide)), orientation=6), Tracking(), Also())
    assert turned.sent == (960, 1280)


def test_an_undecodable_picture_says_so(analyzer: FrameAnalyzer) -> None:
    good = bytearray(jpeg(portrait()))
    good[len(good) // 2 : len(good) // 2 + 40] = b"\xff\xd9" * 20
    with pytest.raises(InvalidFrameError):
        analyzer(frame(bytes(good)), Tracking(), Also())


def test_the_size_that_is_decoded_does_not_change_what_is_seen(analyzer: FrameAnalyzer) -> None:
    large = np.ascontiguousarray(np.repeat(np.repeat(portrait(), 4, 0), 4, 1))
    _, tracking = look(analyzer, large, Tracking())
    small, _ = look(analyzer, large, tracking)
    assert small.width < 2048  # decoded at a half or less
    _, tracking = look(analyzer, portrait(), Tracking())
    whole, _ = look(analyzer, portrait(), tracking)
    one, other = only_face(small), only_face(whole)
    assert one.head_pose.yaw == pytest.approx(other.head_pose.yaw, abs=2)
    assert one.gaze is not None
    assert other.gaze is not None
    assert one.gaze.yaw == pytest.approx(other.gaze.yaw, abs=3)


def angles(analyzer: FrameAnalyzer, frames: list[bytes]) -> np.ndarray:
    tracking, rows = Tracking(), []
    for number, data in enumerate(frames):
        analysis, tracking = analyzer(frame(data, number / 24), tracking, Also())
        face = only_face(analysis)
        gaze = (face.gaze.yaw, face.gaze.pitch) if face.gaze else (np.nan, np.nan)
        rows.append((face.head_pose.yaw, face.head_pose.pitch, face.head_pose.roll, *gaze))
    return np.array(rows)


@needs_shared
def test_a_real_side_look(analyzer: FrameAnalyzer) -> None:
    frames, fps = video("center_left_center.mp4")
    rows = angles(analyzer, frames[::3])
    at = np.arange(len(rows)) * 3 / fps
    ahead = rows[(at > 1) & (at < 5)]
    aside = rows[(at > 6.2) & (at < 10)]
    assert np.nanmedian(aside[:, 3]) < np.nanmedian(ahead[:, 3]) - 13
    assert np.nanmax(aside[:, 3]) < np.nanmin(ahead[:, 3])
    assert np.abs(np.diff(rows[:, :3], axis=0)).max() < 5  # the head is still
    mirrored = angles(analyzer, flipped(frames[150:170]))
    assert np.nanmedian(mirrored[:, 3]) > 10


@needs_shared
def test_neighbouring_frames_agree(analyzer: FrameAnalyzer) -> None:
    rows = angles(analyzer, video("center_focus.mp4")[0][:90])
    steps = [np.abs(b - a)[:3].max() for a, b in pairwise(rows)]
    assert max(steps) < 2
