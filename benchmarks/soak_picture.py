"""A soak as a picture: memory and latency over time."""

from benchmarks.chart import COLOURS, Curve, page
from benchmarks.soak import Soaked


def svg(soaked: Soaked) -> str:
    """The whole picture."""
    title = f"{soaked.plan.minutes:g} minutes, {soaked.plan.sessions} sessions at once"
    samples = soaked.samples
    memory: list[Curve] = [
        ("PSS", [sample.pss_mb for sample in samples]),
        ("RSS", [sample.rss_mb for sample in samples]),
    ]
    delays: list[Curve] = [
        ("p99", [_ms(sample.p99) for sample in samples]),
        ("p50", [_ms(sample.p50) for sample in samples]),
    ]
    charts = (
        (f"{title}: memory, MB", memory, COLOURS[:2]),
        ("last byte to analysis, ms", delays, COLOURS[2:]),
    )
    return page([sample.at for sample in samples], charts)


def _ms(seconds: float | None) -> float | None:
    return None if seconds is None else seconds * 1000
