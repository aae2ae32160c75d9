"""What is held before a camera, or fed instead of one: real persons, attacks, and lost pictures."""

import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from pathlib import Path

import cv2
import numpy as np

from app.vision.decode import Picture
from benchmarks.accuracy.footage import frames, picture_of
from benchmarks.photograph import photograph

FPS = 30.0
HELD = 20.0
"""Seconds for which a still is held."""
LOOPED = 40.0
"""Seconds of a looped feed."""
SHAKE, NOISE = 4, 1.5
"""Pixels to either side, and levels, of a camera that sees a still."""
ATTACK_FOLDER = "images/spoof_minivision"
CROPS = "images/spoof_crops_person_b.zip"

Pictures = Iterable[tuple[float, Picture]]
"""Seconds and RGB."""


class Nature(StrEnum):
    """What it is in truth."""

    PERSON = "person"
    ATTACK = "attack"
    LOST = "lost"
    """Nothing that can be judged: it must raise no suspicion."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Presentation:
    """One of them."""

    name: str
    nature: Nature
    pictures: Callable[[], Pictures]


def presentations(media: Path) -> Iterator[Presentation]:
    """All that the folder of media allows."""
    person, attack, lost = Nature.PERSON, Nature.ATTACK, Nature.LOST
    for name in ("center_focus", "center_left_center", "webcam_gaze_calibrate"):
        clip = media / "video" / f"{name}.mp4"
        if not clip.is_file():
            continue
        yield _of(name, person, partial(frames, clip))
        yield _of(f"{name}, mirrored", person, partial(_each, clip, _mirrored))
        yield _of(f"{name}, half the size", person, partial(_each, clip, _halved))
        yield _of(f"{name}, half the light", person, partial(_each, clip, _dimmed))
        still = next(iter(_after(clip, 1.0)))
        yield _of(f"{name}: photograph, tilted", attack, partial(_held, still, tilt=25.0))
        yield _of(f"{name}: photograph, held", attack, partial(_held, still, tilt=4.0))
        yield _of(f"{name}: looped, 3 s", attack, partial(_looped, clip, 3.0))
        yield _of(f"{name}: frozen", lost, partial(_repeated, still))
    replay = media / "video" / "replay_phone_fake.mp4"
    if replay.is_file():
        yield _of("replay_phone_fake", attack, partial(frames, replay))
        yield _of("replay_phone_fake, mirrored", attack, partial(_each, replay, _mirrored))
        yield _of("replay_phone_fake, half the size", attack, partial(_each, replay, _halved))
    for path in sorted((media / ATTACK_FOLDER).glob("*.jpg")):
        nature = attack if "_F" in path.name else person
        still = picture_of(path)
        yield _of(path.stem, nature, partial(_seen, still))
    yield _of("black", lost, partial(_repeated, np.zeros((480, 640, 3), np.uint8)))


def crops(media: Path) -> Iterator[tuple[bool, Picture]]:
    """Whether it is a person, and the face, cut out without anything around it."""
    archive_path = media / CROPS
    if not archive_path.is_file():
        return
    with zipfile.ZipFile(archive_path) as archive:
        for name in sorted(archive.namelist()):
            if name.endswith(".png"):
                data = np.frombuffer(archive.read(name), np.uint8)
                stored = cv2.imdecode(data, cv2.IMREAD_COLOR)
                assert stored is not None
                yield (
                    name.startswith("real"),
                    np.asarray(cv2.cvtColor(stored, cv2.COLOR_BGR2RGB), np.uint8),
                )


def _of(name: str, nature: Nature, pictures: Callable[[], Pictures]) -> Presentation:
    return Presentation(name=name, nature=nature, pictures=pictures)


def _each(clip: Path, change: Callable[[Picture], Picture]) -> Pictures:
    return ((at, change(picture)) for at, picture in frames(clip))


def _mirrored(picture: Picture) -> Picture:
    return np.ascontiguousarray(picture[:, ::-1])


def _halved(picture: Picture) -> Picture:
    size = picture.shape[1] // 2, picture.shape[0] // 2
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)


def _dimmed(picture: Picture) -> Picture:
    return (picture // 2).astype(np.uint8)


def _after(clip: Path, seconds: float) -> Iterator[Picture]:
    return (picture for at, picture in frames(clip) if at >= seconds)


def _held(still: Picture, *, tilt: float) -> Pictures:
    moved = photograph(still, HELD, fps=FPS, tilt=tilt)
    return ((number / FPS, picture) for number, picture in enumerate(moved))


def _seen(still: Picture) -> Pictures:
    """What a camera saw already, so that nothing is resampled: it shakes by whole pixels."""
    rng = np.random.default_rng(0)
    height, width = still.shape[:2]
    place = np.array([SHAKE, SHAKE])
    for number in range(round(HELD * FPS)):
        place = np.clip(place + rng.integers(-1, 2, 2), 0, 2 * SHAKE)
        left, top = place.tolist()
        part = still[top : height - 2 * SHAKE + top, left : width - 2 * SHAKE + left]
        noise = rng.normal(0, NOISE, part.shape)
        yield number / FPS, np.clip(part + noise, 0, 255).astype(np.uint8)


def _repeated(still: Picture) -> Pictures:
    return ((number / FPS, still) for number in range(round(HELD * FPS)))


def _looped(clip: Path, period: float) -> Pictures:
    """Its first seconds over and over."""
    stretch = [(at, picture) for at, picture in frames(clip) if at < period]
    for turn in range(round(LOOPED / period)):
        for at, picture in stretch:
            yield turn * period + at, picture
