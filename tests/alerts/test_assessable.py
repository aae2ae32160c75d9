"""What makes a picture not assessable, from which limit on, and what that suspends."""

from dataclasses import replace

import pytest

from app.alerts.assessable import Assessable
from app.alerts.rule_changes import override
from app.alerts.rules import DEFAULT_RULES
from app.types import AlertKind, Label, Quality, Signal
from tests.builders import analysis, detections, face, quality

RULE = DEFAULT_RULES[AlertKind.NOT_ASSESSABLE]
GOOD = quality()
EMPTY = quality(face_width=None, sharpness=0.2, contrast=0.2)


def look(
    assessable: Assessable,
    seen: Quality = GOOD,
    *,
    at: float = 20.0,
    still: float = 0.0,
    hertz: float | None = 30.0,
) -> Signal:
    return assessable.look(at, seen, still, hertz)


@pytest.mark.parametrize(
    ("seen", "still", "hertz", "reason"),
    [
        (GOOD, 4.9, 0.81, None),
        (GOOD, 0.0, None, None),
        (EMPTY, 0.0, 30.0, None),
        (replace(GOOD, brightness=0.019), 0.0, 30.0, Label.BLACK),
        (replace(EMPTY, brightness=0.019), 0.0, 30.0, Label.BLACK),
        (replace(GOOD, brightness=0.059), 0.0, 30.0, Label.TOO_DARK),
        (replace(GOOD, contrast=0.029), 0.0, 30.0, Label.LOW_CONTRAST),
        (replace(GOOD, sharpness=0.034), 0.0, 30.0, Label.BLURRED),
        (replace(GOOD, face_width=44.0), 0.0, 30.0, Label.FACE_TOO_SMALL),
        (replace(EMPTY, sharpness=0.044), 0.0, 30.0, Label.BLURRED),
        (replace(EMPTY, sharpness=0.0, contrast=0.09), 0.0, 30.0, None),  # a plain wall
        (replace(EMPTY, sharpness=0.5, contrast=0.0008), 0.0, 30.0, None),  # one with noise alone
        (replace(EMPTY, sharpness=0.0, contrast=0.0), 0.0, 30.0, Label.LOW_CONTRAST),
        (GOOD, 5.0, 30.0, Label.FROZEN),
        (GOOD, 0.0, 0.79, Label.TOO_FEW_PICTURES),
        (replace(GOOD, brightness=0.03, contrast=0.01, sharpness=0.01), 9.0, 30.0, Label.TOO_DARK),
        (replace(GOOD, brightness=0.0, contrast=0.0, sharpness=0.0), 9.0, 30.0, Label.BLACK),
        (replace(GOOD, sharpness=0.01, face_width=20.0), 9.0, 30.0, Label.BLURRED),
        (replace(GOOD, face_width=20.0), 9.0, 30.0, Label.FROZEN),
    ],
)
def test_the_plainest_reason_is_told(
    seen: Quality, still: float, hertz: float | None, reason: Label | None
) -> None:
    assessable = Assessable(RULE)
    signal = look(assessable, seen, still=still, hertz=hertz)
    assert assessable.reason is reason
    assert signal.entered is signal.remains is (reason is not None)
    assert reason is None or signal.label is reason


def test_evidence_names_the_number_and_its_limit() -> None:
    signal = look(Assessable(RULE), replace(GOOD, brightness=0.03))
    assert signal.evidence == {"brightness_fraction": 0.03, "limit_brightness_fraction": 0.06}
    assert signal.since is None


def test_a_frozen_picture_began_when_it_froze() -> None:
    assert look(Assessable(RULE), still=6.0, at=20.0).since == 14.0


@pytest.mark.parametrize(
    ("bad", "hardly_better", "better"),
    [
        (
            replace(GOOD, brightness=0.05),
            replace(GOOD, brightness=0.07),
            replace(GOOD, brightness=0.073),
        ),
        (
            replace(GOOD, face_width=40.0),
            replace(GOOD, face_width=53.0),
            replace(GOOD, face_width=54.0),
        ),
    ],
)
def test_it_leaves_further_than_it_enters(
    bad: Quality, hardly_better: Quality, better: Quality
) -> None:
    assessable = Assessable(RULE)
    assert not look(assessable, hardly_better).entered
    assert look(assessable, bad).entered
    assert look(assessable, hardly_better).entered
    assert not look(assessable, better).entered
    assert not look(assessable, hardly_better).entered


class TestSuspension:
    @pytest.mark.parametrize("kind", [k for k in AlertKind if k is not AlertKind.NOT_ASSESSABLE])
    def test_of_everything_by_what_hides_everything(self, kind: AlertKind) -> None:
        assessable = Assessable(RULE)
        look(assessable)
        assert not assessable.suspends(kind)
        look(assessable, replace(GOOD, brightness=0.0))
        assert assessable.suspends(kind)
        assert not assessable.suspends(AlertKind.NOT_ASSESSABLE)
        assert assessable.part(analysis(faces=(), face_count=0)) is None

    def test_of_the_eyes_alone_by_a_small_face(self) -> None:
        assessable = Assessable(RULE)
        look(assessable, replace(GOOD, face_width=30.0))
        suspended = {kind for kind in AlertKind if assessable.suspends(kind)}
        assert suspended == {AlertKind.GAZE_AWAY, AlertKind.DROWSY}
        seen = analysis(faces=(face(yaw=20),), face_count=2, detections=detections(phones=1))
        part = assessable.part(seen)
        assert part == replace(seen, faces=(face(yaw=20, gaze=None),))

    @pytest.mark.parametrize("faces", [None, ()])
    def test_leaves_open_whether_anybody_was_looked_for(self, faces: tuple[()] | None) -> None:
        assessable = Assessable(RULE)
        look(assessable, replace(GOOD, face_width=30.0))
        part = assessable.part(analysis(faces=faces))
        assert part is not None
        assert part.faces == faces

    def test_of_nothing_while_all_is_well(self) -> None:
        seen = analysis(faces=())
        assert Assessable(RULE).part(seen) is seen


class TestWaiting:
    def test_for_pictures_is_told_once_they_are_too_few(self) -> None:
        assessable = Assessable(RULE)
        assert assessable.wait(10.0, 0.8) is None
        signal = assessable.wait(11.0, 0.7)
        assert signal is not None
        assert (signal.entered, signal.label) == (True, Label.TOO_FEW_PICTURES)
        assert assessable.suspends(AlertKind.NOBODY)

    def test_changes_nothing_while_enough_come(self) -> None:
        assessable = Assessable(RULE)
        look(assessable, replace(GOOD, brightness=0.0))
        assert assessable.wait(20.5, 10.0) is None
        assert assessable.reason is Label.BLACK


def test_a_sessions_own_limits() -> None:
    assessable = Assessable(override(RULE, {"dark_fraction": 0.5, "face_pixels": 0}))
    assert not look(assessable, replace(GOOD, brightness=0.51, face_width=1.0)).entered
    assert look(assessable, replace(GOOD, brightness=0.49)).label is Label.TOO_DARK
