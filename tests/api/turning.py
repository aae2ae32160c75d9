"""Somebody who turns the head: the generated portrait's pictures, made once."""

from functools import cache
from itertools import count

from benchmarks.portrait import Portrait, jpegs
from benchmarks.scenes import Scene

HEADS = {"left": Scene.HEAD_LEFT, "right": Scene.HEAD_RIGHT, None: Scene.FACING}
OTHER = {"left": "right", "right": "left"}
"""Whoever turns the wrong way."""
VARIETY = 5
"""Pictures of each: no camera's are the same."""


class Turner:
    """Whose head is turned as the test says, picture by picture."""

    def __init__(self) -> None:
        self._number = count()

    def picture(self, side: str | None = None, share: float = 1.0) -> bytes:
        """The next one; `side`: the candidate's own, None: facing the front; `share`: how far."""
        return _pictures(side, share)[next(self._number) % VARIETY]


@cache
def _portrait() -> Portrait:
    return Portrait()


@cache
def _pictures(side: str | None, share: float) -> tuple[bytes, ...]:
    weights = {HEADS[side]: share, Scene.FACING: 1.0 - share} if side else {Scene.FACING: 1.0}
    return tuple(jpegs(_portrait().frame(weights, n / 3, n) for n in range(VARIETY)))
