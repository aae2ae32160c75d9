"""Marks on a picture: what was expected is green, what was found is orange, errors are red."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from app.types import BoundingBox, HeadPose
from app.vision.decode import Picture
from app.vision.landmarks import Landmarks

GREEN, ORANGE, RED, WHITE, GREY = (
    (70, 220, 90),
    (255, 165, 40),
    (255, 80, 70),
    (240, 240, 240),
    (110, 110, 110),
)
IRISES = (468, 473)
Colour = tuple[int, int, int]
SIDE = 640
"""Pixels of the longer side of a drawing."""
FONT, SIZE, LINE = cv2.FONT_HERSHEY_SIMPLEX, 0.55, 24
SHADE = 28
"""Grey of what lies around the picture."""


@dataclass(frozen=True, slots=True)
class Bar:
    """Some time of a video."""

    begins: float
    ends: float
    colour: Colour


def canvas(picture: Picture, side: int = SIDE) -> Picture:
    """A copy to draw on, its longer side of this length."""
    height, width = picture.shape[:2]
    scale = side / max(height, width)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(picture, size, interpolation=way), np.uint8)


def close_up(
    picture: Picture, box: BoundingBox, margin: float = 0.6
) -> tuple[Picture, BoundingBox]:
    """The part of a picture around a box, and the part's own place in it."""
    height, width = picture.shape[:2]
    side = max(box.width * width, box.height * height) * (0.5 + margin)
    x, y = (box.left + box.width / 2) * width, (box.top + box.height / 2) * height
    left, top = max(0, round(x - side)), max(0, round(y - side))
    right, bottom = min(width, round(x + side)), min(height, round(y + side))
    part = BoundingBox(
        left=left / width,
        top=top / height,
        width=(right - left) / width,
        height=(bottom - top) / height,
    )
    return picture[top:bottom, left:right], part


def within(landmarks: Landmarks, part: BoundingBox) -> Landmarks:
    """Landmarks of a whole picture as fractions of a part of it."""
    moved = landmarks.copy()
    moved[:, 0] = (moved[:, 0] - part.left) / part.width
    moved[:, 1] = (moved[:, 1] - part.top) / part.height
    return moved


def draw_mesh(picture: Picture, landmarks: Landmarks) -> None:
    """Its points."""
    height, width = picture.shape[:2]
    for x, y, _ in landmarks.tolist():
        cv2.circle(picture, (round(x * width), round(y * height)), 1, (120, 200, 255), -1)


def draw_pose(picture: Picture, pose: HeadPose, at: tuple[float, float], colour: Colour) -> None:
    """Where the nose points (an arrow) and where the top of the head is (a line)."""
    length = 0.3 * min(picture.shape[:2])
    yaw, pitch, roll = (math.radians(a) for a in (pose.yaw, pose.pitch, pose.roll))
    ahead = math.sin(yaw) * math.cos(pitch), math.sin(pitch)
    up = (
        -math.cos(yaw) * math.sin(roll) - math.sin(yaw) * math.sin(pitch) * math.cos(roll),
        math.cos(pitch) * math.cos(roll),
    )
    x, y = round(at[0]), round(at[1])
    nose = round(at[0] + length * ahead[0]), round(at[1] - length * ahead[1])
    top = round(at[0] + length * up[0]), round(at[1] - length * up[1])
    cv2.line(picture, (x, y), top, colour, 1, cv2.LINE_AA)
    cv2.arrowedLine(picture, (x, y), nose, colour, 3, cv2.LINE_AA, tipLength=0.2)
    cv2.circle(picture, (x, y), 4, colour, -1, cv2.LINE_AA)


def draw_irises(picture: Picture, landmarks: Landmarks) -> None:
    """Their outlines."""
    height, width = picture.shape[:2]
    for iris in IRISES:
        around = landmarks[iris : iris + 5, :2] * (width, height)
        (x, y), radius = around[0].tolist(), np.hypot(*(around[1:] - around[0]).T).mean()
        cv2.circle(picture, (round(x), round(y)), round(radius), GREEN, 1, cv2.LINE_AA)


def draw_gaze(
    picture: Picture, landmarks: Landmarks, gaze: tuple[float, float], colour: Colour
) -> None:
    """From between the eyes to where they look: yaw (to the picture's right) and pitch, degrees."""
    height, width = picture.shape[:2]
    x, y = (landmarks[list(IRISES), :2].mean(axis=0) * (width, height)).tolist()
    length = 0.5 * min(height, width)
    yaw, pitch = (math.radians(angle) for angle in gaze)
    to = round(x + length * math.sin(yaw)), round(y - length * math.sin(pitch))
    cv2.arrowedLine(picture, (round(x), round(y)), to, colour, 3, cv2.LINE_AA, tipLength=0.2)


