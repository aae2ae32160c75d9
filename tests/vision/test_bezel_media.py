"""Rims in real pictures and videos, as the analyzer tells them."""

from collections.abc import Iterator

import pytest

from app.vision.analyzer import Also, FrameAnalyzer, Tracking
from app.vision.bezel_memory import BezelMemory
from tests.media import SHARED, decoded, flipped, frame, jpeg, needs_shared, portrait, video
from tests.vision.test_bezel import TOLD, Held


@pytest.fixture(scope="module")
def analyzer() -> Iterator[FrameAnalyzer]:
    made = FrameAnalyzer()
    yield made
    made.close()


def looks(analyzer: FrameAnalyzer, frames: list[bytes], fps: float) -> list[tuple[float, int]]:
    """Score and sides of a look each second, as a session gets them."""
    tracking, found = Tracking(), []
    for number in range(0, len(frames), max(1, round(fps / 4))):
        asked = number % round(fps) < max(1, round(fps / 4))
        analysis, tracking = analyzer(
            frame(frames[number], number / fps), tracking, Also(liveness=asked)
        )
        for face in analysis.faces or ():
            if face.liveness is not None:
                found.append((face.liveness.bezel, face.liveness.bezel_sides))
    return found


def test_the_analyzer_tells_it(analyzer: FrameAnalyzer) -> None:
    held = jpeg(Held(face_y=160).picture())
    (score, sides), *_ = looks(analyzer, [held] * 2, 1.0)
    assert score >= TOLD
    assert sides >= 2
    assert looks(analyzer, [jpeg(portrait())] * 2, 1.0)[-1] == (0, 0)


@needs_shared
@pytest.mark.parametrize("mirrored", [False, True])
@pytest.mark.parametrize(
    "name", ["center_focus.mp4", "center_left_center.mp4", "webcam_gaze_calibrate.mp4"]
)
def test_real_videos_are_silent(analyzer: FrameAnalyzer, name: str, mirrored: bool) -> None:
    frames, fps = video(name)
    found = looks(analyzer, flipped(frames) if mirrored else frames, fps)
    assert len(found) > 3
    assert {score for score, _ in found} == {0.0}


@needs_shared
@pytest.mark.parametrize("mirrored", [False, True])
def test_a_replay_on_a_telephone_is_told(analyzer: FrameAnalyzer, mirrored: bool) -> None:
    frames, fps = video("replay_phone_fake.mp4")
    found = [score for score, _ in looks(analyzer, flipped(frames) if mirrored else frames, fps)]
    memory = BezelMemory()
    held = [memory.update(score, float(at)) for at, score in enumerate(found)]
    assert sum(score >= TOLD for score in found) >= 0.2 * len(found)
    assert sum(score >= TOLD for score in held) >= 0.7 * len(held)
    assert any(score >= TOLD for score in found[:4])


@needs_shared
def test_groups_are_silent(analyzer: FrameAnalyzer) -> None:
    """At the size in which a face is sought, and at the one in which it is followed."""
    for path in sorted((SHARED / "images" / "groups").glob("*.jpg")):
        picture = decoded(path.read_bytes())
        found = looks(analyzer, [jpeg(picture)] * 2, 1.0)
        assert len(found) == 2
        assert max(score for score, _ in found) < TOLD


@needs_shared
def test_a_print_of_which_two_edges_are_seen_is_not_told(analyzer: FrameAnalyzer) -> None:
    """Above and below alone: a shelf and a table would look alike."""
    data = (SHARED / "images" / "spoof_minivision" / "image_F1.jpg").read_bytes()
    assert looks(analyzer, [jpeg(decoded(data))], 1.0)[0][0] < TOLD
