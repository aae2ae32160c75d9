"""What was seen, drawn into the picture that it was seen in."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import cos, radians, sin

import cv2
import numpy as np
from numpy.typing import NDArray

from app.types import BoundingBox, Detection, FaceObservation, FrameAnalysis, ObjectClass, Severity
from app.vision import contours
from app.vision.decode import Picture

Colour = tuple[int, int, int]
Points = NDArray[np.float32]
"""Shape (n, 2): pixels, x and y."""

FACE: Colour = (120, 225, 255)
EYES: Colour = (255, 255, 255)
GAZE: Colour = (255, 214, 64)
LEFTWARDS: Colour = (255, 110, 100)
UPWARDS: Colour = (110, 230, 110)
FORWARDS: Colour = (110, 160, 255)
INK: Colour = (16, 18, 24)
PAPER: Colour = (245, 246, 248)
OBJECTS = {
    ObjectClass.PERSON: (255, 214, 64),
    ObjectClass.PHONE: (255, 120, 220),
    ObjectClass.BOOK: (170, 230, 120),
    ObjectClass.LAPTOP: (150, 190, 255),
}
SEVERITIES: dict[Severity, tuple[str, Colour, Colour]] = {
    Severity.CRITICAL: ("!!", (178, 24, 36), (255, 255, 255)),
    Severity.WARNING: ("!", (255, 200, 60), INK),
    Severity.INFO: ("i", (40, 70, 130), (255, 255, 255)),
}
"""A sign, what is behind it, and what it is written in: never told by colour alone."""
FONT = cv2.FONT_HERSHEY_SIMPLEX
BITS = 4
"""Of a pixel's fractions that OpenCV's lines know."""
MOST_WORDS = 6
"""Open alerts that are written out; the rest is counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """One line for people."""

    text: str
    severity: Severity


def draw(
    picture: Picture,
    analysis: FrameAnalysis | None,
    detections: Sequence[Detection],
    words: Sequence[Words],
) -> Picture:
    """A copy of the picture with face, gaze, head, objects and words in it.

    `analysis`: None draws no face; its points are fractions, whatever size it was made at.
    """
    drawn = np.ascontiguousarray(picture).copy()
    pen = _Pen(drawn)
    for detection in detections:
        pen.labelled_box(
            detection.box,
            f"{detection.object_class} {detection.confidence:.0%}",
            OBJECTS[detection.object_class],
        )
    for face in (analysis.faces if analysis is not None else None) or ():
        _draw_face(pen, face)
    pen.banners(words)
    return drawn


def card(text: str, width: int, height: int) -> Picture:
    """Words instead of a picture."""
    empty = np.full((height, width, 3), (30, 33, 41), np.uint8)
    pen = _Pen(empty)
    lines = _wrapped(text, max(12, int(width / (11.5 * pen.unit))))
    top = (height - (len(lines) - 1) * 24 * pen.unit) / 2
    for row, line in enumerate(lines):
        size = pen.text_size(line)
        pen.text(line, (width - size[0]) / 2, top + row * 24 * pen.unit + size[1] / 2, PAPER)
    return empty


class _Pen:
    """Draws into one picture, in lines that fit its size."""

    def __init__(self, picture: Picture) -> None:
        self._picture = picture
        self.height, self.width = picture.shape[:2]
        self.unit = max(0.6, min(self.height, self.width) / 400)
        """Of lengths: 1 in a picture whose shorter side has 400 pixels."""
        self._thickness = max(1, round(1.2 * self.unit))

    def pixels(self, face: FaceObservation, indices: Sequence[int]) -> Points:
        """Points of the mesh."""
        size = np.array([self.width, self.height], np.float32)
        return np.asarray(face.landmarks[list(indices), :2] * size, np.float32)

    def line(self, points: Points, colour: Colour, *, closed: bool = False, bold: int = 0) -> None:
        """On a darker one, so that it is seen before anything."""
        places = [np.round(points * (1 << BITS)).astype(np.int32).reshape(-1, 1, 2)]
        for ink, thickness in ((INK, self._thickness + bold + 2), (colour, self._thickness + bold)):
            cv2.polylines(self._picture, places, closed, ink, thickness, cv2.LINE_AA, BITS)

    def arrow(self, start: Points, end: Points, colour: Colour) -> None:
        """One that is too short to show where it points is a dot: it points at the camera."""
        along = end - start
        length = float(np.hypot(*along))
        if length < 7 * self.unit:
            self.dot(start, 2.5 * self.unit, colour, filled=True)
            return
        self.line(np.stack([start, end]), colour, bold=1)
        along = along / length * min(9 * self.unit, length / 3)
        across = np.array([-along[1], along[0]], np.float32) * 0.5
        self.line(np.stack([end - along + across, end, end - along - across]), colour, bold=1)

    def dot(self, middle: Points, radius: float, colour: Colour, *, filled: bool = False) -> None:
        """A circle."""
        x, y = (round(float(place) * (1 << BITS)) for place in middle)
        size, thin = round(radius * (1 << BITS)), cv2.FILLED if filled else self._thickness
        for ink, thickness in ((INK, self._thickness + 2), (colour, thin)):
            cv2.circle(self._picture, (x, y), size, ink, thickness, cv2.LINE_AA, BITS)

    def text_size(self, text: str) -> tuple[int, int]:
        """Pixels: width and height above the line it is written on."""
        (width, height), _ = cv2.getTextSize(text, FONT, 0.5 * self.unit, self._thickness)
        return int(width), int(height)

    def text(self, text: str, left: float, bottom: float, colour: Colour) -> None:
        """As it is."""
        where = (round(left), round(bottom))
        scale = 0.5 * self.unit
        cv2.putText(self._picture, text, where, FONT, scale, colour, self._thickness, cv2.LINE_AA)

    def plate(self, text: str, left: float, top: float, back: Colour, ink: Colour) -> float:
        """Text on a plate that stays within the picture; returns its lower edge."""
        width, height = self.text_size(text)
        pad = 6 * self.unit
        left = max(0.0, min(left, self.width - width - 2 * pad))
        top = max(0.0, min(top, self.height - height - 2 * pad))
        bottom = top + height + 2 * pad
        corner = (round(left + width + 2 * pad), round(bottom))
        cv2.rectangle(self._picture, (round(left), round(top)), corner, back, cv2.FILLED)
        self.text(text, left + pad, top + height + pad, ink)
        return float(bottom)

    def labelled_box(self, box: BoundingBox, label: str, colour: Colour) -> None:
        """Its label above it, or inside where there is no room."""
        left, right = ((box.left + part) * self.width for part in (0, box.width))
        top, bottom = ((box.top + part) * self.height for part in (0, box.height))
        corners = [(left, top), (right, top), (right, bottom), (left, bottom)]
        self.line(np.array(corners, np.float32), colour, closed=True, bold=1)
        above = top - self.text_size(label)[1] - 12 * self.unit
        self.plate(label, left, above if above >= 0 else top, colour, INK)

    def banners(self, words: Sequence[Words]) -> None:
        """From the lower edge upwards: faces are rarely there; the newest at the bottom."""
        shown = list(words[-MOST_WORDS:])
        texts = [
            (f"{SEVERITIES[each.severity][0]}  {each.text}", *SEVERITIES[each.severity][1:])
            for each in shown
        ]
        if len(words) > len(shown):
            texts.insert(0, (f"and {len(words) - len(shown)} more", INK, PAPER))
        height = self.text_size("Ag")[1] + 12 * self.unit
        gap = 4 * self.unit
        top = self.height - len(texts) * (height + gap) - gap
        for text, back, ink in texts:
            self.plate(text, 2 * gap, top, back, ink)
            top += height + gap


