"""Labelled heads: signs, orders of turning, and labels that are refused."""

import math
from pathlib import Path

import numpy as np
import pytest
from scipy.io import savemat

from app.types import HeadPose
from app.vision.head_pose import HeadPoseEstimator
from benchmarks.accuracy.labels import LabelError
from benchmarks.accuracy.pose_labels import head_labels, pose_of_300w
from tests.benchmarks.accuracy.builders import write, write_picture
from tests.media import room
from tests.vision.heads import CANONICAL, FOCAL, HEIGHT, MIDDLE, WIDTH

SIGNS = """# yaw: + is the candidate's left
# pitch: + is up
# roll: + is the candidate's right shoulder
"""
HEADER = "file,yaw,pitch,roll\n"


def angles(pose: HeadPose) -> tuple[float, float, float]:
    return pose.yaw, pose.pitch, pose.roll


def picture(folder: Path, name: str = "a.jpg") -> None:
    write_picture(folder / name, room(64, 64))


def mat(folder: Path, **content: object) -> Path:
    picture(folder, "head.jpg")
    path = folder / "head.mat"
    savemat(path, content)
    return path


@pytest.mark.parametrize(
    ("pitch", "yaw", "roll", "ours"),
    [
        (0.0, 30.0, 0.0, (-30.0, 0.0, 0.0)),  # to the candidate's right
        (20.0, 0.0, 0.0, (0.0, 20.0, 0.0)),  # up
        (0.0, 0.0, 15.0, (0.0, 0.0, -15.0)),  # to the left shoulder
        (0.0, -90.0, 0.0, (90.0, 0.0, 0.0)),
    ],
)
def test_single_turns_of_300w(
    pitch: float, yaw: float, roll: float, ours: tuple[float, float, float]
) -> None:
    pose = pose_of_300w(*(math.radians(a) for a in (pitch, yaw, roll)))
    assert angles(pose) == pytest.approx(ours, abs=1e-9)


@pytest.mark.parametrize(
    "turn", [(0.0, 0.0, 0.0), (0.3, 0.5, 0.2), (-0.4, -0.7, 0.3), (0.2, 0.9, -0.4)]
)
def test_a_head_turned_as_3ddfa_turns_it_is_measured_as_its_label_says(
    turn: tuple[float, float, float],
) -> None:
    """The matrices are those of 3DDFA's own code, written out; the engine measures the result."""
    x, y, z = turn
    about_x = [[1, 0, 0], [0, math.cos(x), math.sin(x)], [0, -math.sin(x), math.cos(x)]]
    about_y = [[math.cos(y), 0, -math.sin(y)], [0, 1, 0], [math.sin(y), 0, math.cos(y)]]
    about_z = [[math.cos(z), math.sin(z), 0], [-math.sin(z), math.cos(z), 0], [0, 0, 1]]
    turned = (CANONICAL - MIDDLE) @ (np.array(about_x) @ about_y @ about_z).T
    away = 55.0 - turned[:, 2]
    landmarks = np.stack(
        [
            (turned[:, 0] * FOCAL / away + WIDTH / 2) / WIDTH,
            (HEIGHT / 2 - turned[:, 1] * FOCAL / away) / HEIGHT,
            -turned[:, 2] * FOCAL / 55.0 / WIDTH,
        ],
        axis=1,
    ).astype(np.float32)
    measured = HeadPoseEstimator()(landmarks, WIDTH, HEIGHT).pose
    assert angles(measured) == pytest.approx(angles(pose_of_300w(*turn)), abs=1.5)


