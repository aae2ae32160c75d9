"""The files that come out, through the command as an operator calls it."""

import json
from pathlib import Path

import cv2
import pytest
from typer.testing import CliRunner

from benchmarks.accuracy.chapter import Chapter, Shot
from benchmarks.accuracy.figures import Unit, mean, proportion
from benchmarks.accuracy.labels import Kind, LabelError
from benchmarks.accuracy.report import markdown, write
from cli.bench import app
from tests.benchmarks.accuracy.builders import write as write_labels
from tests.benchmarks.accuracy.builders import write_picture
from tests.media import portrait, room

HEADS = """# yaw: + is the candidate's left, pitch: + is up
# roll: + is the candidate's right shoulder
file,yaw,pitch,roll
<b>.png,80,0,0
empty.png,0,0,0
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_picture(tmp_path / "heads" / "<b>.png", portrait())
    write_picture(tmp_path / "heads" / "empty.png", room())
    write_labels(tmp_path, "heads/head_pose.csv", HEADS)
    return tmp_path


def test_the_command_writes_the_card(folder: Path) -> None:
    out = folder / "card"
    result = CliRunner().invoke(app, ["accuracy", str(folder), "--out", str(out), "--slices"])
    assert result.exit_code == 0, result.output
    assert "heads found" in result.stdout
    assert "head pose: 2 of 2" in result.stderr
    assert "head pose: 2 of 2" not in result.stdout

    text = (out / "accuracy.md").read_text()
    assert "| head pose | all | heads found | 50.0% | 9.5% to 90.5% | 2 |" in text
    assert "| head pose | no face found | heads found | 0.0% | 0.0% to 79.3% | 1 |" in text

    content = json.loads((out / "accuracy.json").read_text())
    [chapter] = content["chapters"]
    [found] = [f for f in chapter["figures"] if (f["name"], f["slice"]) == ("heads found", "all")]
    assert (found["value"], found["n"], found["unit"]) == (0.5, 2, "share")
    assert [shot["source"] for shot in chapter["worst"]] == [
        str(Path("heads/<b>.png")),
        str(Path("heads/empty.png")),
    ]

    page = (out / "worst" / "index.html").read_text()
    assert "&lt;b&gt;.png" in page
    assert "<b>.png" not in page
    for number in (1, 2):
        assert f'src="head_pose-{number:02}.jpg"' in page
        picture = cv2.imread(str(out / "worst" / f"head_pose-{number:02}.jpg"))
        assert picture is not None
        assert max(picture.shape[:2]) >= 640


def test_only_what_is_asked_for_is_scored(folder: Path) -> None:
    arguments = ["accuracy", str(folder), "--out", str(folder / "card"), "--only", "gaze"]
    result = CliRunner().invoke(app, arguments)
    assert isinstance(result.exception, LabelError)
    assert "holds no labels of gaze" in str(result.exception)


def test_an_unclear_label_ends_the_command_before_anything_is_written(folder: Path) -> None:
    write_labels(folder, "heads/head_pose.csv", HEADS + "empty.png,0,0,far\n")
    result = CliRunner().invoke(app, ["accuracy", str(folder), "--out", str(folder / "card")])
    assert isinstance(result.exception, LabelError)
    assert "head_pose.csv:6: roll: 'far' is no number" in str(result.exception)
    assert not (folder / "card").exists()


def test_the_help_says_how_to_label() -> None:
    text = CliRunner().invoke(app, ["accuracy", "--help"]).stdout
    for form in ("Pose_Para", "head_pose.csv", "gaze.csv", "blinks.csv", "[[episode]]", "glasses"):
        assert form in text


def chapter(*shots: Shot) -> Chapter:
    return Chapter(
        kind=Kind.GAZE,
        media=1,
        figures=(
            proportion(Kind.GAZE, "direction right", 3, 4),
            mean(Kind.GAZE, "delay", [], Unit.SECONDS),
        ),
        confusion={
            "left": {"left": 3, "right": 1, "up": 0},
            "right": {"left": 0, "right": 0, "up": 0},
        },
        worst=shots,
        remarks=("one clip only",),
    )


def test_markdown_of_shares_nothings_and_confusions() -> None:
    lines = markdown(Path("clips"), [chapter()], "today").splitlines()
    assert "| gaze | all | direction right | 75.0% | 30.1% to 95.4% | 4 |" in lines
    assert "| gaze | all | delay | none |  | 0 |" in lines
    assert "| labelled | left | right |" in lines
    assert "| left | 3 | 1 |" in lines
    assert not [line for line in lines if line.startswith("| right |")]
    assert "- gaze: one clip only" in lines


def test_older_pictures_are_replaced(tmp_path: Path) -> None:
    shot = Shot(title="left taken for right", source="a.mp4 at 1.0 s", picture=room(64, 64))
    write(tmp_path, tmp_path / "out", [chapter(shot, shot)])
    write(tmp_path, tmp_path / "out", [chapter(shot)])
    assert [p.name for p in (tmp_path / "out" / "worst").glob("*.jpg")] == ["gaze-01.jpg"]
