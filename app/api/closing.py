"""Answers that last: they end at once when the service does."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from typing import TypeVar

T = TypeVar("T")


async def until_closing(items: AsyncGenerator[T], closing: asyncio.Event) -> AsyncIterator[T]:
    """Items as they come, until there is none or the service is about to end."""
    ending = asyncio.create_task(closing.wait())
    try:
        async with aclosing(items):
            while not closing.is_set():
                coming = asyncio.ensure_future(anext(items))
                try:
                    await asyncio.wait({coming, ending}, return_when=asyncio.FIRST_COMPLETED)
                finally:
                    if not coming.done():
                        coming.cancel()
                        await asyncio.gather(coming, return_exceptions=True)
                if coming.cancelled():
                    return
                try:
                    item = coming.result()
                except StopAsyncIteration:
                    return
                yield item
    finally:
        ending.cancel()
