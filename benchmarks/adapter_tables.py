"""What the measurements of the adapter found, as tables and in words."""

from collections.abc import Callable, Sequence

from rich.table import Table

from benchmarks.adapter import LIMIT, AdapterLoad, memory_trend
from benchmarks.adapter_restart import Restart
from benchmarks.chart import COLOURS, Curve, page
from benchmarks.endurance_tables import verdict
from benchmarks.soak_table import memory_words


def adapter_table(load: AdapterLoad) -> Table:
    """One row for each figure."""
    plan, totals, first, last = load.plan, load.totals, load.samples[0], load.samples[-1]
    people = "one participant" if plan.participants == 1 else f"{plan.participants} participants"
    table = _table(
        f"{plan.minutes:g} minutes, {people}, {plan.width}x{plan.height} at {plan.fps:g} fps, "
        f"of which {min(plan.fps, plan.send_fps):g} are to be sent"
    )
    table.show_header = False
    table.add_column("")
    table.add_column("", justify="right")
    rows = {
        "CPU of the whole worker, % of one core per participant": f"{load.whole:.2f}",
        "  feeding the tracks alone (no real worker does): subtracted": f"{load.feeding:.2f}",
        "  adapter": f"{load.adapter:.2f}",
        "    of it LiveKit's streams": f"{load.livekit:.2f}",
        "    of it the rest: scaling, JPEG, sockets": f"{load.adapter - load.livekit:.2f}",
        "pictures: taken by the camera": f"{totals.fed}",
        "  sent": f"{totals.pictures}",
        "  superseded by a newer one": f"{totals.superseded}",
        "sound: spoken, s": f"{totals.spoken:.1f}",
        "  sent, s": f"{totals.sound_seconds:.1f}",
        "  lost, s": f"{totals.lost_seconds:.1f}",
        "alerts told": f"{totals.alerts}",
        "memory USS, MB: before the adapter": f"{load.before.uss_mb:.1f}",
        "  first sample": f"{first.uss_mb:.1f}",
        "  last sample": f"{last.uss_mb:.1f}",
        "  largest": f"{max(sample.uss_mb for sample in load.samples):.1f}",
        "memory RSS, MB: first and last sample": f"{first.rss_mb:.1f}, {last.rss_mb:.1f}",
    }
    for name, value in rows.items():
        table.add_row(name, value)
    return table


def adapter_verdict(load: AdapterLoad) -> list[str]:
    """In words."""
    colour, word = ("green", "under") if load.adapter < LIMIT else ("red", "not under")
    return [
        f"[{colour}]The adapter takes {load.adapter:.1f} % of one core for each participant, "
        f"{word} {LIMIT:g} %.",
        memory_words(memory_trend(load)),
        *verdict(load.faults),
    ]


def adapter_picture(load: AdapterLoad) -> str:
    """CPU and memory over time, as SVG."""
    samples = load.samples
    memory: list[Curve] = [
        ("USS", [sample.uss_mb for sample in samples]),
        ("RSS", [sample.rss_mb for sample in samples]),
    ]
    adapter: list[Curve] = [("CPU", [max(0.0, s.percent - load.feeding) for s in samples])]
    title = f"{load.plan.minutes:g} minutes, {load.plan.participants} participants: memory, MB"
    charts = (
        (title, memory, COLOURS[:2]),
        ("adapter, % of one core per participant", adapter, COLOURS[2:3]),
    )
    return page([sample.at for sample in samples], charts)


def restart_table(rounds: Sequence[Restart]) -> Table:
    """One column for each round."""
    table = _table("The service is killed under load and started again")
    for heading in ("killed with", *(each.signal for each in rounds)):
        table.add_column(heading, justify="left" if heading == "killed with" else "right")
    rows: dict[str, Callable[[Restart], str]] = {
        "away until it was ready again, s": lambda r: f"{r.outage:.1f}",
        "alerts told before that": lambda r: str(r.told_before),
        "  and after it": lambda r: str(r.told_after),
        "  stored": lambda r: str(r.stored),
        "  first one after, s": lambda r: (
            "-" if r.resumed_after is None else f"{r.resumed_after:.1f}"
        ),
        "pictures sent after the kill": lambda r: str(r.pictures_after),
        "  superseded": lambda r: str(r.superseded),
        "  failed on their way": lambda r: str(r.failed),
        "sound missing since the kill, s": lambda r: f"{r.missing:.2f}",
        "  counted as lost by the adapter": lambda r: f"{r.lost:.2f}",
        "  stated by audio_gap": lambda r: f"{r.stated:.2f}",
        "promises broken": lambda r: str(len(r.faults)),
    }
    for name, value in rows.items():
        table.add_row(name, *(value(each) for each in rounds))
    return table


def restart_verdict(rounds: Sequence[Restart]) -> list[str]:
    """One line, or the faults."""
    return verdict([f"{each.signal}: {fault}" for each in rounds for fault in each.faults])


def _table(title: str) -> Table:
    return Table(title=title, title_justify="left", box=None, pad_edge=False)
