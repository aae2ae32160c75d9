"""A calibrated screen: its middle, its limits, and how it is kept."""

import pytest

from app.alerts.angles import Angles
from app.alerts.rules import DEFAULT_RULES, rules_for
from app.alerts.screen import Screen
from app.types import AlertKind, Label, Purpose

SCREEN = Screen(left=20.0, right=-10.0, up=4.0, down=-12.0, at=9.0)
"""Its middle lies 5 degrees to the left of the camera and 4 below."""


def limits(**changes: float) -> Angles:
    """Of the gaze on that screen, in a session that changed its rule."""
    rules = rules_for(Purpose.EXAM, {AlertKind.GAZE_AWAY: changes})
    return Angles(rules[AlertKind.GAZE_AWAY], SCREEN)


def test_the_middle_is_zero_and_the_limits_lie_four_degrees_beyond_the_dots() -> None:
    assert SCREEN.deviation(5.0, -4.0) == (0.0, 0.0)
    assert SCREEN.deviation(20.0, 4.0) == (15.0, 8.0)
    assert (SCREEN.yaw_limit, SCREEN.pitch_limit) == (19.0, 12.0)


def test_it_comes_back_as_it_was_kept() -> None:
    assert Screen.read(SCREEN.stored()) == SCREEN
    assert Screen.read({**SCREEN.stored(), "of a later version": 1}) == SCREEN


@pytest.mark.parametrize(
    ("yaw", "pitch", "entered", "label"),
    [
        (18.9, 0.0, False, Label.LOOKING_LEFT),
        (19.1, 0.0, True, Label.LOOKING_LEFT),
        (-19.1, 0.0, True, Label.LOOKING_RIGHT),
        (0.0, 12.1, True, Label.LOOKING_UP),
        (0.0, -12.1, True, Label.LOOKING_DOWN),
        (0.0, -11.9, False, Label.LOOKING_DOWN),
    ],
)
def test_the_gaze_is_judged_by_it(yaw: float, pitch: float, entered: bool, label: Label) -> None:
    signal = limits().signal(1.0, yaw, pitch, 1.0)
    assert (signal.entered, signal.label) == (entered, label)


@pytest.mark.parametrize(("yaw", "remains"), [(16.1, True), (15.9, False)])
def test_a_gaze_leaves_by_the_rules_hysteresis(yaw: float, remains: bool) -> None:
    judged = limits()
    assert judged.signal(1.0, 20.0, 0.0, 1.0).entered
    assert judged.signal(2.0, yaw, 0.0, 1.0).remains == remains


def test_the_evidence_says_whose_limit_it_was() -> None:
    by_screen = limits().signal(1.0, 30.0, 0.0, 1.0).evidence
    assert (by_screen["limit_degrees"], by_screen["limits"]) == (19.0, "screen")
    by_rule = Angles(DEFAULT_RULES[AlertKind.GAZE_AWAY]).signal(1.0, 30.0, 0.0, 1.0).evidence
    assert "limits" not in by_rule


def test_it_wins_over_limits_that_the_session_chose_itself() -> None:
    chosen = limits(yaw_degrees=40.0, pitch_up_degrees=40.0, pitch_down_degrees=40.0)
    assert chosen.signal(1.0, 19.1, 0.0, 1.0).entered
    assert chosen.signal(1.0, 0.0, 12.1, 1.0).entered


def test_an_episode_can_end_at_the_screens_edge_whatever_the_hysteresis() -> None:
    wide = limits(hysteresis_degrees=11.0)
    assert wide.signal(1.0, 20.0, 0.0, 1.0).entered
    assert wide.signal(2.0, 15.1, 0.0, 1.0).remains
    assert not wide.signal(3.0, 15.0, 0.0, 1.0).remains
