"""Who listens hears what is said from then on, and nobody's slowness costs memory."""

import asyncio

from app.session.live_words import MOST_WAITING, LiveWords
from app.types import Transcript, TranscriptState
from tests.storage.builders import in_loop


def piece(number: int) -> Transcript:
    return Transcript(
        state=TranscriptState.FINAL, started_at=float(number), ended_at=number + 0.5, text="x"
    )


@in_loop
async def test_all_who_listen_to_a_session_hear_it() -> None:
    words = LiveWords()
    words.tell("s", piece(0))  # nobody listens yet
    async with words.listen("s") as one, words.listen("s") as two, words.listen("t") as other:
        words.tell("s", piece(1))
        words.tell("t", piece(2))
        assert await one.next() == await two.next() == piece(1)
        assert await other.next() == piece(2)
    assert words._listeners == {}


@in_loop
async def test_who_waits_is_woken() -> None:
    words = LiveWords()
    async with words.listen("s") as listener:
        waiting = asyncio.create_task(listener.next())
        await asyncio.sleep(0)
        words.tell("s", piece(1))
        assert await waiting == piece(1)


@in_loop
async def test_a_slow_one_misses_the_oldest() -> None:
    words = LiveWords()
    async with words.listen("s") as listener:
        for number in range(MOST_WAITING + 50):
            words.tell("s", piece(number))
        heard = [await listener.next() for _ in range(MOST_WAITING)]
    assert heard == [piece(number) for number in range(50, MOST_WAITING + 50)]
