"""An angle enters beyond its limit and leaves below it; the label is the worst in proportion."""

import pytest

from app.alerts.angles import Angles
from app.alerts.rules import DEFAULT_RULES
from app.types import AlertKind, Label

GAZE = Angles(DEFAULT_RULES[AlertKind.GAZE_AWAY])
HEAD = Angles(DEFAULT_RULES[AlertKind.HEAD_TURNED])


@pytest.mark.parametrize(
    ("angles", "yaw", "pitch", "entered", "remains", "label"),
    [
        (GAZE, 0, 0, False, False, None),
        (GAZE, 13, 0, False, True, "Looking Left"),
        (GAZE, 13.1, 0, True, True, "Looking Left"),
        (GAZE, -13.1, 0, True, True, "Looking Right"),
        (GAZE, 10, 0, False, False, None),
        (GAZE, 0, 12.1, True, True, "Looking Up"),
        (GAZE, 0, -12.1, True, True, "Looking Down"),
        (GAZE, 0, -9.1, False, True, "Looking Down"),
        (GAZE, 25, -20, True, True, "Looking Left"),
        (GAZE, 20, -20, True, True, "Looking Down"),
        (HEAD, 29, 21, False, True, "Head Left"),
        (HEAD, -31, 0, True, True, "Head Right"),
        (HEAD, 0, 24, False, True, "Head Up"),
        (HEAD, 0, 26, True, True, "Head Up"),
        (HEAD, 0, -23, True, True, "Head Down"),
        (HEAD, 28, -23, True, True, "Head Down"),
    ],
)
def test_limits(
    angles: Angles, yaw: float, pitch: float, entered: bool, remains: bool, label: str | None
) -> None:
    signal = angles.signal(5.0, yaw, pitch, 0.8)
    assert (signal.entered, signal.remains) == (entered, remains)
    assert label is None or signal.label == Label(label)


def test_evidence_has_the_angles_and_the_limit_that_matters() -> None:
    signal = GAZE.signal(5.0, 3.0, -20.0, 0.8)
    assert signal.evidence == {
        "yaw_degrees": 3.0,
        "pitch_degrees": -20.0,
        "limit_degrees": 12.0,
    }
    assert (signal.at, signal.confidence) == (5.0, 0.8)
