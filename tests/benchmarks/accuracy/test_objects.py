"""A detector that finds red patches, and pictures of them."""

from pathlib import Path

import numpy as np
import pytest

from app.types import ObjectClass
from benchmarks.accuracy.labels import Kind
from benchmarks.accuracy.parts import Parts
from tests.benchmarks.accuracy.builders import (
    RED,
    figure,
    red_things,
    scored,
    value,
    write,
    write_picture,
)
from tests.media import room

PARTS = Parts(detector=red_things, detector_name="red patches")
Patch = tuple[int, int, int, int]
"""Left, top, width and height in pixels of a picture of 640x480."""
SMALL, MEDIUM, LARGE = (20, 20, 20, 30), (200, 100, 60, 80), (400, 200, 150, 200)


def shown(folder: Path, name: str, *patches: Patch) -> None:
    picture = room().copy()
    for left, top, width, height in patches:
        picture[top : top + height, left : left + width] = RED
    write_picture(folder / "images" / f"{name}.png", picture)


def labelled(folder: Path, name: str, *patches: Patch, number: int = 67) -> None:
    lines = (
        f"{number} {(x + w / 2) / 640} {(y + h / 2) / 480} {w / 640} {h / 480}\n"
        for x, y, w, h in patches
    )
    write(folder, f"labels/{name}.txt", "".join(lines))


def test_what_is_labelled_and_shown_is_found_by_size(tmp_path: Path) -> None:
    shown(tmp_path, "a", SMALL, MEDIUM, LARGE)
    labelled(tmp_path, "a", SMALL, MEDIUM, LARGE)
    chapter = scored(tmp_path, Kind.OBJECTS, PARTS)
    for name, n in (
        ("phone", 3),
        ("phone, small (under 32x32 px)", 1),
        ("phone, medium", 1),
        ("phone, large (96x96 px or more)", 1),
    ):
        for what in ("recall", "precision", "average precision"):
            found = figure(chapter, f"{name}, {what}")
            assert found.value == pytest.approx(1.0)
            assert found.n == n
    assert chapter.worst == ()
    assert not [f for f in chapter.figures if f.name.startswith("person")]


def test_wrong_labels_are_counted_as_errors(tmp_path: Path) -> None:
    shown(tmp_path, "a", MEDIUM)
    labelled(tmp_path, "a", LARGE)  # elsewhere
    shown(tmp_path, "b", LARGE)
    labelled(tmp_path, "b", LARGE)
    shown(tmp_path, "c", SMALL)  # shows something, labelled as nothing
    chapter = scored(tmp_path, Kind.OBJECTS, PARTS)
    assert value(chapter, "phone, recall") == 0.5
    assert value(chapter, "phone, precision") == pytest.approx(1 / 3)
    assert value(chapter, "phone, average precision") == 0.5
    assert value(chapter, "phone, false") == 2
    assert [shot.title for shot in chapter.worst] == [
        "phone: 1 missed, 1 false",
        "phone: 0 missed, 1 false",
    ]
    assert chapter.worst[0].source == str(Path("images/a.png"))


def test_another_class_is_another_object(tmp_path: Path) -> None:
    shown(tmp_path, "a", LARGE)
    labelled(tmp_path, "a", LARGE, number=73)
    chapter = scored(tmp_path, Kind.OBJECTS, PARTS)
    assert value(chapter, "book, recall") == 0.0
    assert figure(chapter, "phone, recall").value is None
    assert value(chapter, "phone, precision") == 0.0


def test_slices_by_light(tmp_path: Path) -> None:
    shown(tmp_path, "a", LARGE)
    labelled(tmp_path, "a", LARGE)
    write_picture(tmp_path / "images" / "night.png", np.zeros((480, 640, 3), np.uint8))
    labelled(tmp_path, "night", LARGE)
    chapter = scored(tmp_path, Kind.OBJECTS, PARTS, slices=True)
    assert figure(chapter, "phone, recall").value == 0.5
    assert figure(chapter, "phone, recall", "dark (under 0.3)").value == 0.0
    assert figure(chapter, "phone, recall", "medium light").value == 1.0


def test_without_a_detector_nothing_is_claimed(tmp_path: Path) -> None:
    shown(tmp_path, "a", LARGE)
    labelled(tmp_path, "a", LARGE)
    chapter = scored(tmp_path, Kind.OBJECTS, Parts(detector_name="no weights"))
    assert chapter.figures == ()
    assert chapter.remarks == ("not measured: no weights",)


def test_the_worst_cases_are_marked_where_they_are(tmp_path: Path) -> None:
    shown(tmp_path, "a")
    labelled(tmp_path, "a", (100, 120, 200, 240))
    [shot] = scored(tmp_path, Kind.OBJECTS, PARTS).worst
    scale = 800 / 640
    edge = shot.picture[round(240 * scale), round(100 * scale)].tolist()
    assert edge[0] > 200 > edge[1] + 50  # the missed box is drawn in red
    assert ObjectClass.PHONE in shot.title
