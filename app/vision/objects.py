"""Persons, phones and other objects in a picture: a COCO detector on OpenVINO.

Serving needs neither torch nor ultralytics: what surrounds the network is written here, after what
the networks were trained with. Two families are understood, told apart by the shape of their
answer: YOLO as ultralytics exports it (since YOLOv8), and YOLOX.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Protocol

import cv2
import numpy as np
import openvino
from numpy.typing import NDArray

from app.errors import ModelError
from app.types import BoundingBox, Detection, ObjectClass
from app.vision.decode import Picture

COCO_CLASSES = 80
COCO_IDS = {
    ObjectClass.PERSON: 0,
    ObjectClass.LAPTOP: 63,
    ObjectClass.PHONE: 67,
    ObjectClass.BOOK: 73,
}
SAME_OBJECT = 0.7
"""Overlap above which the less confident of two boxes of a class is dropped."""
GREY = 114
"""Fills what the picture leaves free of the network's square."""
YOLOX_STRIDES = (8, 16, 32)
ONE_THREAD = {
    "PERFORMANCE_HINT": "LATENCY",
    "NUM_STREAMS": "1",
    "INFERENCE_NUM_THREADS": "1",
    "ENABLE_CPU_PINNING": "NO",
}

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Fit:
    """How a picture lies in the network's square."""

    gain: float
    """Pixels of the square for one of the picture."""
    left: int
    """Pixels free beside it."""
    top: int
    """Pixels free above it."""


class _Family(Protocol):
    centred: bool
    """Whether the picture lies in the square's middle, or in its upper left corner."""
    least: Mapping[ObjectClass, float]
    """Confidence from which on it is worth listening to, by the table in benchmarks/README.md."""

    def candidates(self, answer: Floats, ids: NDArray[np.intp], least: Floats) -> Floats:
        """Rows of centre x, y, width, height (pixels of the square), confidence, position in
        `ids`: where the best of all classes is one of these, and surer than its `least`."""


class ObjectDetector:
    """One network, on one thread. Raises ModelError for a file that is none of the two families."""

    def __init__(
        self,
        model: Path,
        classes: Iterable[ObjectClass] = (ObjectClass.PERSON, ObjectClass.PHONE),
        *,
        size: int | None = None,
        least_confidence: float | None = None,
        precision: str | None = None,
    ) -> None:
        """`model`: an .xml or .onnx file. `size`: pixels of the network's square, where the file
        leaves it open. `least_confidence`: None: what suits the family. `precision`: "f32" or
        "bf16"; None: what this CPU does fastest."""
        self._classes = tuple(classes)
        self._ids = np.array([COCO_IDS[each] for each in self._classes], np.intp)
        core = openvino.Core()
        try:
            network = core.read_model(model)
            if network.input(0).partial_shape.is_dynamic:
                network.reshape([1, 3, size or 640, size or 640])
            _, channels, height, width = network.input(0).shape
            answers = tuple(network.output(0).shape)
            if channels != 3 or height != width or len(network.outputs) != 1:
                raise ModelError(f"{model}: a square colour picture in, one answer out is expected")
            self.size = int(height)
            self._family = _family(answers, self.size, model)
            options = ONE_THREAD | ({"INFERENCE_PRECISION_HINT": precision} if precision else {})
            compiled = core.compile_model(_taking_pictures(network, self._family), "CPU", options)
        except RuntimeError as error:
            reason = str(error).strip().splitlines()[-1]
            raise ModelError(f"{model}: cannot be loaded: {reason}") from error
        floors = [least_confidence or self._family.least[each] for each in self._classes]
        self._least = np.array(floors, np.float32)
        self._request = compiled.create_infer_request()
        self._square = np.full((1, self.size, self.size, 3), GREY, np.uint8)
        self._request.set_input_tensor(openvino.Tensor(self._square, shared_memory=True))
        self._fitted: tuple[int, int] | None = None

    def __call__(self, picture: Picture) -> tuple[Detection, ...]:
        """The most confident first. The picture is RGB, of any size."""
        fit = self._place(picture)
        self._request.infer()
        answer: Floats = self._request.get_output_tensor(0).data[0]
        found = _without_doubles(self._family.candidates(answer, self._ids, self._least))
        height, width = picture.shape[:2]
        return tuple(self._detection(row, fit, width, height) for row in found.tolist())

    def _place(self, picture: Picture) -> Fit:
        height, width = picture.shape[:2]
        gain = min(self.size / height, self.size / width)
        across, down = round(width * gain), round(height * gain)
        left = top = 0
        if self._family.centred:
            left, top = round((self.size - across) / 2 - 0.1), round((self.size - down) / 2 - 0.1)
        if self._fitted != (width, height):
            self._square[:] = GREY
            self._fitted = (width, height)
        place = self._square[0, top : top + down, left : left + across]
        if (across, down) == (width, height):
            place[:] = picture
        else:
            cv2.resize(picture, (across, down), dst=place, interpolation=cv2.INTER_LINEAR)
        return Fit(gain, left, top)

    def _detection(self, row: list[float], fit: Fit, width: int, height: int) -> Detection:
        x, y, across, down, confidence, position = row
        left = min(max((x - across / 2 - fit.left) / fit.gain, 0.0), width)
        top = min(max((y - down / 2 - fit.top) / fit.gain, 0.0), height)
        right = min(max((x + across / 2 - fit.left) / fit.gain, 0.0), width)
        bottom = min(max((y + down / 2 - fit.top) / fit.gain, 0.0), height)
        return Detection(
            object_class=self._classes[int(position)],
            confidence=min(confidence, 1.0),
            box=BoundingBox(
                left=left / width,
                top=top / height,
                width=(right - left) / width,
                height=(bottom - top) / height,
            ),
        )


