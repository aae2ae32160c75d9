"""A face that turns has depth; one that becomes narrower instead is flat."""

from collections.abc import Iterable, Iterator

import cv2
import numpy as np
import pytest

from app.vision.analyzer import Also, FrameAnalyzer, Tracking
from app.vision.decode import Picture
from app.vision.parallax import ENOUGH, Depth, Parallax
from benchmarks.photograph import photograph
from benchmarks.portrait import Act, Portrait, Scene
from tests.builders import face
from tests.media import frame, jpeg, needs_shared, portrait, video


@pytest.fixture(scope="module")
def analyzer() -> Iterator[FrameAnalyzer]:
    analyzer = FrameAnalyzer()
    yield analyzer
    analyzer.close()


def seen(analyzer: FrameAnalyzer, jpegs: Iterable[bytes], fps: float = 10.0) -> Depth | None:
    parallax, tracking = Parallax(), Tracking()
    for number, data in enumerate(jpegs):
        analysis, tracking = analyzer(frame(data, number / fps), tracking, Also())
        if analysis.faces:
            assert analysis.quality is not None
            assert analysis.quality.face_width is not None
            parallax.update(analysis.at, analysis.faces[0], analysis.quality.face_width)
    return parallax.depth


def close_up() -> Picture:
    head = portrait()[20:260, 90:370]
    return np.asarray(cv2.resize(head, (640, 548), interpolation=cv2.INTER_CUBIC), np.uint8)


def photographed(**held: float) -> Iterator[bytes]:
    return (jpeg(picture) for picture in photograph(close_up(), 20.0, **held))  # type: ignore[arg-type]


def test_a_photograph_that_is_tilted_far_is_flat(analyzer: FrameAnalyzer) -> None:
    depth = seen(analyzer, photographed(tilt=25.0))
    assert depth is not None
    assert depth.turned_degrees < 15
    assert depth.flatness > 0.8


def test_a_photograph_that_is_merely_held_shows_nothing(analyzer: FrameAnalyzer) -> None:
    """What it cannot see: a hand that hardly tilts, or a frame that stands."""
    depth = seen(analyzer, photographed(tilt=5.0))
    assert depth is not None
    assert depth.flatness == 0


def test_a_head_that_turns_is_not_flat(analyzer: FrameAnalyzer) -> None:
    """Of an animated portrait, which turns by the depth of its mesh."""
    turns = (Scene.FACING, Scene.HEAD_LEFT, Scene.FACING, Scene.HEAD_RIGHT, Scene.HEAD_UP)
    acts = [Act(scene=scene, seconds=3.0) for scene in turns]
    depth = seen(analyzer, (jpeg(picture) for picture in Portrait().frames(acts, fps=10)))
    assert depth is not None
    assert depth.turned_degrees > 40
    assert depth.flatness == 0


@needs_shared
@pytest.mark.parametrize("name", ["center_focus.mp4", "center_left_center.mp4"])
def test_a_person_who_sits_still_is_not_flat(analyzer: FrameAnalyzer, name: str) -> None:
    frames, fps = video(name)
    depth = seen(analyzer, frames[::2], fps / 2)
    assert depth is not None
    assert depth.turned_degrees < 6
    assert depth.bent == 0


@pytest.mark.parametrize("scene", [Scene.LOOK_DOWN, Scene.LOOK_UP, Scene.LOOK_RIGHT])
def test_who_moves_the_eyes_alone_is_not_flat(analyzer: FrameAnalyzer, scene: Scene) -> None:
    """Eyes that look down draw the mesh's shape along."""
    acts = [Act(scene=each, seconds=5.0) for each in (Scene.FACING, scene, Scene.FACING)]
    depth = seen(analyzer, (jpeg(picture) for picture in Portrait().frames(acts, fps=10)))
    assert depth is not None
    assert depth.flatness == 0


def depth_of(looks: Iterable[tuple[float, float]], face_width: float = 150.0) -> Depth | None:
    """Of yaws and shapes."""
    parallax = Parallax()
    for number, (yaw, shape) in enumerate(looks):
        parallax.update(number / 10, face(yaw=yaw, shape=shape), face_width)
    return parallax.depth


def test_nothing_is_said_of_a_few_looks_or_of_a_tiny_face() -> None:
    assert depth_of([(0.0, 1.0)] * (ENOUGH - 1)) is None
    assert depth_of([(0.0, 1.0)] * ENOUGH) is not None
    assert depth_of([(0.0, 1.0)] * ENOUGH, face_width=50.0) is None


def test_a_single_wild_look_bends_nothing() -> None:
    depth = depth_of([(0.0, 1.0)] * 80 + [(40.0, 1.3)] + [(0.0, 1.0)] * 80)
    assert depth == Depth(turned_degrees=0.0, bent=0.0, flatness=0.0)


def test_who_turned_far_is_not_flat_whatever_the_shape() -> None:
    assert depth_of([(0.0, 1.0), (0.0, 1.1), (12.0, 1.0), (-12.0, 1.0)] * 20) == Depth(
        turned_degrees=24.0, bent=0.25, flatness=0.0
    )


def test_what_is_older_than_half_a_minute_is_forgotten() -> None:
    bent = depth_of([(0.0, 1.0), (0.0, 1.1)] * 50 + [(0.0, 1.0)] * 301)
    assert bent == Depth(turned_degrees=0.0, bent=0.0, flatness=0.0)


def test_a_time_that_goes_backwards_is_left_out() -> None:
    parallax = Parallax()
    for at in [*range(ENOUGH), 3]:
        parallax.update(at / 10, face(), 150.0)
    parallax.forget()
    assert parallax.depth is None
