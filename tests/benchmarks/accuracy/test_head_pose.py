"""Heads of which the pose is known: the portrait, turned in the picture's plane and mirrored."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from app.types import HeadPose
from benchmarks.accuracy.chapter import Chapter
from benchmarks.accuracy.eye import Eye
from benchmarks.accuracy.labels import Kind
from tests.benchmarks.accuracy.builders import figure, scored, value, write, write_picture
from tests.media import Picture, portrait, room

HEADER = """# yaw: + is the candidate's left, pitch: + is up
# roll: + is the candidate's right shoulder
file,yaw,pitch,roll
"""
TILT = 15.0
"""Degrees by which the picture is turned to its left: the right shoulder's side."""


def tilted() -> Picture:
    turn = cv2.getRotationMatrix2D((225.0, 120.0), TILT, 1.0)  # about the face
    return np.asarray(cv2.warpAffine(portrait(), turn, (512, 512)), np.uint8)


@pytest.fixture(scope="module")
def upright() -> HeadPose:
    """As measured: by how much the portrait's pose differs after a known turn is what is tested."""
    eye = Eye()
    face = eye.picture(portrait()).face
    eye.close()
    assert face is not None
    return face.head_pose


def heads(folder: Path, pose: HeadPose, *, wrong_by: float = 0.0, nobody: bool = True) -> Chapter:
    """Three labelled heads and, unless told otherwise, a picture of nobody labelled as one."""
    write_picture(folder / "upright.png", portrait())
    write_picture(folder / "tilted.png", tilted())
    write_picture(folder / "mirrored.png", np.ascontiguousarray(portrait()[:, ::-1]))
    write_picture(folder / "nobody.png", room())
    rows = [
        ("upright.png", pose.yaw + wrong_by, pose.pitch, pose.roll),
        ("tilted.png", pose.yaw, pose.pitch, pose.roll + TILT),
        ("mirrored.png", -pose.yaw, pose.pitch, -pose.roll),
        *([("nobody.png", 0.0, 0.0, 0.0)] if nobody else []),
    ]
    text = "".join(f"{n},{y:.3f},{p:.3f},{r:.3f}\n" for n, y, p, r in rows)
    write(folder, "head_pose.csv", HEADER + text)
    return scored(folder, Kind.HEAD_POSE)


def test_right_labels_give_small_errors(tmp_path: Path, upright: HeadPose) -> None:
    chapter = heads(tmp_path, upright)
    found = figure(chapter, "heads found")
    assert (found.value, found.n) == (0.75, 4)
    for angle in ("yaw", "pitch", "roll"):
        error = figure(chapter, f"{angle}, mean absolute error")
        assert error.n == 3
        assert error.value is not None
        assert error.value < 3.0
        assert value(chapter, f"{angle} within 10 degrees") == 1.0


def test_a_wrong_label_is_counted_as_an_error(tmp_path: Path, upright: HeadPose) -> None:
    right = value(heads(tmp_path / "right", upright), "yaw, mean absolute error")
    chapter = heads(tmp_path / "wrong", upright, wrong_by=60.0)
    wrong = value(chapter, "yaw, mean absolute error")
    assert right is not None
    assert wrong is not None
    assert wrong - right == pytest.approx(20.0, abs=2.0)
    assert value(chapter, "yaw within 10 degrees") == pytest.approx(2 / 3)
    assert value(chapter, "roll within 10 degrees") == 1.0
    worst = chapter.worst[0]
    assert worst.source == "upright.png"
    assert worst.title.startswith("yaw is ")


def test_a_swapped_sign_does_not_pass_unseen(tmp_path: Path, upright: HeadPose) -> None:
    chapter = heads(tmp_path, HeadPose(yaw=upright.yaw, pitch=upright.pitch, roll=upright.roll))
    text = (tmp_path / "head_pose.csv").read_text()
    write(tmp_path, "head_pose.csv", text.replace("right shoulder", "left shoulder"))
    swapped = scored(tmp_path, Kind.HEAD_POSE)
    before, after = (value(c, "roll, mean absolute error") for c in (chapter, swapped))
    assert before is not None
    assert after is not None
    assert after > before + 2 * TILT / 3 - 2.0


def test_who_is_not_found_is_shown_and_sliced(tmp_path: Path, upright: HeadPose) -> None:
    heads(tmp_path, upright)
    write(tmp_path, "glasses.csv", "file,glasses\nupright.png,no\ntilted.png,no\n")
    chapter = scored(tmp_path, Kind.HEAD_POSE, slices=True)
    assert chapter.worst[-1].title == "head not found"
    assert figure(chapter, "heads found", "no face found").value == 0.0
    assert figure(chapter, "heads found", "without glasses").n == 2
    everyone = {f.slice: f.n for f in chapter.figures if f.name == "heads found"}
    light = ("dark (under 0.3)", "medium light", "bright (0.6 or more)")
    assert sum(everyone.get(part, 0) for part in light) == 4


def test_heads_turned_out_of_sight_are_left_out_and_it_is_said(tmp_path: Path) -> None:
    write_picture(tmp_path / "a.png", portrait())
    write(tmp_path, "head_pose.csv", HEADER + "a.png,0,0,0\na.png,120,0,0\n")
    chapter = scored(tmp_path, Kind.HEAD_POSE)
    assert figure(chapter, "heads found").n == 1
    assert any("turned beyond 99 degrees, as usual: 1" in remark for remark in chapter.remarks)


def test_a_picture_that_cannot_be_read_is_said_and_the_others_are_scored(tmp_path: Path) -> None:
    write_picture(tmp_path / "a.png", portrait())
    write(tmp_path, "b.jpg", "no picture")
    write(tmp_path, "c.png", "no picture")
    write(tmp_path, "head_pose.csv", HEADER + "a.png,0,0,0\nb.jpg,0,0,0\nc.png,0,0,0\n")
    chapter = scored(tmp_path, Kind.HEAD_POSE)
    assert figure(chapter, "heads found").n == chapter.media == 1
    assert [remark for remark in chapter.remarks if "b.jpg" in remark or "c.png" in remark] == list(
        chapter.remarks
    )
    assert len(chapter.remarks) == 2
