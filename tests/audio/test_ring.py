"""Sound on its way, however it was cut."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.audio.ring import BLOCK, BYTES_PER_SAMPLE, SAMPLE_RATE, Block, Ring

SECOND = BYTES_PER_SAMPLE * SAMPLE_RATE


def ring(samples: int = 10 * SAMPLE_RATE) -> Ring:
    """One that has room for so many and begins at zero."""
    held = Ring(samples / SAMPLE_RATE)
    held.begin(0.0)
    return held


def pcm(samples: int, first: int = 0) -> bytes:
    """Every sample another number."""
    return (np.arange(first, first + samples) % 30_000).astype("<i2").tobytes()


def taken(held: Ring) -> list[Block]:
    """All blocks that can be had."""
    blocks = []
    while (block := held.take()) is not None:
        blocks.append(block)
    return blocks


def shape(block: Block) -> tuple[float, int, bool]:
    return round(block.at, 3), len(block.samples), block.begins


@given(
    samples=st.integers(0, 3 * BLOCK),
    places=st.lists(st.integers(0, 3 * BLOCK), max_size=12),
    read_between=st.booleans(),
)
def test_any_cutting_gives_the_same_blocks(
    samples: int, places: list[int], read_between: bool
) -> None:
    whole = pcm(samples)
    ends = [0, *sorted(min(place, samples) for place in places), samples]
    held, blocks = ring(), []
    for first, last in pairwise(ends):
        held.write(whole[2 * first : 2 * last])
        blocks += taken(held) if read_between else []
    held.end()
    blocks += taken(held)
    assert [len(block.samples) for block in blocks] == [
        *[BLOCK] * (samples // BLOCK),
        *([samples % BLOCK] if samples % BLOCK else []),
    ]
    assert b"".join(block.samples.tobytes() for block in blocks) == whole
    assert [block.begins for block in blocks] == [n == 0 for n in range(len(blocks))]
    assert len(held) == 0


def test_less_than_a_block_waits_while_more_may_come() -> None:
    held = ring()
    held.write(pcm(BLOCK - 1))
    assert held.take() is None
    held.write(pcm(1))
    assert [shape(block) for block in taken(held)] == [(0.0, BLOCK, True)]


def test_a_new_stretch_closes_the_one_before() -> None:
    held = ring()
    held.write(pcm(BLOCK + 100))
    held.begin(7.5)
    held.write(pcm(2 * BLOCK))
    held.end()
    assert [shape(block) for block in taken(held)] == [
        (0.0, BLOCK, True),
        (0.512, 100, False),
        (7.5, BLOCK, True),
        (8.012, BLOCK, False),
    ]


def test_stretches_that_hold_nothing_are_passed_over() -> None:
    held = ring()
    held.begin(1.0)
    held.begin(2.0)
    held.write(pcm(5))
    held.end()
    assert [shape(block) for block in taken(held)] == [(2.0, 5, True)]
    assert held.take() is None


def test_what_is_given_up_leaves_its_time() -> None:
    held = ring()
    held.write(pcm(SAMPLE_RATE))
    assert held.clear() == SAMPLE_RATE
    assert (len(held), held.take()) == (0, None)
    held.write(pcm(BLOCK))
    assert [shape(block) for block in taken(held)] == [(1.0, BLOCK, False)]


def test_a_block_knows_its_end() -> None:
    held = ring()
    held.write(pcm(SAMPLE_RATE // 4))
    held.end()
    (block,) = taken(held)
    assert block.ends_at == pytest.approx(0.25)


def test_ten_seconds_are_the_usual() -> None:
    held = Ring()
    held.begin(0.0)
    assert held.room == 10 * SAMPLE_RATE
    held.write(bytes(4 * SECOND))
    assert (len(held), held.room) == (4 * SAMPLE_RATE, 6 * SAMPLE_RATE)
