"""The limits of one pair of angles and the words for its four directions."""

from collections.abc import Mapping
from types import MappingProxyType

from app.alerts.screen import MARGIN, Screen
from app.types import AlertKind, AlertRule, Label, Signal

LABELS = {
    AlertKind.GAZE_AWAY: (
        Label.LOOKING_LEFT,
        Label.LOOKING_RIGHT,
        Label.LOOKING_UP,
        Label.LOOKING_DOWN,
    ),
    AlertKind.HEAD_TURNED: (
        Label.HEAD_LEFT,
        Label.HEAD_RIGHT,
        Label.HEAD_UP,
        Label.HEAD_DOWN,
    ),
}
NOTHING: Mapping[str, float | str] = MappingProxyType({})
BY_SCREEN: Mapping[str, str] = MappingProxyType({"limits": "screen"})
"""What evidence says where a calibrated screen set the limits."""


class Angles:
    """Where an angle enters and leaves a rule."""

    def __init__(self, rule: AlertRule, screen: Screen | None = None) -> None:
        """A calibrated screen sets the limits in place of the rule's, also of those that the
        session chose itself: it is the later act. It may not be left inside its own edge: who looks
        there would never end an episode.
        """
        self._kind = rule.kind
        self._left, self._right, self._up, self._down = LABELS[rule.kind]
        self._yaw = rule.limits["yaw_degrees"]
        self._pitch_up = rule.limits["pitch_up_degrees"]
        self._pitch_down = rule.limits["pitch_down_degrees"]
        self._hysteresis = rule.limits["hysteresis_degrees"]
        self._set_by: Mapping[str, str] = {}
        if screen is not None:
            self._yaw = screen.yaw_limit
            self._pitch_up = self._pitch_down = screen.pitch_limit
            self._hysteresis = min(self._hysteresis, MARGIN)
            self._set_by = BY_SCREEN

    def signal(self, at: float, yaw: float, pitch: float, confidence: float) -> Signal:
        """Of angles less their neutral, in degrees.

        Its label is the direction that exceeds its own limit most in proportion.
        """
        aside, upright = abs(yaw), abs(pitch)
        yaw_limit = self._yaw
        pitch_limit = self._pitch_up if pitch > 0 else self._pitch_down
        if aside * pitch_limit >= upright * yaw_limit:
            label = self._left if yaw > 0 else self._right
            limit, entered = yaw_limit, aside > yaw_limit
        else:
            label = self._up if pitch > 0 else self._down
            limit, entered = pitch_limit, upright > pitch_limit
        nearer = self._hysteresis
        remains = aside > yaw_limit - nearer or upright > pitch_limit - nearer
        evidence = NOTHING
        if remains:
            evidence = {
                "yaw_degrees": yaw,
                "pitch_degrees": pitch,
                "limit_degrees": limit,
                **self._set_by,
            }
        return Signal(
            kind=self._kind,
            at=at,
            entered=entered,
            remains=remains,
            label=label,
            confidence=confidence,
            evidence=evidence,
        )
