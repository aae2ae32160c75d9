"""The newest sound, however it was cut."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.audio.ring import BYTES_PER_SAMPLE, SAMPLE_RATE, Ring


def ring(samples: int) -> Ring:
    """One that holds so many."""
    return Ring(samples / SAMPLE_RATE)


def content(held: Ring) -> bytes:
    """All that is held."""
    return held.newest(seconds=len(held) / SAMPLE_RATE)


def cut(pcm: bytes, places: list[int]) -> list[bytes]:
    """In pieces, some of them empty, as a sender may cut it."""
    ends = sorted(place % (len(pcm) + 1) for place in places)
    return [pcm[a:b] for a, b in zip([0, *ends], [*ends, len(pcm)], strict=True)]


@given(
    pcm=st.binary(max_size=200),
    places=st.lists(st.integers(min_value=0, max_value=200), max_size=20),
    capacity=st.integers(min_value=0, max_value=120),
)
def test_any_cutting_gives_the_same(pcm: bytes, places: list[int], capacity: int) -> None:
    held = ring(capacity)
    samples = len(pcm) // BYTES_PER_SAMPLE
    added, pushed_out = 0, 0
    for piece in cut(pcm, places):
        more_added, more_pushed_out = held.write(piece)
        added, pushed_out = added + more_added, pushed_out + more_pushed_out
        assert added == pushed_out + len(held)
    assert added == samples
    assert len(held) == min(samples, capacity)
    whole = pcm[: samples * BYTES_PER_SAMPLE]
    assert content(held) == whole[len(whole) - len(held) * BYTES_PER_SAMPLE :]


def test_half_a_sample_waits_for_its_other_half() -> None:
    held = ring(10)
    assert held.write(b"\x01\x02\x03") == (1, 0)
    assert (len(held), content(held)) == (1, b"\x01\x02")
    assert held.write(b"\x04") == (1, 0)
    assert (len(held), content(held)) == (2, b"\x01\x02\x03\x04")


def test_half_a_sample_may_be_given_up() -> None:
    held = ring(10)
    held.write(b"\x01\x02\x03")
    held.align()
    assert held.write(b"\x05\x06") == (1, 0)
    assert content(held) == b"\x01\x02\x05\x06"
    held.align()
    assert content(held) == b"\x01\x02\x05\x06"


def test_the_oldest_are_pushed_out() -> None:
    held = ring(2)
    assert held.write(b"aabb") == (2, 0)
    assert held.write(b"cc") == (1, 1)
    assert content(held) == b"bbcc"
    assert held.write(b"ddeeff") == (3, 3)
    assert content(held) == b"eeff"


@pytest.mark.parametrize(
    ("samples", "expected"), [(0, b""), (1, b"cc"), (2, b"bbcc"), (3, b"aabbcc"), (9, b"aabbcc")]
)
def test_the_newest(samples: int, expected: bytes) -> None:
    held = ring(10)
    held.write(b"aabbccd")
    assert held.newest(samples / SAMPLE_RATE) == expected


@pytest.mark.parametrize("seconds", [0.0, 0.29, 0.57, 1.13, 10.0])
def test_seconds_are_whole_samples(seconds: float) -> None:
    held = Ring(seconds)
    held.write(bytes(12 * SAMPLE_RATE * BYTES_PER_SAMPLE))
    assert len(held) == round(seconds * SAMPLE_RATE)
    assert len(held.newest(seconds)) == len(held) * BYTES_PER_SAMPLE


def test_ten_seconds_are_the_usual() -> None:
    held = Ring()
    assert held.write(bytes(11 * SAMPLE_RATE * BYTES_PER_SAMPLE)) == (11 * 16_000, 16_000)