def draw_boxes(picture: Picture, boxes: Sequence[tuple[BoundingBox, Colour, str]]) -> None:
    """With their words above, inside or at the bottom; words never hide other words."""
    height, width = picture.shape[:2]
    taken: list[BoundingBox] = []
    for box, colour, _ in boxes:
        corner = round(box.left * width), round(box.top * height)
        far = round((box.left + box.width) * width), round((box.top + box.height) * height)
        cv2.rectangle(picture, corner, far, colour, 2)
    for box, colour, text in boxes:
        (wide, high), _ = cv2.getTextSize(text, FONT, 0.45, 1)
        x = min(max(0, round(box.left * width)), max(0, width - wide - 4))
        edges = round(box.top * height), round((box.top + box.height) * height)
        for y in (edges[0], edges[0] + high + 6, min(edges[1], height)):
            place = BoundingBox(left=x, top=y - high - 6, width=wide + 4, height=high + 6)
            if not text or place.top < 0 or any(place.overlap(other) for other in taken):
                continue
            taken.append(place)
            cv2.rectangle(picture, (x, y - high - 6), (x + wide + 4, y), colour, -1)
            cv2.putText(picture, text, (x + 2, y - 4), FONT, 0.45, (0, 0, 0), 1, cv2.LINE_AA)
            break


def captioned(picture: Picture, *lines: tuple[str, Colour]) -> Picture:
    """With lines of words beneath; too long ones are broken."""
    broken = [(part, colour) for text, colour in lines for part in _broken(text, picture.shape[1])]
    beneath = np.full((LINE * len(broken) + 12, picture.shape[1], 3), SHADE, np.uint8)
    for number, (text, colour) in enumerate(broken):
        place = (10, LINE * number + 22)
        cv2.putText(beneath, text, place, FONT, SIZE, colour, 1, cv2.LINE_AA)
    return np.vstack([picture, beneath])


def widened(picture: Picture, width: int) -> Picture:
    """In the middle of a picture of this width, at least."""
    height, own = picture.shape[:2]
    wide = np.full((height, max(width, own), 3), SHADE, np.uint8)
    left = (wide.shape[1] - own) // 2
    wide[:, left : left + own] = picture
    return wide


def beside(pictures: Sequence[Picture]) -> Picture:
    """In a row, the gaps between them dark."""
    height = max(p.shape[0] for p in pictures)
    parts = []
    for picture in pictures:
        part = np.full((height, picture.shape[1] + 4, 3), SHADE, np.uint8)
        part[: picture.shape[0], : picture.shape[1]] = picture
        parts.append(part)
    return np.hstack(parts)


def timeline(
    width: int, seconds: float, rows: Sequence[tuple[str, Sequence[Bar]]], mark: float
) -> Picture:
    """A row of bars for each word; a line marks the time that the picture above shows."""
    left, right, row = 90, 12, 26
    strip = np.full((row * len(rows) + 30, width, 3), SHADE, np.uint8)

    def x(at: float) -> int:
        return left + round(min(max(at / max(seconds, 1e-6), 0), 1) * (width - left - right))

    for number, (word, bars) in enumerate(rows):
        y = 6 + row * number
        cv2.putText(strip, word, (10, y + 15), FONT, 0.45, WHITE, 1, cv2.LINE_AA)
        cv2.rectangle(strip, (left, y + 4), (width - right, y + 18), (52, 52, 52), -1)
        for bar in bars:
            far = max(x(bar.ends), x(bar.begins) + 2)
            cv2.rectangle(strip, (x(bar.begins), y + 4), (far, y + 18), bar.colour, -1)
    bottom = row * len(rows)
    cv2.line(strip, (x(mark), 4), (x(mark), bottom + 6), WHITE, 1)
    cv2.putText(strip, "0 s", (left, bottom + 22), FONT, 0.4, GREY, 1, cv2.LINE_AA)
    end = f"{seconds:.1f} s"
    place = (width - right - 8 * len(end), bottom + 22)
    cv2.putText(strip, end, place, FONT, 0.4, GREY, 1, cv2.LINE_AA)
    return strip


def _broken(text: str, width: int) -> list[str]:
    """At blanks, so that each line fits; only letters that OpenCV's font has."""
    lines = [""]
    for word in text.encode("ascii", "replace").decode().split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and cv2.getTextSize(longer, FONT, SIZE, 1)[0][0] > width - 20:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines
