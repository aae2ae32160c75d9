"""How probable a living face is to MiniFASNet, which wants to see what is around it.

Two networks look at squares of two sizes, and the answer is their mean. One alone serves too: over
three looks it parts living persons from a replay as they do together, but a single look of it is
wrong more often. benchmarks/README.md has the tables.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import openvino
from numpy.typing import NDArray

from app.errors import ModelError
from app.types import BoundingBox
from app.vision.bars import without_bars
from app.vision.decode import Picture
from app.vision.objects import ONE_THREAD

CLASSES, LIVING = 3, 1
LEAST_SCALE = 1.4
"""Boxes of the face that the picture must hold in either direction. From 1.3 on every look at a
living person said 0.97 or more; at 1.2 the worst said 0.82, at 1.0 0.04: the networks judge by what
is around a face, and a close-up is a picture of one to them."""
LEAST_FACE = 32
"""Pixels of the box's shorter side: 80 pixels are looked at, 2.7 boxes. From 32 on it makes no
difference, at 16 the worst living person said 0.67."""
LEAST_COLOUR = 0.05
"""Mean saturation of the face, 0 to 1. A living person in black and white, as an infrared camera
sees one, said 0.03; with a tenth of the colours left (0.046 to 0.072) 0.71."""
COLOUR_SAMPLES = 32
"""Pixels in a line and lines that are asked for it, about."""


@dataclass(frozen=True, slots=True)
class Square:
    """A part of a picture, in whole pixels, with the face in its middle where there is room."""

    left: int
    top: int
    right: int
    """The first column that is outside."""
    bottom: int
    """The first line that is outside."""
    scale: float
    """Sides of the face's box, at most what was asked for: the picture ends somewhere."""


class MiniFasNets:
    """One network or several, on one thread. Raises ModelError for a file that is none."""

    def __init__(self, models: Sequence[Path]) -> None:
        """`models`: .xml files, as `export_minifasnet` makes them, at least one."""
        self._networks = [_Network(model) for model in models]

    def __call__(self, picture: Picture, face: BoundingBox) -> float | None:
        """0 to 1; None: the face is too small or colourless, or too little is around it.

        The picture is RGB, of any size.
        """
        height, width = picture.shape[:2]
        if min(face.width * width, face.height * height) < LEAST_FACE:
            return None
        lines, columns = without_bars(picture)
        inside = picture[lines, columns]
        face = _moved(face, picture, lines, columns)
        if around(inside, face, LEAST_SCALE).scale < LEAST_SCALE:
            return None
        if _saturation(inside, around(inside, face, 1.0)) < LEAST_COLOUR:
            return None
        return float(np.mean([network(inside, face) for network in self._networks]))


class _Network:
    def __init__(self, model: Path) -> None:
        self._scale = scale_of(model)
        core = openvino.Core()
        try:
            network = core.read_model(model)
            shape = tuple(network.input(0).shape)
            answer = tuple(network.output(0).shape)
            fed_with = network.input(0).element_type
            if fed_with != openvino.Type.u8 or shape[::3] != (1, 3) or answer != (1, CLASSES):
                raise ModelError(
                    f"{model}: takes {shape} and answers {answer}; bytes of a picture in and "
                    f"{CLASSES} classes out are expected"
                )
            compiled = core.compile_model(network, "CPU", ONE_THREAD)
        except RuntimeError as error:
            reason = str(error).strip().splitlines()[-1]
            raise ModelError(f"{model}: cannot be loaded: {reason}") from error
        self._request = compiled.create_infer_request()
        self._seen = np.zeros(shape, np.uint8)
        self._request.set_input_tensor(openvino.Tensor(self._seen, shared_memory=True))
        self._request.infer()  # the first run takes far longer than the others

    def __call__(self, picture: Picture, face: BoundingBox) -> float:
        part = around(picture, face, self._scale)
        cv2.resize(
            picture[part.top : part.bottom, part.left : part.right],
            self._seen.shape[2:0:-1],
            dst=self._seen[0],
            interpolation=cv2.INTER_LINEAR,
        )
        self._request.infer()
        answer: NDArray[np.float32] = self._request.get_output_tensor(0).data[0]
        return float(answer[LIVING])


def _saturation(picture: Picture, part: Square) -> float:
    """0 to 1: how far the weakest channel is below the strongest, of the part's mean light."""
    step = max(1, (part.right - part.left) // COLOUR_SAMPLES)
    pixels = picture[part.top : part.bottom : step, part.left : part.right : step]
    strongest = float(pixels.max(axis=2).mean())
    return 1.0 - float(pixels.min(axis=2).mean()) / max(strongest, 1.0)


def _moved(face: BoundingBox, picture: Picture, lines: slice, columns: slice) -> BoundingBox:
    """The same box in fractions of a part of the picture."""
    height, width = picture.shape[:2]
    down, across = lines.stop - lines.start, columns.stop - columns.start
    return BoundingBox(
        left=(face.left * width - columns.start) / across,
        top=(face.top * height - lines.start) / down,
        width=face.width * width / across,
        height=face.height * height / down,
    )


def scale_of(model: Path) -> float:
    """Sides of what it looks at, in sides of the face's box: its name begins with it, as in
    4_0_0_80x80_MiniFASNetV1SE. Raises ModelError."""
    said = re.match(r"\d+(\.\d+)?(?=_)", model.stem)
    if said is None or float(said[0]) < 1:
        raise ModelError(f"{model}: its name must begin with a scale, as 2.7_80x80_MiniFASNetV2")
    return float(said[0])


def around(picture: Picture, face: BoundingBox, scale: float) -> Square:
    """What the networks were trained with: the box, so many times its size or as much as the
    picture holds, shifted into the picture."""
    height, width = picture.shape[:2]
    scale = min(scale, (width - 1) / (face.width * width), (height - 1) / (face.height * height))
    left, right = _span(face.left * width, face.width * width, scale, width)
    top, bottom = _span(face.top * height, face.height * height, scale, height)
    return Square(left, top, right, bottom, scale)


def _span(begin: float, length: float, scale: float, available: int) -> tuple[int, int]:
    """One side of it: the first pixel, and the first after it."""
    wanted = length * scale
    first = min(max(begin + (length - wanted) / 2, 0.0), available - 1 - wanted)
    return int(first), int(first + wanted) + 1
