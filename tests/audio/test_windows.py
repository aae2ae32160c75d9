"""Windows lie on a grid of their own, whatever the blocks."""

import numpy as np
import pytest
from numpy.typing import NDArray

from app.audio.vad import FRAME
from app.audio.windows import Window, Windows

FRAMES = 400


def cut(block: int, silent: range = range(0)) -> list[Window]:
    """Sound whose every sample tells its frame."""
    windows = Windows()
    frames = np.arange(FRAMES, dtype=np.float32) / np.float32(FRAMES)
    samples: NDArray[np.float32] = np.repeat(frames, FRAME)
    spoken = np.array([frame not in silent for frame in range(FRAMES)])
    found = []
    for start in range(0, FRAMES, block):
        end = min(start + block, FRAMES)
        at = 5.0 + start * 0.032
        found += windows.cut(at, samples[start * FRAME : end * FRAME], spoken[start:end])
    return found


@pytest.mark.parametrize("block", [1, 16, 61, FRAMES])
def test_every_hop_a_window_of_the_right_samples(block: int) -> None:
    found = cut(block)
    assert len(found) == (FRAMES - 50) // 12 + 1
    for number, window in enumerate(found):
        assert window.samples.shape == (25_600,)
        assert window.samples[0] == np.float32(number * 12 / FRAMES)
        assert window.middle == pytest.approx(5.0 + number * 12 * 0.032 + 0.8)
        assert window.continues == (number > 0)


@pytest.mark.parametrize("block", [1, 16, FRAMES])
def test_silence_is_left_out(block: int) -> None:
    found = cut(block, silent=range(120, 240))
    first = [round((window.middle - 5.8) / 0.032) for window in found]
    assert all(min(f + 50, 240) - max(f, 120) <= 20 for f in first)
    after = [window for window in found if window.middle > 5.0 + 200 * 0.032]
    assert [window.continues for window in after][:2] == [False, True]


def test_no_window_spans_a_gap() -> None:
    windows = Windows()
    samples, spoken = np.zeros(49 * FRAME, np.float32), np.ones(49, bool)
    assert windows.cut(0.0, samples, spoken) == []
    windows.interrupt()
    assert windows.cut(9.0, samples, spoken) == []
    (window,) = windows.cut(9.0 + 49 * 0.032, samples[:FRAME], spoken[:1])
    assert window.middle == pytest.approx(9.8)
    assert not window.continues
