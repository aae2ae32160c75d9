"""A voice without moving lips: what was heard against what the mouth did meanwhile.

Only a mouth that stays still through seconds of voice tells something: a mouth moves for other
reasons too. A hand or a mask before it is a still mouth to the face mesh; so is one that hardly
opens. Both are why the rule is off unless it is asked for.
"""

from collections import deque
from collections.abc import Sequence
from itertools import pairwise

from app.types import AlertKind, AlertRule, FaceObservation, Label, Signal

FRAME = 0.032
"""Seconds of one frame of the voice detector."""
WINDOW, LEAD = 3.0, 0.5
"""Seconds that are judged, and how much earlier the lips are looked at: they open before the
voice, and the two come by ways of their own."""
HEARD = 0.9
"""Share of the window that must have been heard."""
NEAR = 0.3
"""Seconds around a movement in which a voice belongs to it."""
QUIET = 0.5
"""Seconds of voice in a window: with less, the mouth's movement is what the mesh's noise makes."""
NOISE, FADING = 3.0, 1.001
"""A still mouth moves by so many times the least noise; what that forgets at each judgement."""
SHARP = 0.08
"""The face's sharpness below which its lips are guesses."""
FRONTAL = 30.0, 25.0
"""Degrees of yaw and pitch within which they are seen."""


class Lips:
    """One session's; times are seconds on its clock."""

    def __init__(self, rule: AlertRule) -> None:
        self._limits = rule.limits
        self._looks: deque[tuple[float, float]] = deque()
        self._frames: deque[tuple[float, bool]] = deque()
        self._noise: float | None = None

    def look(
        self, at: float, face: FaceObservation | None, sharpness: float, face_pixels: float
    ) -> None:
        """After a picture; one in which the lips cannot be trusted is none."""
        if face is None or sharpness < SHARP or face_pixels < self._limits["face_pixels"]:
            return
        if abs(face.head_pose.yaw) > FRONTAL[0] or abs(face.head_pose.pitch) > FRONTAL[1]:
            return
        self._looks.append((at, face.mouth_open))
        while self._looks[0][0] < at - 4 * WINDOW:
            self._looks.popleft()

    def hear(self, at: float, speaking: bool) -> None:
        """After a frame of sound; `at`: its end."""
        self._frames.append((at, speaking))
        while self._frames[0][0] < at - 4 * WINDOW:
            self._frames.popleft()

    def judge(self, at: float) -> Signal | None:
        """The three seconds before; None: too little of them was seen or heard."""
        frames = [frame for frame in self._frames if at - WINDOW < frame[0] <= at]
        looks = [look for look in self._looks if at - WINDOW - LEAD < look[0] <= at]
        enough = self._limits["pictures_hertz"] * (WINDOW + LEAD)
        if len(frames) * FRAME < HEARD * WINDOW or len(looks) < enough:
            return None
        voices = [when for when, speaking in frames if speaking]
        voice, movement = len(voices) * FRAME, _movement([opening for _, opening in looks])
        if voice < QUIET:
            self._noise = movement if self._noise is None else min(movement, self._noise * FADING)
        limit = self._still()
        easier = limit * self._limits["hysteresis_percent"] / 100
        evidence: dict[str, float | str] = {
            "voice_seconds": voice,
            "limit_voice_seconds": self._limits["voice_seconds"],
            "mouth_movement_fraction": movement,
            "limit_mouth_movement_fraction": limit,
        }
        if movement >= limit:
            evidence["movement_without_voice_fraction"] = _without_voice(looks, self._frames)
        entered = voice >= self._limits["voice_seconds"] and movement < limit
        return Signal(
            kind=AlertKind.VOICE_WITHOUT_LIPS,
            at=at,
            entered=entered,
            remains=entered or (voice >= WINDOW / 3 and movement < limit + easier),
            label=Label.VOICE_WITHOUT_LIPS,
            since=voices[0] - FRAME if entered else None,
            evidence=evidence,
        )

    def _still(self) -> float:
        """Below this movement this candidate's mouth is still, as this camera shows it."""
        least, most = self._limits["least_movement_fraction"], self._limits["movement_fraction"]
        return min(max(NOISE * (self._noise or 0.0), least), most)


def _movement(openings: Sequence[float]) -> float:
    """From the tenth to the ninetieth percentile: a look that went wrong is no movement."""
    ordered = sorted(openings)
    cut = len(ordered) // 10
    return ordered[-1 - cut] - ordered[cut]


def _without_voice(
    looks: Sequence[tuple[float, float]], frames: Sequence[tuple[float, bool]]
) -> float:
    """Share of all opening and closing that had no voice near it."""
    voices = [at for at, speaking in frames if speaking]
    total = silent = 0.0
    for (_, before), (at, opening) in pairwise(looks):
        step = abs(opening - before)
        total += step
        if not any(abs(at - voice) <= NEAR for voice in voices):
            silent += step
    return silent / total if total else 0.0
