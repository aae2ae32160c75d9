"""What every event bus promises."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import pytest

from app.session.bus import Bell, EventBus, LocalBus
from tests.storage.builders import in_loop

OpenBus = Callable[[], AbstractAsyncContextManager[EventBus]]


@asynccontextmanager
async def local() -> AsyncIterator[EventBus]:
    bus = LocalBus()
    yield bus
    await bus.close()


@pytest.fixture(params=[local])
def opened(request: pytest.FixtureRequest) -> OpenBus:
    """A further implementation is one more parameter."""
    chosen: OpenBus = request.param
    return chosen


async def rings(bell: Bell, seconds: float = 10.0) -> bool:
    """Whether it does, within so many seconds."""
    try:
        await asyncio.wait_for(bell.wait(), seconds)
    except TimeoutError:
        return False
    return True


async def is_silent(bell: Bell) -> bool:
    return not await rings(bell, seconds=0.05)


@in_loop
async def test_every_bell_of_the_session_rings_and_no_other(opened: OpenBus) -> None:
    async with (
        opened() as bus,
        bus.subscribe("a") as one,
        bus.subscribe("a") as two,
        bus.subscribe("b") as other,
    ):
        await bus.publish("a")
        assert await rings(one)
        assert await rings(two)
        assert await is_silent(other)


@in_loop
async def test_a_bell_that_waits_is_woken(opened: OpenBus) -> None:
    async with opened() as bus, bus.subscribe("a") as bell:
        waiting = asyncio.create_task(rings(bell))
        await asyncio.sleep(0)
        await bus.publish("a")
        assert await waiting


@in_loop
async def test_a_ring_between_two_waits_is_not_lost(opened: OpenBus) -> None:
    async with opened() as bus, bus.subscribe("a") as bell:
        for _ in range(3):
            await bus.publish("a")
            assert await rings(bell)


@in_loop
async def test_a_bell_is_silent_until_there_is_news(opened: OpenBus) -> None:
    async with opened() as bus:
        await bus.publish("a")
        async with bus.subscribe("a") as bell:
            assert await is_silent(bell)
            await bus.publish("a")
            assert await rings(bell)
            assert await is_silent(bell)


@in_loop
async def test_a_wait_that_was_given_up_loses_nothing(opened: OpenBus) -> None:
    async with opened() as bus, bus.subscribe("a") as bell:
        waiting = asyncio.create_task(bell.wait())
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        await bus.publish("a")
        assert await rings(bell)


@in_loop
async def test_one_viewer_goes_and_the_others_stay(opened: OpenBus) -> None:
    async with opened() as bus, bus.subscribe("a") as stays:
        async with bus.subscribe("a"):
            pass
        await bus.publish("a")
        assert await rings(stays)
    async with opened() as bus:
        with pytest.raises(ZeroDivisionError):
            async with bus.subscribe("a"):
                raise ZeroDivisionError
        await bus.publish("a")  # nobody hears it


@pytest.mark.parametrize("session_id", ["a/b ?*[x]", "😀" * 256, " ", "a\\:{}"])
@in_loop
async def test_any_id_has_its_own_bell(opened: OpenBus, session_id: str) -> None:
    async with opened() as bus, bus.subscribe(session_id) as bell, bus.subscribe("a") as other:
        await bus.publish(session_id)
        assert await rings(bell)
        assert await is_silent(other)


# All sessions at once


@in_loop
async def test_who_hears_all_is_told_which_numbers_are_new(opened: OpenBus) -> None:
    async with opened() as bus, bus.subscribe_all() as one, bus.subscribe_all() as two:
        await bus.publish("a", range(1, 3))
        assert await one.wait() == {"a": range(1, 3)}
        await bus.publish("a", range(3, 4))
        await bus.publish("b", range(7, 8))
        assert await one.wait() == {"a": range(3, 4), "b": range(7, 8)}
        # Who was slow is told the same at once, as one range for each session.
        assert await two.wait() == {"a": range(1, 4), "b": range(7, 8)}


@in_loop
async def test_a_ring_without_numbers_is_for_the_session_alone(opened: OpenBus) -> None:
    async with opened() as bus, bus.subscribe("a") as own, bus.subscribe_all() as every:
        await bus.publish("a")
        assert await rings(own)
        await bus.publish("b", range(1, 2))
        assert await every.wait() == {"b": range(1, 2)}


@in_loop
async def test_who_hears_all_and_goes_is_told_nothing_more(opened: OpenBus) -> None:
    async with opened() as bus:
        async with bus.subscribe_all() as gone:
            waiting = asyncio.create_task(gone.wait())
            await asyncio.sleep(0)
            waiting.cancel()
            await asyncio.gather(waiting, return_exceptions=True)
            await bus.publish("a", range(1, 2))
            assert await gone.wait() == {"a": range(1, 2)}  # the wait that was given up took none
        await bus.publish("a", range(2, 3))
        async with bus.subscribe_all() as later:
            await bus.publish("a", range(3, 4))
            assert await later.wait() == {"a": range(3, 4)}
