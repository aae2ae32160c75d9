"""The default rules are DESIGN's table, and a session can change only what makes sense."""

import pytest

from app.alerts.rule_changes import override
from app.alerts.rules import DEFAULT_RULES, rules_for
from app.errors import RuleError
from app.types import AlertKind, AlertRule, Purpose

GAZE = DEFAULT_RULES[AlertKind.GAZE_AWAY]
TABLE = [
    ("gaze_away", 2.0, 0.5, 30.0, "warning", True, True),
    ("head_turned", 2.0, 0.5, 30.0, "warning", True, True),
    ("nobody", 3.0, 1.0, 30.0, "critical", True, True),
    ("several_persons", 1.0, 2.0, 30.0, "critical", True, True),
    ("phone", 0.5, 2.0, 30.0, "critical", True, True),
    ("spoof", 2.0, 2.0, 30.0, "critical", True, True),
    ("feed_loop", 0.0, 3.0, 0.0, "warning", False, True),
    ("feed_timing", 0.0, 3.0, 0.0, "info", False, True),
    ("feed_change", 0.0, 0.0, 0.0, "info", False, True),
    ("challenge", 0.0, 0.0, 0.0, "info", False, True),
    ("several_speakers", 0.0, 5.0, 30.0, "critical", True, True),
    ("voice_without_lips", 0.0, 3.0, 30.0, "warning", False, False),
    ("hot_word", 0.0, 0.0, 0.0, "warning", True, True),
    ("audio_gap", 0.0, 2.0, 0.0, "info", False, True),
    ("unpublished", 0.0, 0.0, 0.0, "info", False, True),
    ("not_assessable", 10.0, 2.0, 0.0, "info", False, True),
    ("drowsy", 10.0, 10.0, 60.0, "info", False, False),
]


def columns(rule: AlertRule) -> tuple[object, ...]:
    return (
        rule.kind,
        rule.hold,
        rule.clear_after,
        rule.cooldown,
        rule.severity,
        rule.announced,
        rule.enabled,
    )


def test_the_table() -> None:
    assert [columns(rule) for rule in DEFAULT_RULES.values()] == TABLE
    assert list(DEFAULT_RULES) == list(AlertKind)


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"yaw": 20}, r"gaze_away\.yaw: no such setting; there are hold, .*yaw_degrees"),
        ({"severity": "info"}, "no such setting"),
        ({"announced": True}, "no such setting"),
        ({"hold": "2"}, r"gaze_away\.hold: '2' is no number; a number from 0 to 86400"),
        ({"hold": True}, "is no number"),
        ({"hold": None}, "is no number"),
        ({"hold": -0.1}, "out of range"),
        ({"cooldown": float("nan")}, "out of range"),
        ({"clear_after": float("inf")}, "out of range"),
        ({"hold": 10**400}, "out of range"),
        ({"yaw_degrees": 181}, "a number from 0 to 180 is allowed"),
        ({"enabled": 1}, "neither true nor false"),
        ({"yaw_degrees": 3}, r"hysteresis_degrees: 3 must be below yaw_degrees, which is 3"),
        ({"hysteresis_degrees": 12}, "must be below pitch_up_degrees, which is 12"),
    ],
)
def test_refuses(changes: dict[str, object], complaint: str) -> None:
    with pytest.raises(RuleError, match=complaint):
        override(GAZE, changes)


class TestOverride:
    def test_changes_what_it_names_and_nothing_else(self) -> None:
        rule = override(GAZE, {"hold": 1, "yaw_degrees": 20, "enabled": False})
        assert (rule.hold, rule.limits["yaw_degrees"], rule.enabled) == (1.0, 20.0, False)
        assert (rule.cooldown, rule.limits["pitch_up_degrees"]) == (30.0, 12.0)
        assert rule.name == "gaze_away/1"

    def test_leaves_the_default_alone(self) -> None:
        override(GAZE, {"yaw_degrees": 20})
        assert GAZE.limits["yaw_degrees"] == 13.0

    def test_accepts_the_edges(self) -> None:
        rule = override(GAZE, {"hold": 0, "hysteresis_degrees": 0, "yaw_degrees": 180})
        assert rule.hold == 0.0

    @pytest.mark.parametrize("liveness", [0.75, 0.95, 1])
    def test_who_is_not_suspected_at_all_can_leave_the_alert(self, liveness: float) -> None:
        with pytest.raises(RuleError, match=r"together below 0\.8"):
            override(DEFAULT_RULES[AlertKind.SPOOF], {"liveness_fraction": liveness})
        assert override(DEFAULT_RULES[AlertKind.SPOOF], {"liveness_fraction": 0.69})

    @pytest.mark.parametrize(
        ("kind", "key", "most"),
        [
            (AlertKind.PHONE, "confidence_fraction", 1),
            (AlertKind.DROWSY, "perclos_fraction", 1),
            (AlertKind.NOT_ASSESSABLE, "dark_fraction", 1),
            (AlertKind.NOT_ASSESSABLE, "face_pixels", 4096),
            (AlertKind.NOT_ASSESSABLE, "pictures_hertz", 60),
            (AlertKind.NOT_ASSESSABLE, "hysteresis_percent", 100),
            (AlertKind.NOT_ASSESSABLE, "still_seconds", 86400),
        ],
    )
    def test_every_unit_has_its_range(self, kind: AlertKind, key: str, most: float) -> None:
        assert override(DEFAULT_RULES[kind], {key: most}).limits[key] == most
        with pytest.raises(RuleError, match=f"from 0 to {most} is allowed"):
            override(DEFAULT_RULES[kind], {key: most * 1.01})

    @pytest.mark.parametrize("degrees", [0, 19.9, 45.1, 180])
    def test_no_turn_is_asked_that_nobody_can_do(self, degrees: float) -> None:
        rule = DEFAULT_RULES[AlertKind.CHALLENGE]
        for fine in (20, 45):
            assert override(rule, {"turn_degrees": fine}).limits["turn_degrees"] == fine
        with pytest.raises(RuleError, match="a number from 20 to 45 is allowed"):
            override(rule, {"turn_degrees": degrees})

    def test_every_default_lies_in_its_range(self) -> None:
        for rule in DEFAULT_RULES.values():
            assert override(rule, rule.limits) == rule


class TestRulesFor:
    @pytest.mark.parametrize(
        ("purpose", "drowsy"),
        [("exam", False), ("interview", False), ("personal", True), ("research", True)],
    )
    def test_the_purpose_decides_about_drowsy(self, purpose: str, drowsy: bool) -> None:
        assert rules_for(Purpose(purpose), {})[AlertKind.DROWSY].enabled is drowsy

    def test_the_session_decides_last(self) -> None:
        rules = rules_for(Purpose.EXAM, {AlertKind.DROWSY: {"enabled": True}})
        assert rules[AlertKind.DROWSY].enabled

    def test_names_an_unknown_kind(self) -> None:
        with pytest.raises(RuleError, match="yawning: no such alert; there are gaze_away, "):
            rules_for(Purpose.EXAM, {"yawning": {}})  # type: ignore[dict-item]
