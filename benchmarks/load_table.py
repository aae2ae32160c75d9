"""What the measurements of a service found, as a table."""

from collections.abc import Callable, Sequence
from functools import partial
from itertools import pairwise

from rich.table import Table

from benchmarks.counters import adds_up
from benchmarks.histogram import Histogram
from benchmarks.load import Load
from benchmarks.process import MAIN, MEDIAPIPE, OBJECTS, REST, SOUND, VISION

THREADS = {
    MAIN: "main thread: ingest, alerts, events",
    VISION: "vision-*: decode, models, pose, gaze",
    OBJECTS: "objects: decode, detector",
    SOUND: "sound: voices",
    MEDIAPIPE: "threads of mediapipe's own",
    REST: "the rest: storage",
}
SHARES = (0.50, 0.95, 0.99)
QUIET = 0.05
"""The share of the machine's CPU that others may take without spoiling the numbers."""


def load_table(loads: Sequence[Load], title: str) -> Table:
    """One column for each number of sessions."""
    table = Table(title=title, title_justify="left", box=None, pad_edge=False)
    table.add_column("sessions")
    for load in loads:
        table.add_column(str(load.sessions), justify="right")

    def row(name: str, value: Callable[[Load], str], style: str = "") -> None:
        table.add_row(name, *(value(load) for load in loads), style=style)

    for outcome in loads[0].frames:
        indent = "frames " if outcome == "received" else "  "
        row(f"{indent}{outcome.replace('_', ' ')}", partial(_outcome, outcome))
    row("analysed per second and session", _rate, "bold")
    row("  share of the full cadence", lambda load: f"{load.rate / load.plan.cadence:.1%}")
    row("  of the session that got least / most", _rates)
    row("frame's last byte to analysis, ms", lambda load: _delays(load.analysis), "bold")
    if any(load.object_frames for load in loads):
        row("looks for objects per second and session", _object_rate, "bold")
        row("frame's last byte to objects, ms", lambda load: _delays(load.objects))
    row("frame's last byte to event sent, ms", lambda load: _delays(load.event))
    row("service's CPU, ms per second of session", _service_cpu, "bold")
    for group, words in THREADS.items():
        row(f"  {words}", partial(_cpu, group))
    row("cameras' CPU, the same", lambda load: f"{load.per_session(load.cameras.total_ms):.1f}")
    row("memory PSS / RSS, MB", _memory)
    row("other processes' CPU, of the machine", lambda load: f"{load.others:.0%}")
    row("frames that cameras could not send", lambda load: str(load.skipped))
    row("keeps up", lambda load: "[green]yes" if load.keeps_up else "[red]no", "bold")
    return table


def remarks(loads: Sequence[Load]) -> list[str]:
    """What the table does not show."""
    said = ["Delays are p50 / p95 / p99 (count)."]
    for fewer, more in pairwise(sorted(loads, key=lambda load: load.sessions)):
        if fewer.service and more.service and more.sessions > fewer.sessions:
            extra = more.service.pss_mb - fewer.service.pss_mb
            each = extra / (more.sessions - fewer.sessions)
            said.append(
                f"Memory per session from {fewer.sessions} to {more.sessions}: {each:.2f} MB."
            )
    for load in loads:
        if not adds_up(load.totals):
            said.append(f"[red]{load.sessions} sessions: the counters do not add up: {load.totals}")
        if load.skipped > 0.01 * load.sent:
            said.append(f"[red]{load.sessions} sessions: the cameras could not keep up themselves")
        if load.service and load.others > QUIET:
            said.append(
                f"[red]{load.sessions} sessions: other processes took {load.others:.0%} of the "
                "machine's CPU; the service can do better than this"
            )
    return said


def summary(load: Load) -> str:
    """One line."""
    words = "keeps up" if load.keeps_up else "does not keep up"
    return f"{_rate(load)} analysed per second and session, ms {_delays(load.analysis)}: {words}"


def around(loads: Sequence[Load], most: int) -> list[Load]:
    """The last measurements of the limit and of the next larger number that was tried."""
    last = {load.sessions: load for load in loads}
    larger = sorted(sessions for sessions in last if sessions > most)[:1]
    return [last[sessions] for sessions in (most, *larger) if sessions in last]


def _rate(load: Load) -> str:
    return f"{load.rate:.2f} of {load.plan.cadence:.2f}"


def _rates(load: Load) -> str:
    return " / ".join(f"{rate:.2f}" for rate in load.rates)


def _object_rate(load: Load) -> str:
    return f"{load.object_rate:.2f} of {load.plan.object_cadence:.2f}"


def _delays(delays: Histogram) -> str:
    values = [delays.quantile(share) for share in SHARES]
    texts = ("-" if value is None else f"{value * 1000:.1f}" for value in values)
    return f"{' / '.join(texts)} ({delays.count})"


def _service_cpu(load: Load) -> str:
    return f"{load.per_session(load.service.total_ms):.1f}" if load.service else "-"


def _outcome(outcome: str, load: Load) -> str:
    return str(load.frames[outcome])


def _cpu(group: str, load: Load) -> str:
    return f"{load.per_session(load.service.cpu_ms[group]):.1f}" if load.service else "-"


def _memory(load: Load) -> str:
    return f"{load.service.pss_mb:.0f} / {load.service.rss_mb:.0f}" if load.service else "-"
