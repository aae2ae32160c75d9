"""The plain sockets and a service that was really started."""

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from itertools import count
from typing import Any

import pytest

from benchmarks.service import sockets_url
from client_adapter.sockets import ProctorClosed, ProctorSockets
from tests.client_adapter.seen import Seen, in_loop
from tests.media import jpeg, room
from tests.service import Service, running_service

NOBODY = jpeg(room(160, 120))
names = (f"client/{number} ü?#%" for number in count())
"""Ids of sessions: each character must arrive."""


@pytest.fixture(scope="module")
def service() -> Iterator[Service]:
    with running_service() as running:
        yield running


def of(service: Service) -> tuple[ProctorSockets, Seen]:
    session_id = next(names)
    return client_of(service, session_id), Seen(service, session_id)


def client_of(service: Service, session_id: str) -> ProctorSockets:
    return ProctorSockets(sockets_url(service.url), session_id=session_id)


async def send_until_closed(client: ProctorSockets) -> None:
    while True:
        await client.send_frame(NOBODY)


async def show_nobody(client: ProctorSockets, seen: Seen, seconds: float) -> None:
    """Twice per second of the session's own clock, as fast as the service can look."""
    for number in range(int(2 * seconds)):
        await client.send_frame(NOBODY, at=number / 2)
        await seen.until(partial(analysed, number + 1))


def analysed(number: int, live: dict[str, Any]) -> bool:
    return bool(live["frames"]["analysed"] == number)


@in_loop
async def test_pictures_and_sound_arrive_whole(service: Service) -> None:
    client, seen = of(service)
    async with client:
        for _ in range(5):
            await client.send_frame(NOBODY)
        await client.send_pcm(bytes(6400))
        live = await seen.until(lambda live: live["samples"]["received"] == 3200)
        live = await seen.until(lambda live: live["frames"]["received"] == 5)
        assert live["frames"]["invalid"] == {}
        assert sorted(live["publishing"]) == ["audio", "video"]
    await seen.until(lambda live: live["publishing"] == [])


@in_loop
async def test_a_picture_may_bring_its_own_time(service: Service) -> None:
    client, seen = of(service)
    async with client:
        await client.send_frame(NOBODY, at=1234.567)
        live = await seen.until(lambda live: live["now"] is not None)
    assert live["now"]["at"] == 1234.567


@in_loop
async def test_a_time_for_all_pictures_or_for_none(service: Service) -> None:
    client, _ = of(service)
    async with client:
        await client.send_frame(NOBODY, at=0.0)
        with pytest.raises(ValueError, match="all pictures"):
            await client.send_frame(NOBODY)


@in_loop
async def test_alerts_come_as_they_happen_and_again_on_request(service: Service) -> None:
    client, seen = of(service)
    async with client:
        live = client.events()
        waiting = asyncio.ensure_future(anext(live))
        await show_nobody(client, seen, 5.0)
        happened = await waiting
        replayed = await anext(client.events(after=0))
    assert happened["alerts"] == ["No Face Detected"]
    assert [event["started_at"] for event in happened["events"]] == [0.0]
    assert replayed == happened


@in_loop
async def test_closing_ends_the_events_without_an_error(service: Service) -> None:
    client, _ = of(service)

    async def watch() -> list[dict[str, Any]]:
        return [message async for message in client.events(after=0)]

    async with client:
        watching = asyncio.create_task(watch())
        await client.send_frame(NOBODY)
        await asyncio.sleep(0)
    assert await watching == []


@in_loop
async def test_a_deleted_session_says_so_to_publishers_and_viewers(service: Service) -> None:
    client, seen = of(service)
    async with client:
        await client.send_frame(NOBODY)
        await seen.until(lambda live: live["frames"]["received"] == 1)
        seen.delete()
        with pytest.raises(ProctorClosed) as sending:
            await send_until_closed(client)
        with pytest.raises(ProctorClosed) as watching:
            await anext(client.events())
    assert (sending.value.code, watching.value.code) == (4404, 4404)
    assert "was deleted" in watching.value.reason


@in_loop
async def test_the_newest_publisher_wins(service: Service) -> None:
    session_id = next(names)
    seen = Seen(service, session_id)
    async with client_of(service, session_id) as first, client_of(service, session_id) as second:
        await first.send_frame(NOBODY)
        await second.send_frame(NOBODY)
        with pytest.raises(ProctorClosed, match="4409"):
            await send_until_closed(first)
        received = (await seen.until(bool))["frames"]["received"]
        await second.send_frame(NOBODY)
        await seen.until(lambda live: live["frames"]["received"] > received)


@pytest.mark.parametrize("url", ["ws://127.0.0.1:1/ws/proctor", "http://127.0.0.1/ws/proctor"])
@in_loop
async def test_who_cannot_be_reached_is_named(url: str) -> None:
    async with ProctorSockets(url, session_id="somebody") as client:
        with pytest.raises(ConnectionError, match=url):
            await client.send_frame(NOBODY)


@in_loop
async def test_another_service_is_no_proctoring_service(service: Service) -> None:
    wrong = sockets_url(service.url).replace("/ws/proctor", "/ws/other")
    async with ProctorSockets(wrong, session_id="somebody") as client:
        with pytest.raises(ConnectionError, match="no proctoring service"):
            await client.send_pcm(bytes(2))


def test_it_needs_nothing_of_the_service() -> None:
    check = (
        "import sys, client_adapter; "
        "print([m for m in sys.modules if m.partition('.')[0] in ('app', 'fastapi', 'mediapipe')])"
    )
    done = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
