"""The rule of each kind of alert."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from app.alerts.rule_changes import override
from app.errors import RuleError
from app.types import AlertKind, AlertRule, Purpose, Severity

DEFAULT_RULES: Mapping[AlertKind, AlertRule] = MappingProxyType(
    {
        rule.kind: rule
        for rule in (
            AlertRule(
                kind=AlertKind.GAZE_AWAY,
                severity=Severity.WARNING,
                hold=2.0,
                clear_after=0.5,
                cooldown=30.0,
                limits={
                    "yaw_degrees": 13.0,
                    "pitch_up_degrees": 12.0,
                    "pitch_down_degrees": 12.0,
                    "hysteresis_degrees": 3.0,
                },
            ),
            AlertRule(
                kind=AlertKind.HEAD_TURNED,
                severity=Severity.WARNING,
                hold=2.0,
                clear_after=0.5,
                cooldown=30.0,
                limits={
                    "yaw_degrees": 30.0,
                    "pitch_up_degrees": 25.0,
                    "pitch_down_degrees": 22.0,
                    "hysteresis_degrees": 5.0,
                },
            ),
            AlertRule(
                kind=AlertKind.NOBODY,
                severity=Severity.CRITICAL,
                hold=3.0,
                clear_after=1.0,
                cooldown=30.0,
            ),
            AlertRule(
                kind=AlertKind.SEVERAL_PERSONS,
                severity=Severity.CRITICAL,
                hold=1.0,
                clear_after=2.0,
                cooldown=30.0,
                limits={"confidence_fraction": 0.5},
            ),
            AlertRule(
                kind=AlertKind.PHONE,
                severity=Severity.CRITICAL,
                hold=0.5,
                clear_after=2.0,
                cooldown=30.0,
                limits={"confidence_fraction": 0.3},
            ),
            AlertRule(
                kind=AlertKind.SPOOF,
                severity=Severity.CRITICAL,
                hold=2.0,
                clear_after=2.0,
                cooldown=30.0,
                limits={
                    "liveness_fraction": 0.5,
                    "hysteresis_fraction": 0.1,
                    "median_seconds": 3.0,
                },
            ),
            AlertRule(
                kind=AlertKind.FEED_LOOP,
                severity=Severity.WARNING,
                hold=0.0,
                clear_after=3.0,
                cooldown=0.0,
                announced=False,
                limits={"matched_seconds": 5.0},
            ),
            AlertRule(
                kind=AlertKind.FEED_TIMING,
                severity=Severity.INFO,
                hold=0.0,
                clear_after=3.0,
                cooldown=0.0,
                announced=False,
                limits={"regular_seconds": 60.0},
            ),
            AlertRule(
                kind=AlertKind.FEED_CHANGE,
                severity=Severity.INFO,
                hold=0.0,
                clear_after=0.0,
                cooldown=0.0,
                announced=False,
            ),
            AlertRule(
                kind=AlertKind.CHALLENGE,
                severity=Severity.INFO,
                hold=0.0,
                clear_after=0.0,
                cooldown=0.0,
                announced=False,
                limits={"turn_degrees": 20.0},
            ),
            AlertRule(
                kind=AlertKind.SEVERAL_SPEAKERS,
                severity=Severity.CRITICAL,
                hold=0.0,
                clear_after=5.0,
                cooldown=30.0,
                limits={
                    "confidence_fraction": 0.35,
                    "critical_fraction": 0.85,
                    "hysteresis_fraction": 0.15,
                },
            ),
            AlertRule(
                kind=AlertKind.VOICE_WITHOUT_LIPS,
                severity=Severity.WARNING,
                hold=0.0,
                clear_after=3.0,
                cooldown=30.0,
                announced=False,
                enabled=False,
                limits={
                    "voice_seconds": 2.0,
                    "least_movement_fraction": 0.009,
                    "movement_fraction": 0.03,
                    "hysteresis_percent": 30.0,
                    "pictures_hertz": 5.0,
                    "face_pixels": 80.0,
                },
            ),
            AlertRule(
                kind=AlertKind.HOT_WORD,
                severity=Severity.WARNING,
                hold=0.0,
                clear_after=0.0,
                cooldown=0.0,
            ),
            AlertRule(
                kind=AlertKind.AUDIO_GAP,
                severity=Severity.INFO,
                hold=0.0,
                clear_after=2.0,
                cooldown=0.0,
                announced=False,
            ),
            AlertRule(
                kind=AlertKind.UNPUBLISHED,
                severity=Severity.INFO,
                hold=0.0,
                clear_after=0.0,
                cooldown=0.0,
                announced=False,
            ),
            AlertRule(
                kind=AlertKind.NOT_ASSESSABLE,
                severity=Severity.INFO,
                hold=10.0,
                clear_after=2.0,
                cooldown=0.0,
                announced=False,
                limits={
                    "black_fraction": 0.02,
                    "dark_fraction": 0.06,
                    "face_contrast_fraction": 0.03,
                    "picture_contrast_fraction": 0.0004,
                    "face_sharpness_fraction": 0.035,
                    "picture_sharpness_fraction": 0.045,
                    "plain_contrast_fraction": 0.1,
                    "face_pixels": 45.0,
                    "still_seconds": 5.0,
                    "pictures_hertz": 0.8,
                    "flat_seconds": 5.0,
                    "gated_flat_seconds": 60.0,
                    "clipped_fraction": 0.15,
                    "signal_to_noise_decibels": 3.0,
                    "noise_below_full_decibels": 20.0,
                    "received_fraction": 0.7,
                    "hysteresis_percent": 20.0,
                },
            ),
            AlertRule(
                kind=AlertKind.DROWSY,
                severity=Severity.INFO,
                hold=10.0,
                clear_after=10.0,
                cooldown=60.0,
                announced=False,
                enabled=False,
                limits={"perclos_fraction": 0.15, "hysteresis_fraction": 0.03},
            ),
        )
    }
)
"""Of every kind; `drowsy` is switched on by the session's purpose, or by its own rules."""


def rules_for(
    purpose: Purpose, overrides: Mapping[AlertKind, Mapping[str, object]]
) -> Mapping[AlertKind, AlertRule]:
    """The rules of one session: the defaults, its purpose, and last what it asked for.

    Raises RuleError.
    """
    rules = dict(DEFAULT_RULES)
    if purpose not in (Purpose.EXAM, Purpose.INTERVIEW):
        rules[AlertKind.DROWSY] = replace(rules[AlertKind.DROWSY], enabled=True)
    for kind, changes in overrides.items():
        if kind not in rules:
            raise RuleError(f"{kind}: no such alert; there are {', '.join(rules)}")
        rules[kind] = override(rules[kind], changes)
    return MappingProxyType(rules)
