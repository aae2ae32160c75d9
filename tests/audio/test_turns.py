"""Speech is dealt out to the windows that lie nearest."""

import pytest

from app.audio.turns import newest_stretch, speaker_turns
from app.types import SpeakerTurn

Times = list[float]


def turn(speaker: int, started_at: float, ended_at: float) -> SpeakerTurn:
    return SpeakerTurn(speaker=speaker, started_at=started_at, ended_at=ended_at)


@pytest.mark.parametrize(
    ("segments", "times", "owners", "expected"),
    [
        ([(0.0, 5.0)], [], [], []),
        ([], [1.0], [0], []),
        ([(0.0, 5.0)], [1.0, 2.0], [0, 0], [turn(0, 0, 5)]),
        ([(0.0, 5.0)], [1.0, 2.0, 4.0], [0, 0, 1], [turn(0, 0, 3), turn(1, 3, 5)]),
        ([(0.0, 2.0), (4.0, 6.0)], [1.0, 5.0], [0, 1], [turn(0, 0, 2), turn(1, 4, 6)]),
        ([(0.0, 6.0)], [1.0, 3.0, 5.0], [0, None, 0], [turn(0, 0, 2), turn(0, 4, 6)]),
    ],
)
def test_turns(
    segments: list[tuple[float, float]],
    times: Times,
    owners: list[int | None],
    expected: list[SpeakerTurn],
) -> None:
    assert list(speaker_turns(segments, times, owners)) == expected


@pytest.mark.parametrize(
    ("turns", "expected"),
    [
        ([], None),
        ([turn(0, 0, 5)], None),
        ([turn(1, 1, 2), turn(0, 2, 9), turn(1, 9, 10)], (9, 10)),
        ([turn(1, 1, 2), turn(0, 2, 2.5), turn(1, 2.5, 4), turn(0, 4, 9)], (1, 4)),
        ([turn(1, 1, 2), turn(2, 2.5, 3)], (1, 3)),
    ],
)
def test_the_newest_stretch_of_others(
    turns: list[SpeakerTurn], expected: tuple[float, float] | None
) -> None:
    assert newest_stretch(turns, 0, 1.0) == expected
