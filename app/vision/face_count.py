"""How many faces a picture shows, small ones at its ends included."""

from dataclasses import replace

import numpy as np

from app.types import BoundingBox
from app.vision.decode import Picture
from app.vision.landmarks import FaceBox, FaceDetector, FaceMesh

SAME_FACE = 0.2
"""Overlap of two boxes of one face, at least: detectors draw them differently."""
SAME_PLACE = 0.5
"""Distance of two boxes of one face, over the larger one's side, at most."""
SMALL_PICTURE = 640
"""Pixels of the longer side up to which the near detector sees 60 pixel faces in the crops."""


class FaceCounter:
    """Three looks: the whole picture, then a square at either end of its longer side.

    With faces pasted into a room (24 places, 640x480) it finds 69 of 72 at 60 to 80 pixels, as
    many as with the far detector, which costs three times more; larger pictures need that one.
    """

    def __init__(self, near: FaceDetector, far: FaceDetector, mesh: FaceMesh) -> None:
        self._near = near
        self._far = far
        self._mesh = mesh

    def __call__(self, picture: Picture) -> list[FaceBox]:
        """Each face once, largest first, down to a width of 60 pixels."""
        height, width = picture.shape[:2]
        detector = self._near if max(width, height) <= SMALL_PICTURE else self._far
        found = detector(picture)
        for crop in _ends(width, height):
            found += [_moved(face, crop) for face in detector(_cut(picture, crop))]
        faces: list[FaceBox] = []
        for face in sorted(found, key=lambda face: -face.box.area):
            if not any(_same(face.box, other.box) for other in faces):
                faces.append(face)
        if len(faces) > 1:  # the detectors alone take a collar or a curtain for a face at times
            faces = [f for f in faces if self._mesh.confirm(picture, f.region) is not None]
        return faces


def _ends(width: int, height: int) -> tuple[BoundingBox, BoundingBox]:
    side = min(width, height)
    across, down = side / width, side / height
    return (
        BoundingBox(left=0.0, top=0.0, width=across, height=down),
        BoundingBox(left=1.0 - across, top=1.0 - down, width=across, height=down),
    )


def _cut(picture: Picture, crop: BoundingBox) -> Picture:
    height, width = picture.shape[:2]
    left, top = round(crop.left * width), round(crop.top * height)
    side = min(width, height)
    part = np.ascontiguousarray(picture[top : top + side, left : left + side])
    part.flags.writeable = False
    return part


def _moved(face: FaceBox, crop: BoundingBox) -> FaceBox:
    """From the crop's fractions to the whole picture's."""
    box = BoundingBox(
        left=crop.left + face.box.left * crop.width,
        top=crop.top + face.box.top * crop.height,
        width=face.box.width * crop.width,
        height=face.box.height * crop.height,
    )
    region = replace(
        face.region,
        x=crop.left + face.region.x * crop.width,
        y=crop.top + face.region.y * crop.height,
        side=face.region.side * crop.width,
    )
    return replace(face, box=box, region=region)


def _same(box: BoundingBox, other: BoundingBox) -> bool:
    """Boxes of one face overlap; one that a crop cuts may lie inside the other."""
    if box.overlap(other) > SAME_FACE:
        return True
    apart_x = abs(box.left + box.width / 2 - other.left - other.width / 2)
    apart_y = abs(box.top + box.height / 2 - other.top - other.height / 2)
    return apart_x < SAME_PLACE * max(box.width, other.width) and apart_y < SAME_PLACE * max(
        box.height, other.height
    )
