"""One waiting frame."""

import asyncio

from app.session.slot import Slot
from tests.session.builders import frame
from tests.storage.builders import in_loop


def test_the_newest_wins() -> None:
    slot = Slot()
    assert (slot.waiting, slot.take()) == (0, None)
    assert slot.put(frame(1.0)) is None
    assert slot.put(frame(2.0)) == frame(1.0)
    assert slot.waiting == 1
    assert slot.take() == frame(2.0)
    assert (slot.waiting, slot.take()) == (0, None)


@in_loop
async def test_whoever_waits_is_woken_by_a_frame() -> None:
    slot = Slot()
    waiting = asyncio.create_task(slot.filled())
    await asyncio.sleep(0)
    assert not waiting.done()
    slot.put(frame(1.0))
    await waiting
    await slot.filled()  # it waits still, so nobody waits for it
    assert slot.waiting == 1


@in_loop
async def test_a_taken_frame_wakes_nobody() -> None:
    slot = Slot()
    slot.put(frame(1.0))
    slot.take()
    waiting = asyncio.create_task(slot.filled())
    await asyncio.sleep(0)
    assert not waiting.done()
    slot.put(frame(2.0))
    await waiting
