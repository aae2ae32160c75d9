"""Somebody who rocks to and fro, as evenly as a person can: for tests that they are no loop."""

from collections.abc import Callable
from itertools import accumulate

import cv2
import numpy as np

from tests.media import Picture, portrait

TURNS = 60
"""That are made up."""


def rocking(
    period: float, pixels: float, *, sways: float = 1.0, seed: int = 1
) -> Callable[[float], Picture]:
    """What the camera shows at each time.

    A turn takes 3 % more or less than `period` seconds and goes 5 % further than `pixels` or less
    far (standard deviations); besides, the body sways sideways by about `sways` pixels.
    """
    rng = np.random.default_rng(seed)
    lengths = period * (1 + rng.normal(0, 0.03, TURNS))
    heights = pixels * (1 + rng.normal(0, 0.05, TURNS))
    begins = [0.0, *accumulate(lengths)]
    phases = rng.uniform(0, 2 * np.pi, 2)
    room = cv2.copyMakeBorder(portrait()[:480], 0, 0, 64, 64, cv2.BORDER_REPLICATE)
    body = slice(130, 520)

    def shown(at: float) -> Picture:
        turn = int(np.searchsorted(begins, at, side="right")) - 1
        part = (at - begins[turn]) / lengths[turn]
        down = heights[turn] * (1 - np.cos(2 * np.pi * part)) / 2
        aside = sways * (np.sin(0.7 * at + phases[0]) + 0.6 * np.sin(1.9 * at + phases[1]))
        move = np.array([[1, 0, aside], [0, 1, down]], np.float32)
        picture = room.copy()
        size = room.shape[1::-1]
        picture[:, body] = cv2.warpAffine(room, move, size, borderMode=cv2.BORDER_REPLICATE)[
            :, body
        ]
        return np.asarray(picture, np.uint8)

    return shown