class _Yolo:
    """A column for each place: centre x, y, width, height, then a score for each class."""

    centred = True
    least: Mapping[ObjectClass, float] = MappingProxyType(dict.fromkeys(ObjectClass, 0.25))

    def candidates(self, answer: Floats, ids: NDArray[np.intp], least: Floats) -> Floats:
        wanted = answer[4 + ids]
        best = wanted.argmax(axis=0)
        scores = wanted[best, np.arange(best.size)]
        places = np.flatnonzero(scores > least[best])
        places = places[answer[4:, places].max(axis=0) <= scores[places]]
        return np.column_stack((answer[:4, places].T, scores[places], best[places]))


class _Yolox:
    """A row for each place: offset x, y, log width, log height, an object's score, classes'."""

    centred = False
    least: Mapping[ObjectClass, float] = MappingProxyType(
        {**dict.fromkeys(ObjectClass, 0.35), ObjectClass.PERSON: 0.5}
    )

    def __init__(self, size: int) -> None:
        corners, strides = [], []
        for stride in YOLOX_STRIDES:
            side = np.arange(size // stride)
            across, down = np.meshgrid(side, side)
            corners.append(np.column_stack((across.ravel(), down.ravel())))
            strides.append(np.full((side.size**2, 1), stride))
        self._corners = np.concatenate(corners).astype(np.float32)
        self._strides = np.concatenate(strides).astype(np.float32)

    @property
    def places(self) -> int:
        return len(self._strides)

    def candidates(self, answer: Floats, ids: NDArray[np.intp], least: Floats) -> Floats:
        places = np.flatnonzero(answer[:, 4] > least.min())  # no class is surer than its object
        rows, strides = answer[places], self._strides[places]
        wanted = rows[:, 5 + ids]
        best = wanted.argmax(axis=1)
        own = wanted[np.arange(best.size), best]
        scores = rows[:, 4] * own
        kept = (scores > least[best]) & (rows[:, 5:].max(axis=1, initial=0.0) <= own)
        centres = (rows[:, :2] + self._corners[places]) * strides
        sides = np.exp(rows[:, 2:4]) * strides
        found: Floats = np.column_stack((centres, sides, scores, best))[kept]
        return found


def _family(answer: tuple[int, ...], size: int, model: Path) -> _Yolo | _Yolox:
    if len(answer) == 3 and answer[0] == 1:
        if answer[1] == 4 + COCO_CLASSES:
            return _Yolo()
        yolox = _Yolox(size)
        if answer[1:] == (yolox.places, 5 + COCO_CLASSES):
            return yolox
    raise ModelError(
        f"{model}: answers in the shape {answer}; YOLO (1, 84, n) or YOLOX (1, n, 85) with the "
        "80 classes of COCO is expected"
    )


def _taking_pictures(network: openvino.Model, family: _Family) -> openvino.Model:
    """The same network, fed with bytes of an RGB picture."""
    steps = openvino.preprocess.PrePostProcessor(network)
    steps.input().tensor().set_element_type(openvino.Type.u8).set_layout(openvino.Layout("NHWC"))
    steps.input().model().set_layout(openvino.Layout("NCHW"))
    into = steps.input().preprocess().convert_element_type(openvino.Type.f32)
    if isinstance(family, _Yolo):
        into.scale(255.0)
    else:
        into.reverse_channels()  # YOLOX learned on BGR, 0 to 255
    steps.output().tensor().set_element_type(openvino.Type.f32)
    return steps.build()


def _without_doubles(rows: Floats) -> Floats:
    """The most confident box of each object, most confident first."""
    rows = rows[np.argsort(-rows[:, 4], kind="stable")]
    low, high = rows[:, :2] - rows[:, 2:4] / 2, rows[:, :2] + rows[:, 2:4] / 2
    areas = rows[:, 2] * rows[:, 3]
    kept: list[int] = []
    for n in range(len(rows)):
        others = [k for k in kept if rows[k, 5] == rows[n, 5]]
        sides = np.minimum(high[others], high[n]) - np.maximum(low[others], low[n])
        shared = np.prod(np.maximum(sides, 0), axis=1)
        if not (shared > SAME_OBJECT * (areas[others] + areas[n] - shared)).any():
            kept.append(n)
    return rows[kept]
