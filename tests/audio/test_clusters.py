"""Average linkage, against its definition."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from app.audio.clusters import agglomerate

Vectors = NDArray[np.float32]


def by_definition(vectors: Vectors, limit: float) -> list[list[int]]:
    """The slow way: the mean of all cosines between members, computed anew each time."""
    groups = [[n] for n in range(len(vectors))]
    while len(groups) > 1:
        pairs = [
            (float(np.mean(vectors[a] @ vectors[b].T)), i, j)
            for i, a in enumerate(groups)
            for j, b in enumerate(groups)
            if i < j
        ]
        best, i, j = max(pairs)
        if best < limit:
            break
        groups[i] += groups.pop(j)
    return sorted(sorted(group) for group in groups)


@given(seed=st.integers(0, 1000), count=st.integers(1, 14), limit=st.floats(-0.5, 0.9))
@settings(max_examples=60)
def test_it_is_average_linkage(seed: int, count: int, limit: float) -> None:
    vectors = np.random.default_rng(seed).normal(size=(count, 6)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    found = agglomerate(vectors, np.ones(count, np.float32), limit)
    assert found == by_definition(vectors, limit)


def test_sums_count_as_often_as_their_members() -> None:
    one, other = np.eye(2, dtype=np.float32)
    sums = np.array([9 * one + other, one, other])
    counts = np.array([10, 1, 1], np.float32)
    assert agglomerate(sums, counts, 0.5) == [[0, 1], [2]]
    assert agglomerate(sums, counts, 0.95) == [[0], [1], [2]]


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 0, 2)])
def test_what_is_apart_stays_apart_through_others(order: tuple[int, ...]) -> None:
    alike = np.tile(np.eye(1, 4, dtype=np.float32), (3, 1))
    kinds = np.array(order)
    found = agglomerate(alike, np.ones(3, np.float32), 0.5, apart=(kinds == 0, kinds == 1))
    assert len(found) == 2
    assert not any({order.index(0), order.index(1)} <= set(group) for group in found)
