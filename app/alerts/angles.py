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
    """Where one session's angles enter and leave a rule."""

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
        self._within: set[Label] = set()
        """Directions that were entered and not left since."""
        self._set_by: Mapping[str, str] = {}
        if screen is not None:
            self._yaw = screen.yaw_limit
            self._pitch_up = self._pitch_down = screen.pitch_limit
            self._hysteresis = min(self._hysteresis, MARGIN)
            self._set_by = BY_SCREEN

    def signal(self, at: float, yaw: float, pitch: float, confidence: float) -> Signal:
        """Of angles less their neutral, in degrees; its label is the worst direction in proportion.

        Each direction is entered and left by itself: who looks far to one side and then a little
        to the other has come back.
        """
        beyond = {
            self._left: (yaw, self._yaw),
            self._right: (-yaw, self._yaw),
            self._up: (pitch, self._pitch_up),
            self._down: (-pitch, self._pitch_down),
        }
        for direction, (angle, limit) in beyond.items():
            if angle > limit:
                self._within.add(direction)
            elif angle <= limit - self._hysteresis:
                self._within.discard(direction)
        worst = max(self._within or beyond, key=lambda each: beyond[each][0] / beyond[each][1])
        angle, limit = beyond[worst]
        evidence = NOTHING
        if self._within:
            evidence = {
                "yaw_degrees": yaw,
                "pitch_degrees": pitch,
                "limit_degrees": limit,
                **self._set_by,
            }
        return Signal(
            kind=self._kind,
            at=at,
            entered=angle > limit,
            remains=bool(self._within),
            label=worst,
            confidence=confidence,
            evidence=evidence,
        )
