"""Labelled heads: 300W-LP/AFLW2000 `.mat` files beside pictures, or `head_pose.csv`.

Ours: yaw to the candidate's left, pitch upwards, roll towards the candidate's right shoulder; yaw
about the vertical first, then pitch, then roll. 300W-LP keeps pitch, yaw, roll in radians, in that
order, for the matrix Rx(pitch) Ry(yaw) Rz(roll) of 3DDFA, where a positive yaw faces the
candidate's right, a positive pitch faces up and a positive roll tilts to the left shoulder. Both
have x to the right of the picture, y up, z to the camera; the angles are taken from the matrix,
because the two orders of turning differ for heads turned far.
"""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.io import loadmat

from app.types import HeadPose
from benchmarks.accuracy.labels import PICTURES, Place, table

WORDS = {
    "yaw": {"candidate's left": 1, "candidate's right": -1},
    "pitch": {"up": 1, "down": -1},
    "roll": {"candidate's right shoulder": 1, "candidate's left shoulder": -1},
}
"""What a positive angle may be said to mean, and the sign that makes it ours."""
STATED = re.compile(r"\b(yaw|pitch|roll)\s*:\s*\+\s*is\s+(?:the\s+)?([a-z' ]+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadLabel:
    """One head of which the pose is known."""

    picture: Path
    pose: HeadPose
    nose: tuple[float, float] | None
    """Pixels of a point within the labelled face; None: the picture shows one face only."""


def head_labels(folder: Path) -> list[HeadLabel]:
    """All of a folder and below. Raises LabelError."""
    labels = list(_beside_pictures(folder))
    for file in sorted(folder.rglob("head_pose.csv")):
        labels += _from_table(file)
    return labels


def pose_of_300w(pitch: float, yaw: float, roll: float) -> HeadPose:
    """From the radians of 300W-LP."""
    x, y, z = (_turn(axis, angle) for axis, angle in enumerate((pitch, yaw, roll)))
    turned = x @ y @ z
    ahead, up = turned[:, 2], turned[1, :2]
    return HeadPose(
        yaw=math.degrees(math.atan2(ahead[0], ahead[2])),
        pitch=math.degrees(math.atan2(ahead[1], math.hypot(ahead[0], ahead[2]))),
        roll=math.degrees(math.atan2(up[0], up[1])),
    )


def _turn(axis: int, angle: float) -> NDArray[np.float64]:
    """As 3DDFA turns: to the other side than right-handed matrices."""
    cos, sin = math.cos(angle), math.sin(angle)
    matrix = np.eye(3)
    first, second = ((1, 2), (2, 0), (0, 1))[axis]
    matrix[first, first] = matrix[second, second] = cos
    matrix[first, second], matrix[second, first] = sin, -sin
    return matrix


def _beside_pictures(folder: Path) -> Iterator[HeadLabel]:
    files = sorted(folder.rglob("*.mat"))
    beside = {file: picture for file in files if (picture := _picture_beside(file)) is not None}
    if files and not beside:  # the data sets hold others too: landmarks, models
        raise Place(files[0], 0).error("there is no picture beside it, nor beside any other")
    for file, picture in beside.items():
        place = Place(file, 0)
        try:
            content = loadmat(file)
        except Exception as error:  # whatever the reader of a foreign format raises
            raise place.error(f"this is no .mat file: {error}") from None
        if "Pose_Para" not in content:
            raise place.error("it holds no Pose_Para (300W-LP and AFLW2000 do)")
        angles = np.asarray(content["Pose_Para"], np.float64).ravel()[:3]
        if len(angles) < 3 or not np.isfinite(angles).all():
            raise place.error("Pose_Para does not begin with pitch, yaw and roll")
        if np.abs(angles).max() > 2 * math.pi:
            raise place.error(f"Pose_Para is not in radians: {angles.tolist()}")
        yield HeadLabel(
            picture=picture.resolve(),
            pose=pose_of_300w(*angles.tolist()),
            nose=_middle(content.get("pt2d")),
        )


def _picture_beside(file: Path) -> Path | None:
    endings = (*PICTURES, *(ending.upper() for ending in PICTURES))
    pictures = (file.with_suffix(ending) for ending in endings)
    return next((picture for picture in pictures if picture.is_file()), None)


def _middle(points: NDArray[np.float64] | None) -> tuple[float, float] | None:
    """Of the landmarks that are there: 300W-LP marks missing ones with -1."""
    if points is None or points.ndim != 2 or points.shape[0] != 2:
        return None
    there = points[:, (points >= 0).all(axis=0)]
    if not there.size:
        return None
    return float(there[0].mean()), float(there[1].mean())


def _from_table(file: Path) -> Iterator[HeadLabel]:
    rows, remarks = table(file, ("file", "yaw", "pitch", "roll"))
    signs: dict[str, int] = {}
    for place, remark in remarks:
        for angle, words in STATED.findall(remark):
            meaning = words.strip().lower()
            if meaning not in WORDS[angle.lower()]:
                allowed = " or ".join(f"the {words}" for words in WORDS[angle.lower()])
                raise place.error(f"{angle}: + is {meaning!r}, which is not {allowed}")
            signs[angle.lower()] = WORDS[angle.lower()][meaning]
    for angle, words in WORDS.items():
        if angle not in signs:
            raise Place(file, 1).error(
                f"the signs are unclear: a first line must say "
                f"'# {angle}: + is the {next(iter(words))}' or the opposite"
            )
    for row in rows:
        yaw, roll = (row.number(name, -180, 180) * signs[name] for name in ("yaw", "roll"))
        pitch = row.number("pitch", -90, 90) * signs["pitch"]
        yield HeadLabel(
            picture=row.media("file", PICTURES),
            pose=HeadPose(yaw=yaw, pitch=pitch, roll=roll),
            nose=None,
        )
