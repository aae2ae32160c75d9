"""Which of the things that were found are the things that were expected."""

from collections.abc import Sequence

from app.types import BoundingBox


def matched_times(
    expected: Sequence[float], found: Sequence[float], within: float
) -> list[tuple[int, int]]:
    """Most pairs of indices whose times differ by at most so many seconds; each is used once."""
    pairs = []
    early, late = sorted(range(len(expected)), key=expected.__getitem__), list(range(len(found)))
    late.sort(key=found.__getitem__)
    i = j = 0
    while i < len(early) and j < len(late):
        apart = found[late[j]] - expected[early[i]]
        if abs(apart) <= within + 1e-9:
            pairs.append((early[i], late[j]))
        i += apart >= -within - 1e-9
        j += apart <= within + 1e-9
    return pairs


def matched_boxes(
    expected: Sequence[BoundingBox], found: Sequence[BoundingBox], overlap: float
) -> dict[int, int]:
    """Index found to index expected. `found` the surest first: it chooses first, as in COCO."""
    free = set(range(len(expected)))
    pairs: dict[int, int] = {}
    for number, box in enumerate(found):
        best = max(free, key=lambda i: expected[i].overlap(box), default=None)
        if best is not None and expected[best].overlap(box) >= overlap:
            pairs[number] = best
            free.discard(best)
    return pairs


def average_precision(hits: Sequence[tuple[float, bool]], expected: int) -> float | None:
    """The area under precision over recall, precision made monotonous (VOC 2010 and later).

    `hits`: confidence of each detection, and whether it is right.
    """
    if not expected:
        return None
    right, precisions, recalls = 0, [], []
    for number, (_, hit) in enumerate(sorted(hits, key=lambda h: -h[0]), 1):
        right += hit
        precisions.append(right / number)
        recalls.append(right / expected)
    area, best = 0.0, 0.0
    for i in range(len(precisions) - 1, -1, -1):
        best = max(best, precisions[i])
        area += best * (recalls[i] - (recalls[i - 1] if i else 0.0))
    return area
