"""A generated video, played through a real session: gaze, episodes and blinks against labels."""

from pathlib import Path

import pytest

from benchmarks.accuracy.blinks import AROUND
from benchmarks.accuracy.footage import frames, frames_at
from benchmarks.accuracy.labels import Kind
from benchmarks.accuracy.parts import Parts
from benchmarks.scenes import Act, Scene
from tests.benchmarks.accuracy.builders import act, figure, scored, value, write

ACTS = (
    Act(scene=Scene.FACING, seconds=5.0),
    Act(scene=Scene.LOOK_RIGHT, seconds=4.0),
    Act(scene=Scene.FACING, seconds=2.0),
    Act(scene=Scene.GONE, seconds=5.0),
    Act(scene=Scene.FACING, seconds=3.0),
)
LOOKS_RIGHT = '[[episode]]\nkind = "gaze_away"\nlabel = "Looking Right"\nfrom = 5.0\nto = 9.2\n'
GONE = '[[episode]]\nkind = "nobody"\nfrom = 11.1\nto = 16.2\n'
GAZE = """file,from,to,direction
clip.avi,1,4.9,screen
clip.avi,5.6,8.9,right
clip.avi,9.6,10.9,screen
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("labelled")
    act(folder / "clip.avi", ACTS)
    return folder


@pytest.fixture(autouse=True)
def _no_labels(folder: Path) -> None:
    """Each test writes its own."""
    for file in (*folder.glob("*.csv"), *folder.glob("*.toml")):
        file.unlink()


def test_gaze_that_is_labelled_rightly(folder: Path) -> None:
    write(folder, "gaze.csv", GAZE)
    chapter = scored(folder, Kind.GAZE)
    assert value(chapter, "direction right") == 1.0
    assert figure(chapter, "screen, recall").n == 2
    assert chapter.confusion is not None
    assert chapter.confusion["right"] == {
        "screen": 0,
        "left": 0,
        "right": 1,
        "up": 0,
        "down": 0,
        "not measured": 0,
    }


def test_gaze_that_is_labelled_wrongly_is_an_error(folder: Path) -> None:
    write(folder, "gaze.csv", GAZE.replace("8.9,right", "8.9,left"))
    chapter = scored(folder, Kind.GAZE)
    assert value(chapter, "direction right") == pytest.approx(2 / 3)
    assert value(chapter, "left, recall") == 0.0
    assert value(chapter, "right, precision") == 0.0
    assert chapter.confusion is not None
    assert chapter.confusion["left"]["right"] == 1
    assert chapter.worst[0].title == "left taken for right"


def test_a_mirrored_video_has_its_sides_swapped(folder: Path) -> None:
    rows = GAZE.replace("direction\n", "direction,mirrored\n").replace("right\n", "left,yes\n")
    write(folder, "gaze.csv", rows.replace("screen\n", "screen,yes\n"))
    assert value(scored(folder, Kind.GAZE), "direction right") == 1.0


def test_where_nobody_is_no_gaze_is_measured(folder: Path) -> None:
    write(folder, "gaze.csv", GAZE + "clip.avi,12,15.5,down\n")
    chapter = scored(folder, Kind.GAZE, slices=True)
    assert chapter.confusion is not None
    assert chapter.confusion["down"]["not measured"] == 1
    assert figure(chapter, "direction right", "no face found").n == 1


def test_gaze_after_the_end_is_not_scored_and_it_is_said(folder: Path) -> None:
    write(folder, "gaze.csv", GAZE + "clip.avi,100,101,down\n")
    chapter = scored(folder, Kind.GAZE)
    assert figure(chapter, "direction right").n == 3
    assert any("before 100 s" in remark for remark in chapter.remarks)


def test_episodes_that_happen_are_found_with_their_delay(folder: Path) -> None:
    write(folder, "clip.timeline.toml", LOOKS_RIGHT + GONE)
    chapter = scored(folder, Kind.EPISODES)
    assert value(chapter, "all kinds, recall") == 1.0
    assert value(chapter, "all kinds, precision") == 1.0
    assert figure(chapter, "all kinds, recall").n == 2
    away, nobody = (
        value(chapter, f"{kind}, delay to the alert, mean") for kind in ("gaze_away", "nobody")
    )
    assert away == pytest.approx(2.2, abs=0.4)  # the hold of 2 s, and the way of the eyes
    assert nobody == pytest.approx(3.2, abs=0.5)


def test_an_episode_that_nobody_labelled_is_false(folder: Path) -> None:
    write(folder, "clip.timeline.toml", GONE)
    chapter = scored(folder, Kind.EPISODES)
    assert value(chapter, "gaze_away, false") == 1
    assert value(chapter, "all kinds, precision") == 0.5
    assert chapter.worst[0].title == "gaze_away: false"


def test_a_wrong_label_is_one_missed_and_one_false(folder: Path) -> None:
    write(folder, "clip.timeline.toml", LOOKS_RIGHT.replace("Right", "Up") + GONE)
    chapter = scored(folder, Kind.EPISODES)
    assert value(chapter, "gaze_away, missed") == value(chapter, "gaze_away, false") == 1
    assert value(chapter, "gaze_away, recall") == value(chapter, "gaze_away, precision") == 0.0
    assert value(chapter, "nobody, recall") == 1.0


def test_kinds_that_were_not_labelled_do_not_count(folder: Path) -> None:
    write(folder, "clip.timeline.toml", 'kinds = ["nobody"]\n' + GONE)
    chapter = scored(folder, Kind.EPISODES)
    assert value(chapter, "all kinds, precision") == 1.0
    assert figure(chapter, "all kinds, precision").n == 1


def test_an_episode_after_the_end_is_not_scored_and_it_is_said(folder: Path) -> None:
    write(folder, "clip.timeline.toml", GONE.replace("11.1", "100").replace("16.2", "101"))
    chapter = scored(folder, Kind.EPISODES)
    assert chapter.media == 0
    assert "before 100 s" in chapter.remarks[0]


def test_rules_of_the_timeline_are_the_sessions(folder: Path) -> None:
    write(folder, "clip.timeline.toml", "[rules.gaze_away]\nhold = 30\n" + LOOKS_RIGHT + GONE)
    chapter = scored(folder, Kind.EPISODES)
    assert value(chapter, "gaze_away, recall") == 0.0
    assert figure(chapter, "all kinds, recall").value == 0.5


def blinking(*times: float) -> Parts:
    return Parts(blinks=lambda video: times)


def test_blinks_found_missed_and_false(folder: Path) -> None:
    write(folder, "blinks.csv", "video,time\nclip.avi,1.0\nclip.avi,3.0\nclip.avi,4.0\n")
    chapter = scored(folder, Kind.BLINKS, blinking(1.2, 3.5, 4.3))
    counts = [value(chapter, name) for name in ("found", "missed", "false")]
    assert counts == [2, 1, 1]
    assert figure(chapter, "recall").n == 3
    assert value(chapter, "precision") == pytest.approx(2 / 3)
    missed, false = chapter.worst
    assert (missed.title, false.title) == ("missed blink", "false blink")
    assert missed.picture.shape[1] == len(AROUND) * (240 + 4)


@pytest.mark.parametrize(
    ("labelled", "counted", "counts"),
    [(3, 3, [3, 0, 0]), (3, 5, [3, 0, 2]), (3, 1, [1, 2, 0]), (0, 1, [0, 0, 1])],
)
def test_blinks_by_number(folder: Path, labelled: int, counted: int, counts: list[int]) -> None:
    write(folder, "blinks.csv", f"video,count\nclip.avi,{labelled}\n")
    chapter = scored(folder, Kind.BLINKS, blinking(*map(float, range(counted))))
    assert [value(chapter, name) for name in ("found", "missed", "false")] == counts
    assert chapter.worst == ()


def test_frames_come_with_their_times_and_are_found_by_them(folder: Path) -> None:
    times = [at for at, _ in frames(folder / "clip.avi")]
    assert len(times) == 190
    assert times[:3] == pytest.approx([0.0, 0.1, 0.2])
    late, early, beyond = frames_at(folder / "clip.avi", [5.0, 0.0, 99.0])
    shown = {round(at, 1): picture for at, picture in frames(folder / "clip.avi")}
    assert (late == shown[5.0]).all()
    assert (early == shown[0.0]).all()
    assert (beyond == shown[18.9]).all()
    [only] = frames_at(folder / "clip.avi", [99.0])
    assert (only == shown[18.9]).all()
