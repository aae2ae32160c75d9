"""What a soak found, as a table and in words."""

from collections.abc import Callable
from statistics import median

from rich.table import Table

from benchmarks.endurance_tables import verdict
from benchmarks.soak import Sample, Soaked, milliseconds
from benchmarks.trend import Trend, trend

FLAT = 10.0
"""MB per hour: what grows by less is called flat."""
SLOWER = 1.5
"""Times the first half's p99: what is slower is said to drift."""


def soak_table(soaked: Soaked) -> Table:
    """The first, the middle and the last sample, and the largest of each."""
    samples = soaked.samples
    table = Table(
        title=f"{soaked.plan.minutes:g} minutes, {soaked.plan.sessions} sessions at once",
        title_justify="left",
        box=None,
        pad_edge=False,
    )
    chosen = {"first": samples[0], "middle": samples[len(samples) // 2], "last": samples[-1]}
    for heading in ("", *chosen, "largest"):
        table.add_column(heading, justify="right" if heading else "left")

    def row(
        name: str, value: Callable[[Sample], float | None], shown: Callable[[float], str]
    ) -> None:
        values = [value(sample) for sample in chosen.values()]
        values.append(max((v for s in samples if (v := value(s)) is not None), default=None))
        table.add_row(name, *("-" if value is None else shown(value) for value in values))

    row("memory PSS, MB", lambda s: s.pss_mb, "{:.1f}".format)
    row("memory RSS, MB", lambda s: s.rss_mb, "{:.1f}".format)
    row("last byte to analysis, p50 ms", lambda s: s.p50, milliseconds)
    row("last byte to analysis, p99 ms", lambda s: s.p99, milliseconds)
    row("analysed", lambda s: s.analysed, "{:.0f}".format)
    row("threads", lambda s: s.threads, "{:.0f}".format)
    row("open files and sockets", lambda s: s.files, "{:.0f}".format)
    return table


def soak_verdict(soaked: Soaked) -> list[str]:
    """In words."""
    counts = soaked.counts
    lines = [
        f"{counts['sessions']} sessions came, went and were erased; {counts['viewers']} viewers "
        f"came and went; {counts['alerts told']} alerts told; {soaked.sent} frames of those who "
        f"stayed, {soaked.skipped} could not be sent in time.",
        memory_words(memory_trend(soaked)),
        _latency_words(soaked),
    ]
    return [*lines, *verdict(soaked.faults)]


def memory_trend(soaked: Soaked) -> Trend | None:
    """MB per hour over the second half: the first fills caches. None: too few samples.

    Of RSS: the service's PSS falls when another process maps the same libraries.
    """
    half = soaked.samples[len(soaked.samples) // 2 :]
    if len(half) < 3:
        return None
    return trend([sample.at / 3600 for sample in half], [sample.rss_mb for sample in half])


def memory_words(found: Trend | None) -> str:
    """Flat, growing, or too early to say."""
    if found is None:
        return "Memory: too few samples for a slope."
    said = (
        f"{found.slope:+.1f} MB per hour (95 %: {found.slope - found.margin:+.1f} to "
        f"{found.slope + found.margin:+.1f}; least squares of RSS over the second half)"
    )
    if found.slope - found.margin > FLAT:
        return f"[red]Memory grows: {said}."
    if found.slope + found.margin <= FLAT:
        return f"[green]Memory is flat: {said}."
    return f"[yellow]Memory: {said}; a longer run would tell whether it is flat."


def _latency_words(soaked: Soaked) -> str:
    p99 = [sample.p99 for sample in soaked.samples if sample.p99 is not None]
    if len(p99) < 4:
        return "Latency: too few samples for a drift."
    first, second = median(p99[: len(p99) // 2]), median(p99[len(p99) // 2 :])
    said = f"p99 {milliseconds(first)} ms in the first half, {milliseconds(second)} in the second"
    drifts = second > SLOWER * first
    return f"[red]Latency drifts: {said}." if drifts else f"[green]Latency holds: {said}."
