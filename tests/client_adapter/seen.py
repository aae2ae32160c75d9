"""A session as its REST resource shows it, for tests that wait for something."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Any
from urllib.parse import quote

import httpx

from tests.service import Service

WAITING_SECONDS = 20.0
TEST_SECONDS = 90.0


class Seen:
    """One session."""

    def __init__(self, service: Service, session_id: str) -> None:
        self.url = f"{service.url}/v1/sessions/{quote(session_id, safe='')}"

    def whole(self) -> dict[str, Any]:
        """As it is now."""
        view: dict[str, Any] = httpx.get(self.url).json()
        return view

    def now(self) -> dict[str, Any] | None:
        """Its counters and newest numbers; None: it does not run."""
        live: dict[str, Any] | None = self.whole().get("live")
        return live

    def events(self) -> list[dict[str, Any]]:
        """All that are stored."""
        stored: list[dict[str, Any]] = httpx.get(f"{self.url}/events").json()["events"]
        return stored

    async def until(self, true: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """Wait until its live view fulfils this."""
        async with asyncio.timeout(WAITING_SECONDS):
            while (live := self.now()) is None or not true(live):
                await asyncio.sleep(0.02)
        return live

    def do(self, what: str) -> None:
        """Such as "stop" or "start"."""
        httpx.post(f"{self.url}/{what}").raise_for_status()

    def delete(self) -> None:
        """Erase it."""
        httpx.delete(self.url).raise_for_status()


def sent(live: dict[str, Any]) -> set[str]:
    """Tracks of a live view of which something came, and whose sockets are open still."""
    came = {
        "video": live["frames"]["received"],
        "audio": live["samples"]["received"],
        "reference": live["reference_samples"]["received"],
    }
    return {track for track in live["publishing"] if came[track]}


async def until(true: Callable[[], bool], what: str) -> None:
    """Wait for something on this side; `what` says for what."""
    try:
        async with asyncio.timeout(WAITING_SECONDS):
            while not true():
                await asyncio.sleep(0.02)
    except TimeoutError:
        raise AssertionError(f"after {WAITING_SECONDS:.0f} s: not yet {what}") from None


def in_loop(test: Callable[..., Awaitable[None]]) -> Callable[..., None]:
    """Run a test of coroutines, and no longer than it may take."""

    @wraps(test)
    def run(**fixtures: object) -> None:
        async def limited() -> None:
            await asyncio.wait_for(test(**fixtures), TEST_SECONDS)

        asyncio.run(limited())

    return run
