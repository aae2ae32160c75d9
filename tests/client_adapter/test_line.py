"""When a connection is tried again."""

import asyncio
from collections.abc import Iterator

import pytest
from websockets.asyncio.client import ClientConnection

from client_adapter.line import Line
from client_adapter.retry import Retry
from client_adapter.sockets import ProctorClosed
from tests.client_adapter.seen import in_loop


class Counted(Retry):
    """Says how often it began with its shortest wait."""

    begun = 0

    def waits(self) -> Iterator[float]:
        type(self).begun += 1
        return iter([0.001] * 30)


@pytest.mark.parametrize("code", [4401, 1013, 4410])
@in_loop
async def test_who_is_refused_again_and_again_asks_ever_more_seldom(code: int) -> None:
    opened = 0

    async def refuse() -> ClientConnection:
        nonlocal opened
        opened += 1
        raise ProctorClosed(code, "not now")

    Counted.begun = 0
    line = Line("a line", refuse, Counted())
    with pytest.raises(RuntimeError, match="StopIteration"):  # its waits came to an end
        await asyncio.wait_for(line.connect(), 20)
    assert opened == 31
    assert Counted.begun == 1


@pytest.mark.parametrize("code", [1003, 4400, 4403, 4404])
@in_loop
async def test_where_it_is_useless_it_is_given_up(code: int) -> None:
    async def refuse() -> ClientConnection:
        raise ProctorClosed(code, "never")

    with pytest.raises(ProctorClosed, match="never"):
        await Line("a line", refuse, Retry()).connect()


@in_loop
async def test_a_line_that_is_closed_stops_trying() -> None:
    async def nobody() -> ClientConnection:
        raise ConnectionError("nobody there")

    line = Line("a line", nobody, Retry(first=30, most=30))
    trying = asyncio.create_task(line.connect())
    await asyncio.sleep(0.05)
    await line.close()
    with pytest.raises(ProctorClosed, match="closed on this side"):
        await trying
