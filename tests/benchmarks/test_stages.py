"""Every stage runs on its own; how long each takes is the machine's matter."""

import re

from benchmarks.stages import SIZES, machine, stages_table


def test_every_stage_is_timed_at_every_size() -> None:
    table = stages_table(rounds=10)
    stages, *numbers = [list(column.cells) for column in table.columns]
    assert {"header check", "mesh in a known region", "face count", "gaze"} <= set(stages)
    assert len(numbers) == 3 * len(SIZES)
    for column in numbers:
        assert len(column) == len(stages)
        assert all(float(str(cell)) >= 0 for cell in column)


def test_the_machine_is_named() -> None:
    assert re.fullmatch(r".+, \d+ cores, Python 3\.\d+\.\d+; load before: [\d.]+", machine())
