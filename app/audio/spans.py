"""Stretches of time."""

from collections.abc import Iterable

Span = tuple[float, float]
"""Beginning and end, in seconds."""


def length(spans: Iterable[Span]) -> float:
    """Seconds of all together; one that ends before it begins has none."""
    return sum(max(0.0, end - start) for start, end in spans)


def common(some: Iterable[Span], others: Iterable[Span]) -> float:
    """Seconds that both have, where neither overlaps itself."""
    theirs = list(others)
    return length((max(a[0], b[0]), min(a[1], b[1])) for a in some for b in theirs)


def joined(spans: Iterable[Span], pause: float = 0.01) -> list[Span]:
    """In order; those with no longer a pause between them are one."""
    whole: list[Span] = []
    for start, end in sorted(spans):
        if whole and start <= whole[-1][1] + pause:
            whole[-1] = whole[-1][0], max(end, whole[-1][1])
        else:
            whole.append((start, end))
    return whole
