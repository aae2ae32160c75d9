"""What `bench abuse` and `bench kill` found, as tables."""

from collections.abc import Sequence

from rich.table import Table

from benchmarks.abuse import NEIGHBOURS, Abused
from benchmarks.kill import Kills

SHOWN = 20
"""Faults, at most."""


def abuse_table(abused: Abused) -> Table:
    """One row for each kind of bad behaviour."""
    total = sum(answers.total() for answers in abused.deeds.values())
    table = _table(f"{total} bad messages from {NEIGHBOURS} neighbours")
    for heading in ("what was sent", "times", "what was answered"):
        table.add_column(heading, justify="right" if heading == "times" else "left")
    for what, answers in sorted(abused.deeds.items()):
        told = ", ".join(f"{answer} ({n})" for answer, n in answers.most_common())
        table.add_row(what, str(answers.total()), told)
    return table


def abuse_verdict(abused: Abused) -> list[str]:
    """The good session, the memory, and what went wrong."""
    before, after = abused.before, abused.after
    same = "the same" if abused.alone == abused.beside else "[red]not the same[/red]"
    return [
        f"The good session's {len(abused.beside)} alerts are {same} as without the abuse.",
        f"Memory PSS {before.pss_mb:.0f} MB before, {after.pss_mb:.0f} MB after; "
        f"RSS {before.rss_mb:.0f} and {after.rss_mb:.0f} MB.",
        *verdict(abused.faults),
    ]


def kill_table(kills: Kills) -> Table:
    """The counts."""
    table = _table(f"{kills.rounds} times killed with SIGKILL")
    table.add_column("")
    table.add_column("alerts", justify="right")
    rows = {
        "acknowledged: a viewer received them": kills.acknowledged,
        "stored in the end": kills.stored,
        "episodes": kills.episodes,
        "  left open by a kill, ended by the next process": kills.recovered,
        "rounds killed before any alert was received": kills.silent_rounds,
        "lost, changed, doubled, gaps, left open": len(kills.faults),
    }
    for name, count in rows.items():
        table.add_row(name, str(count))
    return table


def verdict(faults: Sequence[str]) -> list[str]:
    """One line, or the faults."""
    if not faults:
        return ["[green]everything is as it must be"]
    more = [f"[red]… and {len(faults) - SHOWN} more"] if len(faults) > SHOWN else []
    return [f"[red]{len(faults)} faults:", *faults[:SHOWN], *more]


def _table(title: str) -> Table:
    return Table(title=title, title_justify="left", box=None, pad_edge=False)
