"""Who watches sees the newest look, and nobody's slowness costs memory."""

import asyncio
import sys

from app.session.spectators import Spectators
from tests.builders import analysis
from tests.storage.builders import in_loop


@in_loop
async def test_all_who_watch_a_session_see_its_looks() -> None:
    hub, looks = Spectators(), [analysis(at=float(n)) for n in range(3)]
    hub.show("s", looks[0])  # nobody watches yet
    async with hub.watch("s") as one, hub.watch("s") as two, hub.watch("t") as other:
        hub.show("s", looks[1])
        hub.show("t", looks[2])
        assert await one.next() is await two.next() is looks[1]
        assert await other.next() is looks[2]


@in_loop
async def test_the_newest_wins_and_comes_once() -> None:
    hub, looks = Spectators(), [analysis(at=float(n)) for n in range(100)]
    async with hub.watch("s") as slow, hub.watch("s") as quick:
        seen = []
        for look in looks:
            hub.show("s", look)
            seen.append(await quick.next())
        assert seen == looks
        assert await slow.next() is looks[-1]
        waiting = asyncio.create_task(slow.next())
        await asyncio.sleep(0)
        assert not waiting.done()
        hub.show("s", looks[0])
        assert await waiting is looks[0]


@in_loop
async def test_what_a_slow_one_missed_is_not_kept() -> None:
    hub, look = Spectators(), analysis()
    before = sys.getrefcount(look)
    async with hub.watch("s"):
        for _ in range(50):
            hub.show("s", look)
        assert sys.getrefcount(look) == before + 1
        hub.show("s", analysis())
        assert sys.getrefcount(look) == before


@in_loop
async def test_who_leaves_leaves_nothing_behind() -> None:
    hub = Spectators()
    async with hub.watch("s") as one:
        async with hub.watch("s"):
            assert len(hub._spectators["s"]) == 2
        hub.show("s", look := analysis())
        assert await one.next() is look
    assert hub._spectators == {}


@in_loop
async def test_who_gives_up_waiting_misses_nothing_later() -> None:
    hub = Spectators()
    async with hub.watch("s") as one:
        waiting = asyncio.create_task(one.next())
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        hub.show("s", look := analysis())
        assert await one.next() is look
