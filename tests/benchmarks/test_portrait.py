"""The demo clip, seen with the eyes of the models that will judge it."""

from collections.abc import Callable, Iterator
from itertools import pairwise

import mediapipe as mp
import numpy as np
import pytest
import simplejpeg
from numpy.typing import NDArray

from benchmarks.portrait import DEMO, Act, Portrait, Scene, jpegs

Image = NDArray[np.uint8]
Points = NDArray[np.float64]
Mesh = Callable[[Image], list[Points]]

EYES = ((468, 33, 133), (473, 362, 263))
"""Iris and corners, the candidate's right eye first."""


@pytest.fixture(scope="module")
def portrait() -> Portrait:
    return Portrait()


@pytest.fixture(scope="module")
def mesh() -> Iterator[Mesh]:
    """Finds the faces of a picture, the widest first: (478, 3) in pixels."""
    with mp.solutions.face_mesh.FaceMesh(
        static_image_mode=True, refine_landmarks=True, max_num_faces=4
    ) as model:

        def find(picture: Image) -> list[Points]:
            h, w = picture.shape[:2]
            faces = model.process(picture).multi_face_landmarks or []
            found = [np.array([(p.x * w, p.y * h, p.z * w) for p in f.landmark]) for f in faces]
            return sorted(found, key=lambda face: -np.ptp(face[:, 0]))

        yield find


@pytest.fixture(scope="module")
def facing(portrait: Portrait, mesh: Mesh) -> list[Points]:
    return [mesh(picture)[0] for picture in shown(portrait, Scene.FACING)]


def shown(portrait: Portrait, scene: Scene) -> list[Image]:
    """Three pictures of the scene, a second apart."""
    return list(portrait.frames([Act(scene=scene, seconds=3.0)], fps=1.0))


def gaze(face: Points) -> Points:
    """Irises relative to the middle of their eyes, in widths of the eye: right and down in the
    picture, mean of both eyes."""
    offsets = []
    for iris, a, b in EYES:
        corners = face[[a, b], :2]
        offsets.append((face[iris, :2] - corners.mean(0)) / np.linalg.norm(corners[1] - corners[0]))
    return np.asarray(np.mean(offsets, axis=0))


def turn(start: Points, end: Points) -> tuple[float, float]:
    """Yaw and pitch in degrees from one mesh to the other (Kabsch): the candidate's left, up."""
    a, b = (face[:468] - face[:468].mean(0) for face in (start, end))
    u, _, vt = np.linalg.svd(a.T @ b)
    handed = np.diag([1.0, 1.0, np.linalg.det(u @ vt)])
    x, y, z = vt.T @ handed @ u.T @ np.array([0.0, 0.0, -1.0])
    return float(np.degrees(np.arctan2(x, -z))), float(np.degrees(np.arcsin(-y)))


@pytest.mark.parametrize(
    ("scene", "axis", "sign", "least"),
    [
        (Scene.LOOK_LEFT, 0, 1, 0.13),
        (Scene.LOOK_RIGHT, 0, -1, 0.13),
        (Scene.LOOK_UP, 1, -1, 0.07),
        (Scene.LOOK_DOWN, 1, 1, 0.07),
    ],
)
def test_a_look_moves_the_irises_and_not_the_head(
    portrait: Portrait,
    mesh: Mesh,
    facing: list[Points],
    scene: Scene,
    axis: int,
    sign: int,
    least: float,
) -> None:
    faces = [mesh(picture)[0] for picture in shown(portrait, scene)]
    moves = [gaze(face) - gaze(rest) for face, rest in zip(faces, facing, strict=True)]
    assert min(sign * move[axis] for move in moves) >= least
    assert max(abs(move[1 - axis]) for move in moves) < 0.04
    for face, rest in zip(faces, facing, strict=True):
        assert turn(rest, face) == pytest.approx((0.0, 0.0), abs=3.0)


def test_the_upper_lid_follows_the_iris_down(
    portrait: Portrait, mesh: Mesh, facing: list[Points]
) -> None:
    def lids(face: Points) -> float:
        """Rows of the upper lids below the corners of the eyes, in widths of the eye."""
        height = face[[159, 386], 1].mean() - face[[33, 133, 362, 263], 1].mean()
        return float(height / np.linalg.norm(face[33, :2] - face[133, :2]))

    faces = [mesh(picture)[0] for picture in shown(portrait, Scene.LOOK_DOWN)]
    assert all(lids(face) > lids(rest) + 0.03 for face, rest in zip(faces, facing, strict=True))


@pytest.mark.parametrize(
    ("scene", "axis", "sign", "least"),
    [
        (Scene.HEAD_LEFT, 0, 1, 32.0),
        (Scene.HEAD_RIGHT, 0, -1, 32.0),
        (Scene.HEAD_UP, 1, 1, 28.0),
        (Scene.HEAD_DOWN, 1, -1, 28.0),
    ],
)
def test_a_turned_head_is_measured_as_one(
    portrait: Portrait,
    mesh: Mesh,
    facing: list[Points],
    scene: Scene,
    axis: int,
    sign: int,
    least: float,
) -> None:
    turns = [
        turn(rest, mesh(picture)[0])
        for picture, rest in zip(shown(portrait, scene), facing, strict=True)
    ]
    assert min(sign * angles[axis] for angles in turns) >= least
    assert max(abs(angles[1 - axis]) for angles in turns) < 6.0


