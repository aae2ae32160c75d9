"""The limit of PERCLOS."""

import pytest

from app.alerts.drowsiness import Drowsiness
from app.alerts.rule_changes import override
from app.alerts.rules import DEFAULT_RULES
from app.types import AlertKind, Label

RULE = DEFAULT_RULES[AlertKind.DROWSY]


@pytest.mark.parametrize(
    ("perclos", "entered", "remains"),
    [(0.0, False, False), (0.12, False, False), (0.13, False, True), (0.16, True, True)],
)
def test_enters_and_leaves(perclos: float, entered: bool, remains: bool) -> None:
    signal = Drowsiness(RULE).signal(5.0, perclos)
    assert (signal.kind, signal.at, signal.label) == (AlertKind.DROWSY, 5.0, Label.DROWSY)
    assert (signal.entered, signal.remains) == (entered, remains)
    assert signal.evidence == {"perclos_fraction": perclos, "limit_fraction": 0.15}


def test_a_sessions_own_limit() -> None:
    assert Drowsiness(override(RULE, {"perclos_fraction": 0.05})).signal(0.0, 0.06).entered
