"""An angle enters beyond its limit and leaves below it; the label is the worst in proportion."""

import pytest

from app.alerts.angles import Angles
from app.alerts.rules import DEFAULT_RULES
from app.types import AlertKind, Label

GAZE, HEAD = AlertKind.GAZE_AWAY, AlertKind.HEAD_TURNED


def angles(kind: AlertKind) -> Angles:
    return Angles(DEFAULT_RULES[kind])


@pytest.mark.parametrize(
    ("kind", "yaw", "pitch", "entered", "label"),
    [
        (GAZE, 0, 0, False, None),
        (GAZE, 13, 0, False, "Looking Left"),
        (GAZE, 13.1, 0, True, "Looking Left"),
        (GAZE, -13.1, 0, True, "Looking Right"),
        (GAZE, 0, 12.1, True, "Looking Up"),
        (GAZE, 0, -12.1, True, "Looking Down"),
        (GAZE, 0, -9.1, False, "Looking Down"),
        (GAZE, 25, -20, True, "Looking Left"),
        (GAZE, 20, -20, True, "Looking Down"),
        (HEAD, 29, 21, False, "Head Left"),
        (HEAD, -31, 0, True, "Head Right"),
        (HEAD, 0, 24, False, "Head Up"),
        (HEAD, 0, 26, True, "Head Up"),
        (HEAD, 0, -23, True, "Head Down"),
        (HEAD, 28, -23, True, "Head Down"),
    ],
)
def test_enters(kind: AlertKind, yaw: float, pitch: float, entered: bool, label: str) -> None:
    signal = angles(kind).signal(5.0, yaw, pitch, 0.8)
    assert (signal.entered, signal.remains) == (entered, entered)
    assert label is None or signal.label == Label(label)


@pytest.mark.parametrize(
    ("kind", "first", "then", "remains", "label"),
    [
        (GAZE, (14, 0), (10.1, 0), True, "Looking Left"),
        (GAZE, (14, 0), (10, 0), False, None),
        (GAZE, (14, 0), (-12.9, 0), False, None),
        (GAZE, (14, 0), (-13.1, 0), True, "Looking Right"),
        (GAZE, (14, 0), (10.1, 11.9), True, "Looking Left"),
        (GAZE, (14, 13), (0, 9.1), True, "Looking Up"),
        (HEAD, (31, 0), (25.1, 0), True, "Head Left"),
        (HEAD, (31, 0), (25, 0), False, None),
    ],
    ids=str,
)
def test_leaves_each_direction_by_itself(
    kind: AlertKind,
    first: tuple[float, float],
    then: tuple[float, float],
    remains: bool,
    label: str | None,
) -> None:
    turning = angles(kind)
    assert turning.signal(5.0, *first, 0.8).entered
    signal = turning.signal(6.0, *then, 0.8)
    assert signal.remains == remains
    assert label is None or signal.label == Label(label)


def test_evidence_has_the_angles_and_the_limit_that_matters() -> None:
    signal = angles(GAZE).signal(5.0, 3.0, -20.0, 0.8)
    assert signal.evidence == {
        "yaw_degrees": 3.0,
        "pitch_degrees": -20.0,
        "limit_degrees": 12.0,
    }
    assert (signal.at, signal.confidence) == (5.0, 0.8)
