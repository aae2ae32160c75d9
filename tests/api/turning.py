"""Somebody who turns the head: the generated portrait's pictures, made once."""

from functools import cache
from itertools import count

import numpy as np

from benchmarks.portrait import Portrait, jpegs
from benchmarks.scenes import Scene
from benchmarks.warp import Image

OTHER = {"left": "right", "right": "left"}
"""Whoever turns the wrong way."""
VARIETY = 5
"""Pictures of each: no camera's are the same."""
FACING = {Scene.FACING: 1.0}


class Turner:
    """Whose head is turned as the test says, picture by picture."""

    def __init__(self) -> None:
        self._number = count()

    def picture(self, side: str | None = None) -> bytes:
        """The next one; `side`: the candidate's own, None: facing the front."""
        return _pictures(side)[next(self._number) % VARIETY]


def turned(portrait: Portrait, side: str, share: float = 1.0, t: float = 0.0, i: int = 0) -> Image:
    """To the candidate's own side, about 33 degrees as the service measures it.

    To the right it is the mirror of the left: at once turned that far, the portrait's other side
    measures less than may be asked for.
    """
    picture = portrait.frame({Scene.HEAD_LEFT: share, Scene.FACING: 1.0 - share}, t, i)
    return picture if side == "left" else np.ascontiguousarray(picture[:, ::-1])


@cache
def _portrait() -> Portrait:
    return Portrait()


@cache
def _pictures(side: str | None) -> tuple[bytes, ...]:
    portrait = _portrait()
    times = [(n / 3, n) for n in range(VARIETY)]
    if side is None:
        return tuple(jpegs(portrait.frame(FACING, t, n) for t, n in times))
    return tuple(jpegs(turned(portrait, side, 1.0, t, n) for t, n in times))
