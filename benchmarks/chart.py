"""Curves over time, as SVG written by hand."""

from collections.abc import Sequence
from xml.sax.saxutils import escape

WIDTH, HEIGHT = 800, 260
"""Pixels of one chart."""
LEFT, RIGHT, TOP, BOTTOM = 60, 20, 40, 34
"""Margins."""
STEPS = (1, 2, 2.5, 5, 10)
COLOURS = ("#1f6feb", "#9aa4b2", "#d1242f", "#bf8700")

Curve = tuple[str, Sequence[float | None]]
"""Its name, and a value for each moment; None: there is none."""
Chart = tuple[str, Sequence[Curve], Sequence[str]]
"""Its title, its curves and a colour for each."""


def page(times: Sequence[float], charts: Sequence[Chart]) -> str:
    """Charts one below the other. `times`: seconds."""
    drawn = (_chart(times, chart, number * HEIGHT) for number, chart in enumerate(charts))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {len(charts) * HEIGHT}" '
        'font-family="sans-serif" font-size="12"><rect width="100%" height="100%" fill="white"/>'
        f"{''.join(drawn)}</svg>\n"
    )


def _chart(times: Sequence[float], chart: Chart, top: int) -> str:
    title, curves, colours = chart
    highest = _round_up(max((v for _, values in curves for v in values if v), default=1.0))
    longest = max(times, default=1.0)

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
    for number, ((name, values), colour) in enumerate(zip(curves, colours, strict=True)):
        points = " ".join(
            f"{x(at):.1f},{y(v):.1f}" for at, v in zip(times, values, strict=True) if v is not None
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
