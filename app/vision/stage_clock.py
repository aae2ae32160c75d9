"""Which stage of a frame takes how much CPU."""

from collections.abc import Callable
from enum import StrEnum
from time import thread_time


class Stage(StrEnum):
    """What is done with a frame."""

    DECODE = "decode"
    COUNT = "count"
    MESH = "mesh"
    MEASURE = "measure"
    LIVENESS = "liveness"
    OBJECTS = "objects"


class StageClock:
    """Tells each lap's CPU seconds of the calling thread."""

    def __init__(self, spent: Callable[[str, float], None]) -> None:
        self._spent = spent
        self._began = 0.0

    def start(self) -> None:
        """Begin with a frame."""
        self._began = thread_time()

    def lap(self, stage: Stage) -> None:
        """All since the last lap was this stage."""
        now = thread_time()
        self._spent(stage, now - self._began)
        self._began = now
