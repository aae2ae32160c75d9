"""A soak as a picture: memory and latency over time, as SVG written by hand."""

from collections.abc import Callable, Sequence
from xml.sax.saxutils import escape

from benchmarks.soak import Sample, Soaked

WIDTH, HEIGHT = 800, 260
"""Pixels of one chart; there are two."""
LEFT, RIGHT, TOP, BOTTOM = 60, 20, 40, 34
"""Margins."""
STEPS = (1, 2, 2.5, 5, 10)
COLOURS = ("#1f6feb", "#9aa4b2", "#d1242f", "#bf8700")

Curve = tuple[str, Callable[[Sample], float | None]]


def svg(soaked: Soaked) -> str:
    """The whole picture."""
    title = f"{soaked.plan.minutes:g} minutes, {soaked.plan.sessions} sessions at once"
    memory: list[Curve] = [("PSS", lambda s: s.pss_mb), ("RSS", lambda s: s.rss_mb)]
    delays: list[Curve] = [("p99", lambda s: _ms(s.p99)), ("p50", lambda s: _ms(s.p50))]
    charts = (
        _chart(soaked.samples, memory, f"{title}: memory, MB", COLOURS[:2], 0),
        _chart(soaked.samples, delays, "last byte to analysis, ms", COLOURS[2:], HEIGHT),
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {2 * HEIGHT}" '
        'font-family="sans-serif" font-size="12"><rect width="100%" height="100%" fill="white"/>'
        f"{''.join(charts)}</svg>\n"
    )


def _ms(seconds: float | None) -> float | None:
    return None if seconds is None else seconds * 1000


def _chart(
    samples: Sequence[Sample], curves: list[Curve], title: str, colours: Sequence[str], top: int
) -> str:
    values = [v for _, value in curves for sample in samples if (v := value(sample)) is not None]
    highest = _round_up(max(values, default=1.0))
    longest = max((sample.at for sample in samples), default=1.0)

    def x(at: float) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * at / longest

    def y(value: float) -> float:
        return top + HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * value / highest

    parts = [_text(LEFT, top + 20, title, "start", "black")]
    for quarter in range(5):
        value, at = highest * quarter / 4, longest * quarter / 4
        parts.append(
            f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y(value):.1f}" y2="{y(value):.1f}" '
            'stroke="#ddd"/>'
        )
        parts.append(_text(LEFT - 6, y(value) + 4, f"{value:g}", "end", "#555"))
        parts.append(_text(x(at), top + HEIGHT - 12, f"{at / 60:.3g} min", "middle", "#555"))
    for number, ((name, value_of), colour) in enumerate(zip(curves, colours, strict=True)):
        points = " ".join(
            f"{x(sample.at):.1f},{y(v):.1f}"
            for sample in samples
            if (v := value_of(sample)) is not None
        )
        parts.append(
            f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="1.5"/>'
        )
        parts.append(_text(WIDTH - RIGHT - 60 * number, top + 20, name, "end", colour))
    return "".join(parts)


def _round_up(value: float) -> float:
    """To a number that divides well."""
    scale = 1.0
    while scale * 10 < value:
        scale *= 10
    return next(step * scale for step in STEPS if step * scale >= value)


def _text(x: float, y: float, words: str, anchor: str, colour: str) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{colour}">'
        f"{escape(words)}</text>"
    )
