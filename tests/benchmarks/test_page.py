"""The figures of the page."""

from benchmarks.page import Memory, PageFigures, own_tasks


def test_a_task_in_a_pause_of_the_measurement_is_not_the_pages() -> None:
    tasks = [(0.0, 60.0), (90.0, 70.0), (200.0, 55.0), (300.0, 51.0)]
    assert own_tasks(tasks, pauses=[(100.0, 150.0), (210.0, 220.0)]) == [60.0, 51.0]


def test_memory_counts_once_it_has_settled() -> None:
    memory = [
        Memory(seconds=30.0 * n, heap_bytes=9e6 if n < 2 else 2e6 + 1e3 * n, nodes=500)
        for n in range(8)
    ]
    figures = PageFigures(
        first_paints=[80.0], analyses=0, seconds=240.0, long_tasks=[], memory=memory
    )
    assert [sample.seconds for sample in figures.settled] == [60, 90, 120, 150, 180, 210]
    assert round(figures.heap_per_hour.slope) == 120_000
