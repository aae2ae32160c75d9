"""Which of the found belong to which of the expected."""

import pytest

from app.types import AlertKind, BoundingBox, Label
from benchmarks.accuracy.episodes import Told, matched
from benchmarks.accuracy.matching import average_precision, matched_boxes, matched_times
from benchmarks.accuracy.timeline import Expected


@pytest.mark.parametrize(
    ("expected", "found", "pairs"),
    [
        ([1.0, 2.0], [1.1, 2.2], {(0, 0), (1, 1)}),
        ([1.0], [1.3], {(0, 0)}),
        ([1.0], [1.31], set()),
        ([1.0, 1.4], [1.2], {(0, 0)}),
        ([1.2], [1.0, 1.4], {(0, 0)}),
        ([2.0, 1.0], [0.9, 2.1], {(1, 0), (0, 1)}),
        ([1.0, 1.2], [0.8, 0.95], {(0, 0), (1, 1)}),
        ([], [1.0], set()),
        ([1.0], [], set()),
    ],
)
def test_times(expected: list[float], found: list[float], pairs: set[tuple[int, int]]) -> None:
    assert set(matched_times(expected, found, 0.3)) == pairs


def box(left: float, width: float = 0.2) -> BoundingBox:
    return BoundingBox(left=left, top=0.1, width=width, height=0.2)


def test_a_box_is_found_once_and_by_the_surest() -> None:
    assert matched_boxes([box(0.1)], [box(0.12), box(0.1)], 0.5) == {0: 0}
    assert matched_boxes([box(0.1), box(0.5)], [box(0.5), box(0.1)], 0.5) == {0: 1, 1: 0}


def test_a_box_that_overlaps_too_little_is_another() -> None:
    half = box(0.1 + 0.2 / 3)  # 2/3 of each in common: IoU 0.5
    assert matched_boxes([box(0.1)], [half], 0.499) == {0: 0}
    assert matched_boxes([box(0.1)], [half], 0.51) == {}


def test_average_precision_worked_out_by_hand() -> None:
    hits = [(0.9, True), (0.8, False), (0.7, True), (0.6, False)]
    # recall 1/3 at precision 1, then 2/3 at 2/3; the third is never found
    assert average_precision(hits, 3) == pytest.approx(1 / 3 + 1 / 3 * 2 / 3)
    assert average_precision([(0.5, True)], 1) == 1.0
    assert average_precision([(0.5, False)], 1) == 0.0
    assert average_precision([], 4) == 0.0
    assert average_precision([(0.5, False)], 0) is None


def test_the_order_of_detections_is_that_of_their_confidence() -> None:
    surest_first = [(0.9, True), (0.1, False)]
    assert average_precision(surest_first[::-1], 1) == 1.0
    assert average_precision([(0.1, True), (0.9, False)], 1) == 0.5


def told(begins: float, ends: float, label: Label = Label.PHONE) -> Told:
    kind = AlertKind.PHONE if label is Label.PHONE else AlertKind.GAZE_AWAY
    return Told(kind=kind, label=label, at=begins + 1, begins=begins, ends=ends)


def happens(begins: float, ends: float, label: Label | None = None) -> Expected:
    kind = AlertKind.PHONE if label in (None, Label.PHONE) else AlertKind.GAZE_AWAY
    return Expected(kind=kind, label=label, begins=begins, ends=ends)


@pytest.mark.parametrize(
    ("expected", "tales", "pairs"),
    [
        ([happens(5, 9)], [told(5.5, 9)], {0: 0}),
        ([happens(5, 9)], [told(4.1, 9)], {0: 0}),
        ([happens(5, 9)], [told(3, 30)], {}),  # goes on from earlier: another one
        ([happens(5, 9)], [told(9.5, 12)], {}),
        ([happens(5, 9)], [told(5, 6), told(7, 9)], {0: 0, 1: 0}),
        ([happens(5, 9), happens(20, 25)], [told(20, 25)], {0: 1}),
        ([happens(5, 9)], [told(5, 9, Label.LOOKING_UP)], {}),
        ([happens(5, 9, Label.LOOKING_LEFT)], [told(5, 9, Label.LOOKING_UP)], {}),
        ([happens(5, 9, Label.LOOKING_UP)], [told(5, 9, Label.LOOKING_UP)], {0: 0}),
    ],
)
def test_episodes(expected: list[Expected], tales: list[Told], pairs: dict[int, int]) -> None:
    assert matched(expected, tales) == pairs
