"""Each stage's share of one frame, by the processor and by the clock."""

import time
from collections import Counter

from app.vision.stage_clock import Stage, StageClock


def test_a_stage_that_comes_twice_adds_up_and_each_frame_begins_anew() -> None:
    cpu: Counter[str] = Counter()
    clock = StageClock(lambda stage, seconds: cpu.update({stage: seconds}))
    assert clock.seconds == {}
    began = time.perf_counter()
    clock.start()
    for stage in (Stage.DECODE, Stage.MEASURE, Stage.LIVENESS, Stage.MEASURE):
        time.sleep(0.002)
        clock.lap(stage)
    took, first = time.perf_counter() - began, clock.seconds
    assert [*first] == ["decode", "measure", "liveness"]
    assert 0.008 <= sum(first.values()) <= took
    assert first["measure"] >= 0.004
    assert sum(cpu.values()) < sum(first.values())  # asleep, it costs nothing but time
    clock.start()
    clock.lap(Stage.DECODE)
    assert [*clock.seconds] == ["decode"]
    assert [*first] == ["decode", "measure", "liveness"]  # what was told stays as it was told


def test_both_are_told_for_the_same_stages() -> None:
    told: list[tuple[str, float]] = []
    clock = StageClock(lambda stage, seconds: told.append((stage, seconds)))
    clock.start()
    sum(n * n for n in range(200_000))
    clock.lap(Stage.MESH)
    [(stage, cpu)] = told
    assert stage == "mesh"
    assert 0 < cpu <= clock.seconds["mesh"] + 0.001
