"""Labels of eyes, objects and episodes: their forms, and what is refused."""

from pathlib import Path

import pytest

from app.types import AlertKind, Label, ObjectClass, Purpose
from benchmarks.accuracy.box_labels import labelled_pictures
from benchmarks.accuracy.card import measure
from benchmarks.accuracy.eye_labels import Direction, blink_labels, gaze_labels, glasses
from benchmarks.accuracy.labels import Kind, LabelError
from benchmarks.accuracy.parts import Parts
from benchmarks.accuracy.timeline import timelines
from tests.benchmarks.accuracy.builders import write

EPISODE = '[[episode]]\nkind = "gaze_away"\nfrom = 1\nto = 2\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Media of which only the names matter."""
    for name in ("a.mp4", "b.mp4", "c.png", "images/p.jpg", "images/q.jpg"):
        write(tmp_path, name, "")
    return tmp_path


def refused(path: Path, line: int, complaint: str, read: object) -> None:
    with pytest.raises(LabelError, match=complaint) as error:
        read(path.parent if path.parent.name != "labels" else path.parents[1])  # type: ignore[operator]
    where = f"{path}:{line}: " if line else f"{path}: "
    assert str(error.value).startswith(where)


def test_gaze_of_videos_and_pictures(folder: Path) -> None:
    write(
        folder,
        "gaze.csv",
        "file,from,to,direction,mirrored\na.mp4,1,2.5,Left,yes\n\n# none\nc.png,,,screen,\n",
    )
    video, picture = gaze_labels(folder)
    assert (video.media.name, video.span, video.mirrored) == ("a.mp4", (1.0, 2.5), True)
    assert (picture.span, picture.mirrored) == (None, False)
    assert [video.direction, picture.direction] == [Direction.LEFT, Direction.SCREEN]


@pytest.mark.parametrize(
    ("row", "complaint"),
    [
        ("a.mp4,2,1,left", "from 2 to 1 is no time"),
        ("a.mp4,,,left", "column from is empty"),
        ("c.png,1,2,left", "a picture has no times"),
        ("a.mp4,1,2,aside", "'aside' is none of screen, left"),
        ("a.mp4,-1,2,left", "from: -1 is not within"),
        ("no.mp4,1,2,left", "there is no file"),
    ],
)
def test_unclear_gaze_is_refused(folder: Path, row: str, complaint: str) -> None:
    path = write(folder, "gaze.csv", f"file,from,to,direction\na.mp4,1,2,left\n{row}\n")
    refused(path, 3, complaint, gaze_labels)


def test_blinks_by_time_and_by_number(folder: Path) -> None:
    write(folder, "blinks.csv", "video,time\na.mp4,2.5\na.mp4,1\nb.mp4,\n")
    first, second = blink_labels(folder)
    assert (first.times, first.count) == ((1.0, 2.5), 2)
    assert (second.times, second.count) == ((), 0)
    write(folder, "blinks.csv", "video,count\na.mp4,3\n")
    [only] = blink_labels(folder)
    assert (only.times, only.count) == (None, 3)


@pytest.mark.parametrize(
    ("text", "line", "complaint"),
    [
        ("video,count\na.mp4,2.5\n", 2, "no whole number"),
        ("video,count\na.mp4,1\na.mp4,2\n", 3, "labels in another place too"),
        ("video,time,count\na.mp4,1,1\n", 2, "not both"),
        ("video\na.mp4\n", 2, "time or count is missing"),
        ("video,time\nc.png,1\n", 2, "does not end in"),
        ("", 0, "the header is missing"),
    ],
)
def test_unclear_blinks_are_refused(folder: Path, text: str, line: int, complaint: str) -> None:
    refused(write(folder, "blinks.csv", text), line, complaint, blink_labels)


def test_glasses(folder: Path) -> None:
    path = write(folder, "glasses.csv", "file,glasses\na.mp4,yes\nc.png,No\n")
    assert {media.name: worn for media, worn in glasses(folder).items()} == {
        "a.mp4": True,
        "c.png": False,
    }
    path.write_text("file,glasses\na.mp4,perhaps\n")
    refused(path, 2, "'perhaps' is none of yes, no", glasses)