def _draw_face(pen: _Pen, face: FaceObservation) -> None:
    pen.line(pen.pixels(face, contours.OVAL), FACE, closed=True)
    pen.line(pen.pixels(face, contours.LIPS), FACE, closed=True)
    for open_line in (contours.LEFT_BROW, contours.RIGHT_BROW, contours.NOSE):
        pen.line(pen.pixels(face, open_line), FACE)
    for eye in (contours.LEFT_EYE, contours.RIGHT_EYE):
        pen.line(pen.pixels(face, eye), EYES, closed=True)
    _draw_head(pen, face)
    if face.gaze is None:
        return
    for iris in (contours.LEFT_IRIS, contours.RIGHT_IRIS):
        rim = pen.pixels(face, iris)
        pupil = rim.mean(axis=0)
        pen.dot(pupil, float(np.hypot(*(rim - pupil).T).mean()), GAZE)
        towards = _direction(face.gaze.yaw, face.gaze.pitch)
        pen.arrow(pupil, pupil + towards * _size(pen, face), GAZE)


def _draw_head(pen: _Pen, face: FaceObservation) -> None:
    """Three axes from the nose's tip: to the candidate's left, upwards, and ahead with an arrow."""
    nose = pen.pixels(face, [1])[0]
    pose, size = face.head_pose, _size(pen, face)
    up_and_left = _turned(pose.yaw, pose.pitch, pose.roll, [(1, 0, 0), (0, 1, 0)])
    for towards, colour in zip(up_and_left, (LEFTWARDS, UPWARDS), strict=True):
        pen.line(np.stack([nose, nose + towards * size * 0.4]), colour, bold=1)
    pen.arrow(nose, nose + _direction(pose.yaw, pose.pitch) * size * 0.6, FORWARDS)


def _size(pen: _Pen, face: FaceObservation) -> float:
    """Pixels of the face's longer side."""
    return float(max(face.box.width * pen.width, face.box.height * pen.height))


def _direction(yaw: float, pitch: float) -> Points:
    """Where someone looks, as the picture shows it: the candidate's left is to its right."""
    return np.asarray(_turned(yaw, pitch, 0.0, [(0, 0, 1)])[0])


def _turned(yaw: float, pitch: float, roll: float, axes: Iterable[Sequence[float]]) -> Points:
    """Axes of a head (its left, up, ahead) as the picture shows them: to the right and down."""
    y, p, r = radians(yaw), radians(pitch), radians(roll)
    about_up = np.array([[cos(y), 0, sin(y)], [0, 1, 0], [-sin(y), 0, cos(y)]])
    about_left = np.array([[1, 0, 0], [0, cos(p), sin(p)], [0, -sin(p), cos(p)]])
    about_ahead = np.array([[cos(r), -sin(r), 0], [sin(r), cos(r), 0], [0, 0, 1]])
    turned = np.array(list(axes), np.float64) @ (about_up @ about_left @ about_ahead).T
    return np.asarray(turned[:, :2] * (1, -1), np.float32)


def _wrapped(text: str, most: int) -> list[str]:
    lines = [""]
    for word in text.split():
        if lines[-1] and len(lines[-1]) + 1 + len(word) > most:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines
