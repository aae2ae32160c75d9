"""Labelled objects: YOLO's `images/` and `labels/`, with COCO's 80 classes."""

from dataclasses import dataclass
from pathlib import Path

from app.types import BoundingBox, ObjectClass
from benchmarks.accuracy.labels import PICTURES, Place, text_of

COCO_NAMES = {0: "person", 63: "laptop", 67: "cell phone", 73: "book"}
COCO = {
    0: ObjectClass.PERSON,
    63: ObjectClass.LAPTOP,
    67: ObjectClass.PHONE,
    73: ObjectClass.BOOK,
}
CLASSES = 80
OUTSIDE = 0.01
"""Fraction of the picture by which a box may reach out of it: rounding."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledPictures:
    """All of a folder and below."""

    pictures: tuple["LabelledPicture", ...]
    alone: tuple[Path, ...]
    """Label files without a picture."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledPicture:
    """One picture and all objects in it of the four classes."""

    picture: Path
    objects: tuple[tuple[ObjectClass, BoundingBox], ...]


def labelled_pictures(folder: Path) -> LabelledPictures:
    """All of a folder and below; a picture without a label file shows nothing. Raises LabelError.

    Beside `labels/`, or in a folder of the same name within both (`images/val`, `labels/val`).
    """
    found: list[LabelledPicture] = []
    alone: list[Path] = []
    for labels in sorted(p for p in folder.rglob("labels") if p.is_dir()):
        images = labels.parent / "images"
        files = [f for f in sorted(labels.rglob("*.txt")) if f.name != "classes.txt"]
        if not files and not images.is_dir():
            continue
        if not images.is_dir():
            raise Place(labels, 0).error("there is no folder images beside it")
        for names in (labels / "classes.txt", labels.parent / "classes.txt"):
            if names.is_file():
                _check_names(names)
        pictures = {
            p.relative_to(images).with_suffix(""): p
            for p in sorted(images.rglob("*"))
            if p.suffix.lower() in PICTURES
        }
        objects = {f.relative_to(labels).with_suffix(""): f for f in files}
        missing = [file for name, file in objects.items() if name not in pictures]
        if missing and len(missing) == len(objects):
            raise Place(missing[0], 0).error(f"there is no picture of this name in {images}")
        alone += missing
        found += [
            LabelledPicture(
                picture=picture.resolve(),
                objects=_objects(objects[name]) if name in objects else (),
            )
            for name, picture in pictures.items()
        ]
    return LabelledPictures(pictures=tuple(found), alone=tuple(alone))


def _check_names(file: Path) -> None:
    """The classes must be COCO's: another list gives the same numbers another meaning."""
    names = [line.strip().lower() for line in text_of(file).splitlines()]
    for number, name in COCO_NAMES.items():
        if len(names) <= number or names[number] != name:
            raise Place(file, number + 1).error(f"class {number} must be {name!r}: COCO's 80")


def _objects(file: Path) -> tuple[tuple[ObjectClass, BoundingBox], ...]:
    found = []
    for number, line in enumerate(text_of(file).splitlines(), 1):
        if not line.strip():
            continue
        place = Place(file, number)
        parts = line.split()
        if len(parts) != 5:
            raise place.error(f"{len(parts)} numbers; a box has 5: class x y width height")
        if not parts[0].isdecimal() or int(parts[0]) >= CLASSES:
            raise place.error(f"class {parts[0]} is none of COCO's 0 to {CLASSES - 1}")
        box = _box(parts[1:], place)
        if int(parts[0]) in COCO:
            found.append((COCO[int(parts[0])], box))
    return tuple(found)


def _box(parts: list[str], place: Place) -> BoundingBox:
    try:
        x, y, width, height = (float(part) for part in parts)
    except ValueError:
        raise place.error(f"{' '.join(parts)!r} are not four numbers") from None
    low, high = -OUTSIDE, 1 + OUTSIDE
    inside = low <= x - width / 2 and x + width / 2 <= high
    inside &= low <= y - height / 2 and y + height / 2 <= high
    if not (width > 0 and height > 0 and inside):  # NaN too
        raise place.error("the box does not lie in the picture: fractions from 0 to 1 are needed")
    return BoundingBox(left=x - width / 2, top=y - height / 2, width=width, height=height)