@pytest.mark.parametrize("model", [0, 1])
def test_as_many_faces_are_detected_as_there_are(portrait: Portrait, model: int) -> None:
    with mp.solutions.face_detection.FaceDetection(
        model_selection=model, min_detection_confidence=0.5
    ) as detect:
        for scene in Scene:
            expected = {Scene.GONE: 0, Scene.TWO: 2}.get(scene, 1)
            found = [len(detect.process(p).detections or []) for p in shown(portrait, scene)]
            assert found == [expected] * 3, scene


def test_nobody_and_two_faces_for_the_mesh(portrait: Portrait, mesh: Mesh) -> None:
    assert [mesh(picture) for picture in shown(portrait, Scene.GONE)] == [[]] * 3
    for picture in shown(portrait, Scene.TWO):
        first, second = mesh(picture)
        assert np.ptp(second[:, 0]) >= 90.0
        assert second[:, 0].min() > first[:, 0].max()


def test_the_head_sways_a_little_and_no_two_pictures_are_the_same(
    portrait: Portrait, mesh: Mesh
) -> None:
    pictures = list(portrait.frames([Act(scene=Scene.FACING, seconds=9.0)], fps=2.0))
    noses = np.array([mesh(picture)[0][1, :2] for picture in pictures])
    assert 1.0 < np.ptp(noses[:, 0]) < 5.0
    assert all(not np.array_equal(a, b) for a, b in pairwise(pictures))
    empty = portrait.frames([Act(scene=Scene.GONE, seconds=1.0)], fps=10.0)
    assert all(not np.array_equal(a, b) for a, b in pairwise(empty))


def test_a_transition_passes_through_every_angle_and_comes_back(
    portrait: Portrait, mesh: Mesh, facing: list[Points]
) -> None:
    acts = [
        Act(scene=scene, seconds=0.5) for scene in (Scene.FACING, Scene.HEAD_LEFT, Scene.FACING)
    ]
    yaws = [turn(facing[0], mesh(p)[0])[0] for p in portrait.frames(acts, fps=20.0)]
    out, back = yaws[9:18], yaws[19:28]
    assert yaws[:10] == pytest.approx([0.0] * 10, abs=3.0)
    assert all(b > a - 1.0 for a, b in pairwise(out))
    assert out[-1] > 32.0
    assert all(b < a + 1.0 for a, b in pairwise(back))
    assert back[-1] == pytest.approx(0.0, abs=3.0)
    assert max(abs(b - a) for a, b in pairwise(yaws)) < 0.5 * out[-1]


def test_the_person_leaves_in_steps(portrait: Portrait) -> None:
    acts = [Act(scene=scene, seconds=0.5) for scene in (Scene.FACING, Scene.GONE, Scene.FACING)]
    pictures = [p.astype(np.int16) for p in portrait.frames(acts, fps=20.0)]
    room = next(portrait.frames([Act(scene=Scene.GONE, seconds=1.0)])).astype(np.int16)
    person = [(np.abs(p - room).max(2) > 30).sum() for p in pictures]
    assert person[17] == person[18] == 0
    assert all(b <= a for a, b in pairwise(person[9:19]))
    assert 0 < person[13] < person[10]
    assert all(b >= a for a, b in pairwise(person[19:29]))
    assert person[28] > 100_000


def test_acts_shorter_than_a_transition_do_not_jump(portrait: Portrait) -> None:
    def fastest(seconds: float) -> float:
        """The largest change from one picture to the next, mean of all pixels."""
        acts = [Act(scene=s, seconds=seconds) for s in (Scene.FACING, Scene.GONE, Scene.FACING)]
        pictures = [p.astype(np.int16) for p in portrait.frames(acts, fps=30.0)]
        return max(float(np.abs(a - b).mean()) for a, b in pairwise(pictures))

    assert fastest(0.1) <= fastest(0.4)


@pytest.mark.parametrize(("fps", "count"), [(30.0, 45), (12.5, 19), (7.0, 11)])
def test_frames_are_as_many_as_their_seconds(portrait: Portrait, fps: float, count: int) -> None:
    acts = [Act(scene=Scene.GONE, seconds=1.1), Act(scene=Scene.FACING, seconds=0.4)]
    pictures = list(portrait.frames(acts, fps))
    assert len(pictures) == count
    assert {(p.shape, p.dtype.name) for p in pictures} == {((480, 640, 3), "uint8")}


def test_the_same_acts_give_the_same_pictures(portrait: Portrait) -> None:
    acts = [Act(scene=scene, seconds=0.2) for scene in (Scene.LOOK_UP, Scene.HEAD_DOWN, Scene.TWO)]
    once, again = portrait.frames(acts), portrait.frames(acts)
    assert all(np.array_equal(a, b) for a, b in zip(once, again, strict=True))


def test_no_acts_no_pictures(portrait: Portrait) -> None:
    assert list(portrait.frames([])) == []


def test_the_demo_begins_and_ends_facing_the_camera_and_shows_the_alerts() -> None:
    assert DEMO[0].scene == DEMO[-1].scene == Scene.FACING
    assert {act.scene for act in DEMO} >= {
        Scene.LOOK_RIGHT,
        Scene.HEAD_LEFT,
        Scene.GONE,
        Scene.TWO,
    }
    assert 40.0 <= sum(act.seconds for act in DEMO) <= 50.0


def test_jpegs_hold_the_pictures(portrait: Portrait) -> None:
    pictures = shown(portrait, Scene.FACING)
    files = list(jpegs(iter(pictures), quality=80))
    decoded = [simplejpeg.decode_jpeg(file, colorspace="RGB") for file in files]
    assert len(files) == 3
    for picture, image in zip(pictures, decoded, strict=True):
        assert np.abs(picture.astype(int) - image.astype(int)).mean() < 4.0
    assert len(next(jpegs(iter(pictures), quality=30))) < len(files[0])
