"""Speech begins and ends with hysteresis, whatever the blocks."""

import numpy as np
import pytest

from app.audio.speech import FRAME_SECONDS, Speech, SpeechLimits

ONE = SpeechLimits(enter=0.5, leave=0.35, least=4 * FRAME_SECONDS, bridge=3 * FRAME_SECONDS)


def heard(pattern: str, block: int = 1000, at: float = 10.0) -> Speech:
    """A frame for each sign: `#` surely speech, `-` neither in nor out, `.` silence."""
    speech = Speech(ONE)
    values = np.array([{"#": 0.9, "-": 0.4, ".": 0.1}[sign] for sign in pattern], np.float32)
    for start in range(0, len(values), block):
        speech.update(at + start * FRAME_SECONDS, values[start : start + block])
    return speech


def frames(speech: Speech, at: float = 10.0) -> list[tuple[int, int]]:
    return [
        (round((begun - at) / FRAME_SECONDS), round((ended - at) / FRAME_SECONDS))
        for begun, ended in speech.segments
    ]


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("......", []),
        ("..####....", [(2, 6)]),
        ("..###.....", []),  # a click
        ("..#---....", [(2, 6)]),  # held by what would not begin it
        ("..---.....", []),
        ("####..####....", [(0, 10)]),  # a short pause
        ("####...####....", [(0, 4), (7, 11)]),
        ("##..##....", [(0, 6)]),  # two short ones, bridged, are long enough
        ("..######", [(2, 8)]),  # goes on
    ],
)
def test_segments(pattern: str, expected: list[tuple[int, int]]) -> None:
    for block in (1, 3, 1000):
        assert frames(heard(pattern, block)) == expected


def test_seconds_count_ended_and_open_speech() -> None:
    speech = heard("####...######")
    assert speech.seconds == pytest.approx(10 * FRAME_SECONDS)
    assert speech.speaking


def test_a_gap_ends_speech() -> None:
    speech = heard("####")
    speech.interrupt()
    assert not speech.speaking
    speech.update(20.0, np.full(4, 0.9, np.float32))
    assert frames(speech) == [(0, 4), (round(10 / FRAME_SECONDS), round(10 / FRAME_SECONDS) + 4)]
    assert speech.seconds == pytest.approx(8 * FRAME_SECONDS)


def test_long_past_segments_are_forgotten_but_counted() -> None:
    speech = Speech(ONE, recent=5.0)
    for number in range(100):
        at = number * 1.0
        speech.update(at, np.array([0.9] * 6 + [0.1] * 10, np.float32))
    assert len(speech.segments) <= 7
    assert speech.seconds == pytest.approx(600 * FRAME_SECONDS)
