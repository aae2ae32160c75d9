"""Detectors without weights: they answer the same to every picture, as either family does."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import openvino
from openvino import opset13 as ops

YOLO_PLACES = {640: 8400, 416: 3549}


@dataclass(frozen=True, slots=True)
class Answer:
    """One place's: a box in pixels of the network's square, and how sure of which class."""

    centre: tuple[float, float]
    sides: tuple[float, float]
    class_id: int
    confidence: float
    rival: tuple[int, float] = (1, 0.0)
    """Another class and its confidence."""


def yolo(folder: Path, answers: Sequence[Answer], size: int = 640) -> Path:
    """As ultralytics exports it."""
    table = np.zeros((1, 84, YOLO_PLACES[size]), np.float32)
    for place, answer in enumerate(answers):
        table[0, :4, place] = (*answer.centre, *answer.sides)
        table[0, 4 + answer.class_id, place] = answer.confidence
        table[0, 4 + answer.rival[0], place] = answer.rival[1]
    return _saved(folder / "yolo.xml", table, size)


def yolox(folder: Path, answers: Sequence[Answer], size: int = 416) -> Path:
    """As YOLOX's own exporter leaves it: offsets in cells of 8 pixels, logarithms of sides."""
    cells = size // 8
    table = np.zeros((1, 3549, 85), np.float32)
    for answer in answers:
        column, line = (int(value // 8) for value in answer.centre)
        row = table[0, line * cells + column]
        row[:2] = np.array(answer.centre) / 8 - (column, line)
        row[2:4] = np.log(np.array(answer.sides) / 8)
        row[4] = 1.0
        row[5 + answer.class_id] = answer.confidence
        row[5 + answer.rival[0]] = answer.rival[1]
    return _saved(folder / "yolox.xml", table, size)


def echo(folder: Path, size: int = 640) -> Path:
    """A YOLO whose first box begins with the picture's mean red, green and blue, 0 to 1."""
    picture = ops.parameter([1, 3, size, size], np.float32, name="images")
    means = ops.reduce_mean(picture, np.array([2, 3]), keep_dims=False)
    box = ops.concat([means, ops.constant(np.ones((1, 1), np.float32))], 1)
    sure = np.zeros((1, 80), np.float32)
    sure[0, 0] = 0.9
    first = ops.unsqueeze(ops.concat([box, ops.constant(sure)], 1), np.array(2))
    rest = ops.constant(np.zeros((1, 84, YOLO_PLACES[size] - 1), np.float32))
    network = openvino.Model([ops.concat([first, rest], 2)], [picture], "echo")
    path = folder / "echo.xml"
    openvino.save_model(network, path)
    return path


def shaped(folder: Path, answer: Sequence[int], picture: Sequence[int] = (1, 3, 640, 640)) -> Path:
    """Answers nothing, in some other shape."""
    return _saved(folder / "other.xml", np.zeros(answer, np.float32), 0, picture)


def _saved(path: Path, table: np.ndarray, size: int, picture: Sequence[int] = ()) -> Path:
    given = ops.parameter([*(picture or (1, 3, size, size))], np.float32, name="images")
    nothing = ops.multiply(ops.reduce_mean(given, np.arange(len(given.shape))), np.float32(0))
    openvino.save_model(
        openvino.Model([ops.add(ops.constant(table), nothing)], [given], "canned"),
        path,
        compress_to_fp16=False,
    )
    return path
