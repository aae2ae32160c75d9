"""Sound that waits."""

import asyncio

import pytest

from client_adapter.sound_queue import BYTES_PER_SECOND, SoundQueue

TENTH = BYTES_PER_SECOND // 10


def pieces(first: int, last: int) -> list[bytes]:
    return [bytes([number]) * TENTH for number in range(first, last)]


def filled(seconds: float, *given: bytes) -> SoundQueue:
    queue = SoundQueue(seconds)
    for pcm in given:
        queue.put(pcm)
    return queue


def taken(queue: SoundQueue, most: int = BYTES_PER_SECOND) -> bytes:
    return asyncio.run(queue.take(most))


def test_it_comes_out_as_it_went_in() -> None:
    queue = filled(10, *pieces(0, 5))
    assert taken(queue) == b"".join(pieces(0, 5))
    assert len(queue) == 5 * TENTH
    queue.arrived()
    assert len(queue) == 0


def test_no_more_is_taken_at_once_than_was_asked_for() -> None:
    queue = filled(10, *pieces(0, 5))
    assert taken(queue, 2 * TENTH) == b"".join(pieces(0, 2))
    queue.arrived()
    assert taken(queue) == b"".join(pieces(2, 5))


def test_what_has_perhaps_not_arrived_comes_first_again() -> None:
    queue = filled(10, *pieces(0, 3))
    taken(queue, TENTH)
    queue.give_back()
    assert taken(queue) == b"".join(pieces(0, 3))


def test_the_oldest_is_lost_and_counted() -> None:
    queue = filled(1.0, *pieces(0, 14))
    assert queue.lost_seconds == pytest.approx(0.4)
    assert taken(queue) == b"".join(pieces(4, 14))


def test_what_is_on_its_way_takes_room_but_is_never_the_loss() -> None:
    queue = filled(1.0, *pieces(0, 10))
    on_its_way = taken(queue, 3 * TENTH)
    assert queue.put(pieces(10, 11)[0]) == pytest.approx(0.1)
    assert on_its_way == b"".join(pieces(0, 3))
    queue.arrived()
    assert taken(queue) == b"".join(pieces(4, 11))


def test_a_loss_that_was_told_is_no_news() -> None:
    queue = filled(1.0, *pieces(0, 14))
    queue.told(0.4)
    assert queue.lost_seconds == 0


def test_what_nobody_wants_is_no_loss() -> None:
    queue = filled(1.0)
    queue.unwanted = True
    for pcm in pieces(0, 30):
        assert queue.put(pcm) == 0
    assert queue.lost_seconds == 0
    assert len(queue) == BYTES_PER_SECOND
    queue.wanted()
    assert queue.put(pieces(0, 1)[0]) == pytest.approx(0.1)


def test_a_piece_longer_than_all_room_is_lost_whole() -> None:
    queue = filled(0.5, bytes(BYTES_PER_SECOND))
    assert queue.lost_seconds == 1.0
    assert len(queue) == 0
