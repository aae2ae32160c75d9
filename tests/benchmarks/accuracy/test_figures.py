"""Numbers that can be looked up or worked out by hand."""

import pytest

from benchmarks.accuracy.conditions import Conditions, figured
from benchmarks.accuracy.figures import Figure, Unit, mean, percentile, proportion, wilson
from benchmarks.accuracy.labels import Kind


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    [
        (0, 8, 0.0, 0.3244),
        (8, 8, 0.6756, 1.0),
        (8, 10, 0.4902, 0.9433),
        (50, 100, 0.4038, 0.5962),
        (1, 1, 0.2065, 1.0),
    ],
)
def test_wilsons_interval(part: int, whole: int, low: float, high: float) -> None:
    assert wilson(part, whole) == pytest.approx((low, high), abs=1e-4)


def test_of_nothing_there_is_neither_share_nor_mean() -> None:
    share = proportion(Kind.GAZE, "right", 0, 0)
    assert (share.value, share.interval, share.n) == (None, None, 0)
    assert mean(Kind.GAZE, "error", [], Unit.DEGREES).value is None
    assert percentile(Kind.GAZE, "error", [], 95, Unit.DEGREES).value is None


def test_mean_and_percentile_say_from_how_many() -> None:
    values = [float(n) for n in range(101)]
    found = mean(Kind.GAZE, "error", values, Unit.DEGREES)
    assert (found.value, found.n, found.interval) == (50.0, 101, None)
    assert percentile(Kind.GAZE, "error", values, 95, Unit.DEGREES).value == pytest.approx(95.0)


class Seen:
    """A case of which only its conditions matter."""

    def __init__(self, **conditions: float | bool) -> None:
        self.conditions = Conditions(**conditions)  # type: ignore[arg-type]


def test_slices_hold_each_case_once_a_question_and_leave_out_what_nobody_knows() -> None:
    cases = [
        Seen(brightness=0.1, face_width=50.0, glasses=True),
        Seen(brightness=0.29, face_width=0.0),
        Seen(brightness=0.3, face_width=100.0, glasses=False),
        Seen(brightness=0.6, face_width=500.0, glasses=False),
        Seen(),
    ]

    def count(part: object) -> list[Figure]:
        return [proportion(Kind.GAZE, "cases", 0, len(part))]  # type: ignore[arg-type]

    found = {f.slice: f.n for f in figured(cases, count, slices=True)}
    assert found == {
        "all": 5,
        "dark (under 0.3)": 2,
        "medium light": 1,
        "bright (0.6 or more)": 1,
        "no face found": 1,
        "face under 100 px": 1,
        "face 100 to 200 px": 1,
        "face 200 px or more": 1,
        "with glasses": 1,
        "without glasses": 2,
    }
    assert [f.slice for f in figured(cases, count, slices=False)] == ["all"]