def test_boxes_of_the_four_classes(folder: Path) -> None:
    write(folder, "labels/p.txt", "67 0.5 0.5 0.2 0.4\n16 0.5 0.5 1 1\n0 0.1 0.1 0.2 0.2\n")
    write(folder, "labels/lost.txt", "0 0.5 0.5 0.2 0.4\n")
    found = labelled_pictures(folder)
    assert [file.name for file in found.alone] == ["lost.txt"]
    first, second = found.pictures
    (phone, box), (person, _) = first.objects
    assert (phone, person) == (ObjectClass.PHONE, ObjectClass.PERSON)
    assert (box.left, box.top, box.width, box.height) == pytest.approx((0.4, 0.3, 0.2, 0.4))
    assert second.objects == ()


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("67 0.5 0.5 0.2", "4 numbers; a box has 5"),
        ("80 0.5 0.5 0.2 0.2", "class 80 is none"),
        ("phone 0.5 0.5 0.2 0.2", "class phone is none"),
        ("67 320 240 50 50", "does not lie in the picture"),
        ("67 0.5 0.5 0 0.2", "does not lie in the picture"),
        ("67 0.5 nan 0.1 0.2", "does not lie in the picture"),
        ("67 0.5 x 0.1 0.2", "are not four numbers"),
    ],
)
def test_unclear_boxes_are_refused(folder: Path, line: str, complaint: str) -> None:
    path = write(folder, "labels/p.txt", f"0 0.5 0.5 0.2 0.4\n{line}\n")
    refused(path, 2, complaint, labelled_pictures)


def test_other_classes_than_cocos_are_refused(folder: Path) -> None:
    write(folder, "labels/p.txt", "0 0.5 0.5 0.2 0.4\n")
    path = write(folder, "labels/classes.txt", "phone\nperson\n")
    refused(path, 1, "class 0 must be 'person'", labelled_pictures)


def test_labels_of_other_pictures_are_refused(folder: Path) -> None:
    path = write(folder, "labels/other.txt", "0 0.5 0.5 0.2 0.4\n")
    refused(path, 0, "no picture of this name", labelled_pictures)


def test_a_timeline(folder: Path) -> None:
    write(
        folder,
        "a.timeline.toml",
        'purpose = "interview"\nmirrored = true\nkinds = ["gaze_away"]\n'
        "[rules.gaze_away]\nhold = 1.0\n" + EPISODE + 'label = "Looking Up"\n' + EPISODE,
    )
    [found] = timelines(folder)
    assert (found.purpose, found.mirrored, found.video.name) == (Purpose.INTERVIEW, True, "a.mp4")
    assert found.rules == {AlertKind.GAZE_AWAY: {"hold": 1.0}}
    assert found.kinds == (AlertKind.GAZE_AWAY,)
    assert [each.label for each in found.episodes] == [Label.LOOKING_UP, None]
    assert (found.episodes[0].begins, found.episodes[0].ends) == (1.0, 2.0)


@pytest.mark.parametrize(
    ("text", "line", "complaint"),
    [
        (EPISODE + EPISODE.replace("1", "3"), 5, "from 3 to 2 is no time"),
        (EPISODE.replace("gaze_away", "gaze"), 1, "'gaze' is none of"),
        (EPISODE.replace("1", '"1"'), 1, "from: '1' is no time"),
        (EPISODE + 'label = "Up"\n', 1, "label: 'Up' is none of"),
        (EPISODE + "until = 3\n", 1, "until is not known"),
        ("from = 1\n", 0, "from is not known"),
        ('purpose = "fun"\n', 0, "'fun' is none of"),
        ("mirrored = 1\n", 0, "true or false"),
        ("[rules.gaze_away]\nhold = -1\n", 0, "out of range"),
        ("kinds = 1\n", 0, "kinds is a list"),
        ("purpose =\n", 1, "Invalid value"),
    ],
)
def test_an_unclear_timeline_is_refused(folder: Path, text: str, line: int, complaint: str) -> None:
    refused(write(folder, "a.timeline.toml", text), line, complaint, timelines)


def test_a_timeline_without_its_video_is_refused(folder: Path) -> None:
    refused(write(folder, "z.timeline.toml", ""), 0, "0 videos of the name z", timelines)


def test_a_folder_without_labels_is_refused(folder: Path) -> None:
    with pytest.raises(LabelError, match="holds no labels of gaze"):
        measure(folder, Parts(), only=[Kind.GAZE])
    with pytest.raises(LabelError, match="there is no folder"):
        measure(folder / "nowhere", Parts())
