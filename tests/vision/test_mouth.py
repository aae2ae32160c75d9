"""How far a mouth is open, of heads of which it is known and of pictures in which it was opened."""

import numpy as np
import pytest

from app.vision.analyzer import Also, FrameAnalyzer, Tracking
from app.vision.head_pose import HeadPoseEstimator
from app.vision.mouth import opening
from benchmarks.mouth import opened
from tests.media import decoded as picture_of
from tests.media import frame, jpeg, needs_shared, video
from tests.vision.heads import CANONICAL, HEIGHT, WIDTH, Points, seen

POSES = [
    (0.0, 0.0, 0.0, 55.0),
    (25.0, 0.0, 0.0, 55.0),
    (0.0, 20.0, 0.0, 55.0),
    (0.0, -20.0, 0.0, 55.0),
    (0.0, 0.0, 25.0, 55.0),
    (0.0, 0.0, 0.0, 110.0),
]
LOWER_LIP = [14, 87, 317, 178, 402, 17, 84, 314]


def with_gap(centimetres: float) -> Points:
    face = CANONICAL.copy()
    middle = (face[13, 1] + face[14, 1]) / 2
    face[13, 1] = middle
    face[LOWER_LIP, 1] += middle - centimetres - face[14, 1]
    return face


@pytest.mark.parametrize("gap", [0.0, 0.5, 1.5])
@pytest.mark.parametrize(("yaw", "pitch", "roll", "distance"), POSES)
def test_it_depends_neither_on_the_pose_nor_on_the_size(
    gap: float, yaw: float, pitch: float, roll: float, distance: float
) -> None:
    face = with_gap(gap)
    width = float(np.linalg.norm(face[78] - face[308]))
    landmarks = seen(yaw, pitch, roll, distance=distance, face=face)
    alignment = HeadPoseEstimator()(landmarks, WIDTH, HEIGHT)
    assert opening(alignment) == pytest.approx(gap / width, abs=0.035)


@needs_shared
def test_a_mouth_that_opens_in_a_video_is_measured() -> None:
    analyzer = FrameAnalyzer()
    data = video("center_focus.mp4")[0][24]
    analysis, tracking = analyzer(frame(data), Tracking(), Also())
    assert analysis.faces
    closed = analysis.faces[0]
    picture = picture_of(data)
    height, width = picture.shape[:2]
    points = closed.landmarks * [width, height, width]
    wide = jpeg(opened(picture, points.astype(np.float32), 0.3))
    after, _ = analyzer(frame(wide), tracking, Also())
    analyzer.close()
    assert after.faces
    assert abs(closed.mouth_open) < 0.02
    assert after.faces[0].mouth_open == pytest.approx(0.3, abs=0.12)
