"""Every part of watching is timed; how long it takes is the machine's matter."""

import asyncio

from benchmarks.watching import measure


def test_every_part_is_timed() -> None:
    watching = asyncio.run(measure(rounds=5))
    assert len({cost.what for cost in watching.costs}) == 6
    assert all(cost.microseconds > 0 for cost in watching.costs)
    assert 2_000 < watching.message_bytes < 8_000
