"""Groups of vectors: average linkage, from sums and counts alone."""

import numpy as np
from numpy.typing import NDArray

_NEVER = -2.0
"""Below every similarity."""


def agglomerate(
    sums: NDArray[np.float32],
    counts: NDArray[np.float32],
    limit: float,
    apart: tuple[NDArray[np.bool_], NDArray[np.bool_]] | None = None,
) -> list[list[int]]:
    """Join the two most alike groups, again and again, while they are more alike than `limit`.

    `sums` is of shape (n, d): each a sum of `counts` unit vectors; alike is the mean of the cosines
    between their members. `apart`: two sets that never come into one group. Returns the members of
    each group, ascending, in the order of the first ones.
    """
    total, size = sums.astype(np.float32), counts.astype(np.float32)
    groups: list[list[int]] = [[number] for number in range(len(counts))]
    alike = total @ total.T / np.outer(size, size)
    if apart:
        alike[np.outer(*apart) | np.outer(*reversed(apart))] = _NEVER
    np.fill_diagonal(alike, _NEVER)
    while len(counts) > 1:
        one, other = divmod(int(alike.argmax()), len(counts))
        if alike[one, other] < limit:
            break
        barred = (alike[one] == _NEVER) | (alike[other] == _NEVER)
        joined = alike[one] * size[one] + alike[other] * size[other]
        size[one] += size[other]
        row = np.where(barred, _NEVER, joined / size[one])
        alike[one, :] = alike[:, one] = row
        alike[other, :] = alike[:, other] = _NEVER
        alike[one, one] = _NEVER
        groups[one] += groups[other]
        groups[other] = []
    return sorted(sorted(group) for group in groups if group)
