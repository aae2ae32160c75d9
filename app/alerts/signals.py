"""From what one picture showed to the signals of the rules that concern pictures.

A head turned beyond its own limit is told by its own rule; a gaze that is away as well is not
told meanwhile: the eyes go along or are seen badly, and one turning away is one episode.
"""

import math
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass

from app.alerts.angles import Angles
from app.alerts.looks import Looks
from app.alerts.neutral import Neutral
from app.alerts.screen import Screen
from app.types import (
    AlertKind,
    AlertRule,
    Detection,
    FaceObservation,
    FrameAnalysis,
    Gaze,
    HeadPose,
    Label,
    ObjectClass,
    Signal,
)

TRUSTED = 0.2
"""The confidence under which a gaze counts as not measured."""
SMOOTHED = 0.41
"""Seconds that three gazes may span for their median to be taken: it lags by half of that."""
FRESH = 3.0
"""Seconds for which the newest detections speak for the picture."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """The newest angles less their neutrals, in degrees; None where not measured."""

    gaze: tuple[float, float] | None
    """Yaw and pitch."""
    head: tuple[float, float, float] | None
    """Yaw, pitch and roll; roll has no neutral."""


class Signals:
    """What one session remembers of its pictures: its neutrals and its last looks."""

    def __init__(self, rules: Mapping[AlertKind, AlertRule], *, mirrored: bool = False) -> None:
        """`mirrored`: left and right are swapped in the pictures."""
        self.neutral_gaze = Neutral()
        self.neutral_head = Neutral()
        self._side = -1.0 if mirrored else 1.0
        self.screen: Screen | None = None
        """Calibrated; it then stands for the neutral of the gaze."""
        self._gaze_rule = rules[AlertKind.GAZE_AWAY]
        self._gaze_limits = Angles(self._gaze_rule)
        self._head_limits = Angles(rules[AlertKind.HEAD_TURNED])
        self._head_is_judged = rules[AlertKind.HEAD_TURNED].enabled
        self._head_is_turned = False
        self._persons = Looks(
            AlertKind.SEVERAL_PERSONS, Label.SEVERAL_PERSONS, too_many=2, counts="person_count"
        )
        self._phones = Looks(AlertKind.PHONE, Label.PHONE, too_many=1, counts="phone_count")
        self._sure_person = rules[AlertKind.SEVERAL_PERSONS].limits["confidence_fraction"]
        self._sure_phone = rules[AlertKind.PHONE].limits["confidence_fraction"]
        self.persons: int | None = None
        """At the newest look, those sure enough; without a detector the faces."""
        self.phones: int | None = None
        """The same; None: never looked for."""
        self._person_seen = False
        self._detected_at = -math.inf
        self._gazes: deque[tuple[float, float, float]] = deque(maxlen=3)
        self.sight: tuple[float, float] | None = None
        """The newest picture's gaze, in degrees from the line to the camera; None: not measured."""
        self._gaze: tuple[float, float] | None = None
        self._head: tuple[float, float, float] | None = None
        self._at = -math.inf

    def calibrate(self, screen: Screen | None) -> None:
        """From now on the gaze is judged by this screen; None: by its rule and its neutral."""
        self.screen = screen
        self._gaze_limits = Angles(self._gaze_rule, screen)

    @property
    def calibrated(self) -> bool:
        """Whether both neutrals stand; until then absolute limits apply."""
        return self.neutral_gaze.settled and self.neutral_head.settled

    @property
    def reading(self) -> Reading:
        """Head and eyes in the newest picture in which they were looked for."""
        return Reading(gaze=self._gaze, head=self._head)

    def update(self, analysis: FrameAnalysis) -> list[Signal]:
        """What this picture says; nothing where its time went backwards.

        Objects are looked for beside the faces, and their pictures come later.
        """
        at, self.sight = analysis.at, None
        signals: list[Signal] = []
        if analysis.detections is not None and at >= self._detected_at:
            self._look_for_objects(analysis.detections, at, signals)
        if not at >= self._at or (analysis.faces is None and analysis.face_count is None):
            return signals
        self._at = at
        if analysis.face_count is not None and at - self._detected_at >= FRESH:
            self.persons = analysis.face_count
            signals.append(self._persons.signal(at, [1.0] * analysis.face_count))
        if analysis.faces is not None:
            self._gaze = self._head = None
            if analysis.faces:
                self._look_at_face(analysis.faces[0], at, signals)
            signals.append(self._look_for_anybody(bool(analysis.faces), at))
        return signals

    def _look_for_objects(
        self, detections: tuple[Detection, ...], at: float, signals: list[Signal]
    ) -> None:
        persons = _sure(detections, ObjectClass.PERSON, self._sure_person)
        phones = _sure(detections, ObjectClass.PHONE, self._sure_phone)
        self._person_seen, self._detected_at = bool(persons), at
        self.persons, self.phones = len(persons), len(phones)
        signals.append(self._persons.signal(at, persons))
        signals.append(self._phones.signal(at, phones))

    def _look_for_anybody(self, face: bool, at: float) -> Signal:
        person = self._person_seen and at - self._detected_at < FRESH
        nobody = not (face or person)
        return Signal(
            kind=AlertKind.NOBODY, at=at, entered=nobody, remains=nobody, label=Label.NOBODY
        )

    def _look_at_face(self, face: FaceObservation, at: float, signals: list[Signal]) -> None:
        head = self._head = self._head_from_neutral(face.head_pose, at)
        turned = self._head_limits.signal(at, head[0], head[1], 1.0)
        signals.append(turned)
        self._head_is_turned = turned.remains
        if face.gaze is not None and face.gaze.confidence >= TRUSTED:
            gaze = self._gaze = self._gaze_from_neutral(face.gaze, at)
            away = self._gaze_limits.signal(at, *gaze, face.gaze.confidence)
            if not (away.remains and self._head_is_turned and self._head_is_judged):
                signals.append(away)

    def _head_from_neutral(self, head: HeadPose, at: float) -> tuple[float, float, float]:
        neutral, yaw = self.neutral_head, head.yaw * self._side
        neutral.update(yaw, head.pitch, at)
        return (*neutral.deviation(yaw, head.pitch), head.roll * self._side)

    def _gaze_from_neutral(self, gaze: Gaze, at: float) -> tuple[float, float]:
        neutral, yaw, pitch = self.neutral_gaze, gaze.yaw * self._side, gaze.pitch
        neutral.update(yaw, pitch, at)
        gazes = self._gazes
        gazes.append((at, yaw, pitch))
        if len(gazes) == 3 and at - gazes[0][0] <= SMOOTHED:
            yaw = sorted((yaw, gazes[0][1], gazes[1][1]))[1]
            pitch = sorted((pitch, gazes[0][2], gazes[1][2]))[1]
        self.sight = yaw, pitch
        return (self.screen or neutral).deviation(yaw, pitch)


def _sure(detections: tuple[Detection, ...], kind: ObjectClass, least: float) -> list[float]:
    return [d.confidence for d in detections if d.object_class is kind and d.confidence >= least]
