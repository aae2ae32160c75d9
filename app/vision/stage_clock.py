"""Which stage of a frame takes how much CPU, and how long."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from time import perf_counter, thread_time


class Stage(StrEnum):
    """What is done with a frame."""

    DECODE = "decode"
    COUNT = "count"
    MESH = "mesh"
    MEASURE = "measure"
    LIVENESS = "liveness"
    OBJECTS = "objects"


class StageClock:
    """Tells each lap's CPU seconds of the calling thread, and keeps the seconds by the clock.

    The first are what the machine spends; the second what somebody waits, who shares its cores.
    """

    def __init__(self, spent: Callable[[str, float], None]) -> None:
        self._spent = spent
        self._began = self._clock = 0.0
        self._seconds: dict[str, float] = {}

    @property
    def seconds(self) -> Mapping[str, float]:
        """By the clock, of this frame's stages so far."""
        return self._seconds

    def start(self) -> None:
        """Begin with a frame."""
        self._began, self._clock, self._seconds = thread_time(), perf_counter(), {}

    def lap(self, stage: Stage) -> None:
        """All since the last lap was this stage."""
        now, clock = thread_time(), perf_counter()
        self._spent(stage, now - self._began)
        self._seconds[stage] = self._seconds.get(stage, 0.0) + clock - self._clock
        self._began, self._clock = now, clock
