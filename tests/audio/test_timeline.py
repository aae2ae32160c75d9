"""Sound by its time, whatever came when."""

import numpy as np

from app.audio.ring import SAMPLE_RATE
from app.audio.timeline import Timeline

SECOND = SAMPLE_RATE


def samples(count: int, value: int) -> np.ndarray[tuple[int], np.dtype[np.int16]]:
    return np.full(count, value, np.int16)


def test_what_was_written_is_read_at_its_time() -> None:
    line = Timeline(2.0)
    line.write(1.0, samples(100, 16384))
    assert line.end == SECOND + 100
    assert np.all(line.read(SECOND, SECOND + 100) == 0.5)


def test_a_gap_and_the_future_are_silent() -> None:
    line = Timeline(2.0)
    line.write(0.0, samples(10, 16384))
    line.write(20 / SECOND, samples(10, 16384))
    expected = [0.5] * 10 + [0.0] * 10 + [0.5] * 10 + [0.0] * 10
    assert line.read(0, 40).tolist() == expected


def test_what_is_too_old_is_forgotten() -> None:
    line = Timeline(1.0)
    line.write(0.0, samples(SECOND, 16384))
    line.write(1.0, samples(100, 8192))
    assert not line.read(0, 100).any()
    assert np.all(line.read(100, SECOND) == 0.5)
    line.write(0.0, samples(50, 999))  # too late
    assert np.all(line.read(SECOND, SECOND + 50) == 0.25)


def test_a_long_gap_leaves_nothing_of_before() -> None:
    line = Timeline(1.0)
    line.write(0.0, samples(SECOND, 16384))
    line.write(100.0, samples(10, 8192))
    assert line.read(99 * SECOND + 10, 100 * SECOND + 10).sum() == 2.5


def test_more_than_it_holds_keeps_the_newest() -> None:
    line = Timeline(1.0)
    line.write(0.0, np.arange(2 * SECOND, dtype=np.int32).astype(np.int16))
    assert line.read(2 * SECOND - 1, 2 * SECOND)[0] == np.int16(2 * SECOND - 1) / 32768


def test_until_when_it_was_loud() -> None:
    line = Timeline(1.0)
    line.write(0.0, samples(100, 0))
    assert line.loud_until < 0
    line.write(100 / SECOND, samples(100, 500))
    line.write(200 / SECOND, samples(100, 1))
    assert line.loud_until == 200