def test_a_mat_file_is_read_with_the_middle_of_its_landmarks(tmp_path: Path) -> None:
    points = np.array([[10.0, 30.0, -1.0], [20.0, 40.0, -1.0]])
    mat(tmp_path, Pose_Para=[[0.1, 0.2, 0.3, 120.0, 90.0, 0.0, 0.001]], pt2d=points)
    [label] = head_labels(tmp_path)
    assert label.picture.name == "head.jpg"
    assert label.nose == (20.0, 30.0)
    assert angles(label.pose) == pytest.approx(angles(pose_of_300w(0.1, 0.2, 0.3)))


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ({"Pose_Para": [[3.0, 20.0, 1.0]]}, "not in radians"),
        ({"Pose_Para": [[0.1, 0.2]]}, "does not begin with"),
        ({"Pose_Para": [[0.1, math.nan, 0.2]]}, "does not begin with"),
        ({"roi": [1, 2, 3, 4]}, "holds no Pose_Para"),
    ],
)
def test_a_broken_mat_file_is_refused(
    tmp_path: Path, content: dict[str, object], complaint: str
) -> None:
    path = mat(tmp_path, **content)
    with pytest.raises(LabelError, match=complaint) as error:
        head_labels(tmp_path)
    assert str(path) in str(error.value)


def test_a_mat_file_without_a_picture_or_content_is_refused(tmp_path: Path) -> None:
    path = mat(tmp_path, Pose_Para=[[0.1, 0.2, 0.3]])
    path.write_bytes(b"not of matlab")
    with pytest.raises(LabelError, match=r"no \.mat file"):
        head_labels(tmp_path)
    (tmp_path / "head.jpg").unlink()
    with pytest.raises(LabelError, match="no picture beside it"):
        head_labels(tmp_path)


def test_other_mat_files_of_a_data_set_are_passed_over(tmp_path: Path) -> None:
    mat(tmp_path, Pose_Para=[[0.1, 0.2, 0.3]])
    savemat(tmp_path / "head_pts.mat", {"pts_2d": [[1.0, 2.0]]})
    assert len(head_labels(tmp_path)) == 1


def test_a_table_is_turned_to_our_signs(tmp_path: Path) -> None:
    picture(tmp_path)
    opposite = (
        "# yaw: + is the candidate's right, pitch: + is down\n"
        "# roll: + is the candidate's left shoulder\n"
    )
    write(tmp_path, "ours/head_pose.csv", SIGNS + HEADER + "../a.jpg,10,20,30\n")
    write(tmp_path, "theirs/head_pose.csv", opposite + HEADER + "../a.jpg,10,20,30\n")
    ours, theirs = head_labels(tmp_path)
    assert angles(ours.pose) == (10.0, 20.0, 30.0)
    assert angles(theirs.pose) == (-10.0, -20.0, -30.0)


@pytest.mark.parametrize(
    ("text", "line", "complaint"),
    [
        (HEADER + "a.jpg,1,2,3\n", 1, "signs are unclear.*yaw"),
        ("# yaw: + is the candidate's left\n" + HEADER, 1, "signs are unclear.*pitch"),
        ("# yaw: + is left\n" + HEADER, 1, "'left', which is not the candidate's left or"),
        (SIGNS + "file,yaw,pitch\na.jpg,1,2\n", 4, "column roll is missing"),
        (SIGNS + "file,yaw,pitch,roll,who\n", 4, "column 'who' is not known"),
        (SIGNS + HEADER + "a.jpg,1,2,3\na.jpg,x,2,3\n", 6, "yaw: 'x' is no number"),
        (SIGNS + HEADER + "a.jpg,1,91,3\n", 5, "pitch: 91 is not within -90 to 90"),
        (SIGNS + HEADER + "a.jpg,nan,1,3\n", 5, "yaw: nan is not within"),
        (SIGNS + HEADER + "a.jpg,1,2\n", 5, "3 cells where the header names 4"),
        (SIGNS + HEADER + "b.jpg,1,2,3\n", 5, "there is no file"),
        (SIGNS + HEADER + "a.mp4,1,2,3\n", 5, "does not end in"),
        (SIGNS + HEADER + ",1,2,3\n", 5, "column file is empty"),
    ],
)
def test_an_unclear_table_is_refused_with_its_line(
    tmp_path: Path, text: str, line: int, complaint: str
) -> None:
    picture(tmp_path)
    path = write(tmp_path, "head_pose.csv", text)
    with pytest.raises(LabelError, match=complaint) as error:
        head_labels(tmp_path)
    assert str(error.value).startswith(f"{path}:{line}: ")
