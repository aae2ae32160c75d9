"""`run.py bench page`: the camera page in a real browser."""

import statistics
from typing import Annotated

import typer

from cli.tables import progress, show

LEAST_RATE = 8.0
"""Analyses a second, of ten."""
MOST_GROWTH = 6e6
"""Bytes an hour."""


def page(
    minutes: Annotated[
        float, typer.Option(min=0.1, help="How long a camera is watched; its memory counts from 1.")
    ] = 10.0,
    url: Annotated[
        str | None, typer.Option(help="A running service (default: one is started for it).")
    ] = None,
) -> None:
    """First paint, long tasks and memory of the page, in Chromium with a camera that plays a clip.

    Exit code 1: it first painted after more than a second (median), a task of the page took more
    than 100 ms, fewer than eight analyses a second were drawn, or its heap surely grows by more
    than a megabyte in ten minutes.
    """
    from contextlib import nullcontext

    from rich.table import Table

    from benchmarks.page import measure
    from benchmarks.service import running_service

    with nullcontext(None) if url else running_service(PROCTOR_OBJECTS="off") as service:
        figures = measure(url or service.url, minutes, progress)  # type: ignore[union-attr]
    table = Table("figure", "value", title=f"The page, {figures.seconds / 60:.1f} min")
    worst = max(figures.long_tasks, default=0.0)
    painted = statistics.median(figures.first_paints)
    rate = figures.analyses / figures.seconds
    failed = painted > 1000 or worst > 100 or rate < LEAST_RATE
    table.add_row("first paint, median", f"{painted:.0f} ms")
    table.add_row("first paint, worst", f"{max(figures.first_paints):.0f} ms")
    table.add_row("analyses drawn per second", f"{rate:.1f}")
    table.add_row("tasks above 50 ms", str(len(figures.long_tasks)))
    table.add_row("longest of them", f"{worst:.0f} ms")
    last = figures.memory[-1]
    table.add_row("heap at the end", f"{last.heap_bytes / 1e6:.2f} MB")
    table.add_row("nodes at the end", f"{last.nodes:.0f}")
    remarks = []
    if len(figures.settled) > 2:
        heap = figures.heap_per_hour
        least, most = heap.slope - heap.margin, heap.slope + heap.margin
        hourly = (f"{value / 1e6:+.2f}" for value in (heap.slope, least, most))
        failed = failed or least > MOST_GROWTH
        remarks.append("heap: {} MB an hour (95 %: {} to {})".format(*hourly))
    show(table, remarks, failed=failed)
