"""What was suspected of persons and of attacks, as tables and in words."""

from collections.abc import Iterable, Sequence
from statistics import mean, median

from rich.markup import escape
from rich.table import Table

from benchmarks.liveness import SingleLooks, Verdict
from benchmarks.presentations import Nature

WORDS = ("in truth", "because of", "")
COLUMNS = ("in truth", "seconds", "looks", "lowest", "median", "because of", "alert after, s", "")


def verdict_table(verdicts: Iterable[Verdict], title: str) -> Table:
    """A row for each presentation."""
    table = Table(title=title)
    table.add_column("shown")
    for name in COLUMNS:
        table.add_column(name, justify="left" if name in WORDS else "right")
    for each in verdicts:
        table.add_row(escape(each.name), *_row(each), style=None if each.right else "yellow")
    return table


def looks_table(found: Iterable[SingleLooks]) -> Table:
    """What the networks alone say of stills, and of how many they say nothing."""
    table = Table(title="MiniFASNet on single pictures")
    for name in ("pictures of", "", "with a face", "judged", "lowest", "median", "highest"):
        table.add_column(name, justify="left" if name == "pictures of" else "right")
    for each in found:
        answers = sorted(each.answers)
        spread = (answers[0], median(answers), answers[-1]) if answers else (None,) * 3
        counts = each.pictures, each.faces, len(answers)
        table.add_row(each.name, *map(str, counts), *(_share(value) for value in spread))
    return table


def summary(verdicts: Sequence[Verdict]) -> list[str]:
    """Rates, and how soon."""
    lines = []
    attacks = [each for each in verdicts if each.nature is Nature.ATTACK]
    others = [each for each in verdicts if each.nature is not Nature.ATTACK]
    told = sorted(each.alert.at for each in attacks if each.alert is not None)
    lines.append(f"attacks told: {len(told)} of {len(attacks)}")
    if told:
        middle = told[len(told) // 2]
        lines.append(f"after {told[0]:.1f} to {told[-1]:.1f} s, median {middle:.1f} s")
    seen = [each.cpu for each in verdicts if each.judged]
    if seen:
        lines.append(f"rim and networks: {mean(seen):.1f} ms of CPU a second, most {max(seen):.1f}")
    wrong = sum(each.alert is not None for each in others)
    lines.append(f"false alarms: {wrong} in {len(others)} without an attack")
    return lines


def _row(each: Verdict) -> tuple[str, ...]:
    seen = [kind.value for kind in each.events]
    if each.not_assessable:
        seen.append(f"not assessable: {each.not_assessable}")
    return (
        each.nature.value,
        f"{each.seconds:.0f}",
        str(each.judged),
        _share(each.lowest),
        _share(each.middle),
        ", ".join(each.against),
        "" if each.alert is None else f"{each.alert.at:.1f} ({each.alert.severity})",
        ", ".join(seen),
    )


def _share(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}"
