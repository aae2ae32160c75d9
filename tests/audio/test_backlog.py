"""Sound that waits for its words, and where they lie in time."""

import pytest

from app.audio.backlog import Backlog

RATE = 16_000


def pcm(seconds: float, value: int = 1) -> bytes:
    return value.to_bytes(2, "little") * round(seconds * RATE)


def taken(backlog: Backlog) -> bytes:
    """All that is to be sent now."""
    pieces = b""
    while piece := backlog.next(1000):
        assert len(piece) <= 2000
        pieces += piece
    return pieces


def test_what_is_added_is_sent_once_and_in_order() -> None:
    backlog = Backlog()
    backlog.add(0.0, pcm(0.5, 1))
    assert backlog.begin() is None
    assert taken(backlog) == pcm(0.5, 1)
    backlog.add(0.5, pcm(0.3, 2))
    backlog.add(0.8, pcm(0.1, 3))
    assert len(backlog) == round(0.4 * RATE)
    assert taken(backlog) == pcm(0.3, 2) + pcm(0.1, 3)
    assert len(backlog) == 0


@pytest.mark.parametrize(
    ("begins", "second", "expected"),
    [
        (0.0, 0.5, 0.5),
        (10.0, 0.5, 10.5),
        (10.0, 1.0, 60.0),
        (10.0, 1.25, 60.25),  # in the later stretch
        (10.0, 2.0, 61.0),
    ],
)
def test_times_of_words_follow_the_sessions_clock(
    begins: float, second: float, expected: float
) -> None:
    backlog = Backlog()
    backlog.add(begins, pcm(1.0))
    backlog.add(60.0, pcm(1.0))
    backlog.begin()
    taken(backlog)
    assert backlog.time(second) == pytest.approx(expected)
    assert backlog.end_time(second) == pytest.approx(11.0 if second == 1.0 else expected)


def test_a_little_early_or_late_is_no_gap() -> None:
    backlog = Backlog()
    for message, jitter in enumerate((0.0, 0.2, -0.2, 0.1)):
        backlog.add(message + jitter, pcm(1.0))
    backlog.begin()
    assert backlog.time(3.5) == pytest.approx(3.5)


def test_a_clock_that_drifts_is_followed() -> None:
    backlog = Backlog(seconds=1000.0)
    for message in range(600):
        backlog.add(message * 1.001, pcm(1.0))
    backlog.begin()
    while backlog.next(RATE):
        pass
    for second in range(600):
        assert backlog.time(float(second)) == pytest.approx(second * 1.001, abs=0.26)


def test_a_new_connection_begins_with_what_has_no_final_words() -> None:
    backlog = Backlog()
    backlog.add(0.0, pcm(1.0, 1) + pcm(1.0, 2) + pcm(1.0, 3))
    backlog.begin()
    taken(backlog)
    backlog.settle(2.0)
    assert backlog.unsettled() == (2.0, 3.0)
    assert backlog.begin() is None
    assert backlog.time(0.5) == pytest.approx(2.5)
    backlog.add(3.0, pcm(1.0, 4))
    assert taken(backlog) == pcm(1.0, 3) + pcm(1.0, 4)
    backlog.settle()
    assert backlog.unsettled() is None


def test_while_nobody_takes_it_the_newest_seconds_wait() -> None:
    backlog = Backlog(seconds=2.0)
    backlog.add(100.0, pcm(1.0, 1))
    backlog.add(200.0, pcm(3.0, 2))
    lost = backlog.begin()
    assert lost == (100.0, 201.0)
    assert backlog.begin() is None  # it is told once
    assert taken(backlog) == pcm(2.0, 2)
    assert backlog.time(0.0) == pytest.approx(201.0)


def test_memory_is_bounded() -> None:
    backlog = Backlog(seconds=2.0)
    for message in range(20_000):  # each of them after a gap
        backlog.add(message * 10.0, pcm(0.1))
    assert len(backlog) == 2 * RATE
    assert len(backlog._stretches) < 5000
    lost = backlog.begin()
    assert lost is not None
    assert lost[1] == pytest.approx(19_979 * 10.0 + 0.1)  # the last that was dropped


def test_what_was_sent_may_be_dropped_and_is_lost_only_if_the_connection_is() -> None:
    for breaks in (False, True):
        backlog = Backlog(seconds=2.0)
        backlog.begin()
        for second in range(5):
            backlog.add(float(second), pcm(1.0))
            taken(backlog)
        assert not backlog.overrun
        if not breaks:
            backlog.settle(4.0)
        assert backlog.begin() == ((0.0, 3.0) if breaks else None)


def test_a_connection_that_takes_too_little_is_overrun() -> None:
    backlog = Backlog(seconds=2.0)
    backlog.begin()
    backlog.add(0.0, pcm(1.0))
    backlog.next(100)
    backlog.add(1.0, pcm(2.0))
    assert backlog.overrun
    assert backlog.begin() == (0.0, 1.0)
    assert not backlog.overrun


def test_nobody_settles_what_was_not_sent() -> None:
    backlog = Backlog()
    backlog.add(0.0, pcm(1.0))
    backlog.begin()
    backlog.next(RATE // 2)
    backlog.settle(50.0)
    assert len(backlog) == RATE // 2
    assert taken(backlog) == pcm(0.5)
