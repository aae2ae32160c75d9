"""The client that outlives outages, against a real service behind a relay with faults."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from itertools import count
from typing import Any

import pytest

from benchmarks.service import sockets_url
from client_adapter import Plan, ProctorClient, ProctorClosed, Retry
from tests.client_adapter.fault_proxy import FaultProxy, faults_before
from tests.client_adapter.seen import Seen, in_loop, until
from tests.media import jpeg, room
from tests.service import Service, running_service

NOBODY = jpeg(room(160, 120))
PIECE = bytes(3200)
"""A tenth of a second."""
QUICK = Retry(first=0.05, most=0.2)
AT_ONCE = {"nobody": {"hold": 0.2, "clear_after": 0.2, "cooldown": 0.0}}
names = (f"lasting/{number} ü?#%" for number in count())


@pytest.fixture(scope="module")
def service() -> Iterator[Service]:
    with running_service(PROCTOR_IDLE_AFTER="3600") as running:
        yield running


@asynccontextmanager
async def behind_faults(
    service: Service, **options: Any
) -> AsyncIterator[tuple[ProctorClient, FaultProxy, Seen]]:
    session_id = next(names)
    async with faults_before(service.url) as (proxy, url):
        client = ProctorClient(sockets_url(url), session_id=session_id, retry=QUICK, **options)
        async with client:
            yield client, proxy, Seen(service, session_id)


async def told(client: ProctorClient, into: list[dict[str, Any]], after: int | None = None) -> None:
    async for message in client.events(after):
        into += message["events"]


async def stream(client: ProctorClient, seconds: float) -> None:
    """Pictures and sound in real time."""
    for number in range(round(30 * seconds)):
        await client.send_frame(NOBODY)
        if number % 3 == 0:
            await client.send_pcm(PIECE)
        await asyncio.sleep(1 / 30)


async def for_ever(send: Callable[[bytes], Awaitable[None]]) -> None:
    while True:
        await send(PIECE)
        await asyncio.sleep(0.01)


@in_loop
async def test_all_that_is_handed_over_arrives(service: Service) -> None:
    async with behind_faults(service) as (client, _, seen):
        await stream(client, 1.0)
        await until(lambda: client.sent.sound_seconds > 0.99, "all sound there")
        live = await seen.until(lambda live: live["samples"]["received"] == 16_000)
        assert live["frames"]["received"] == client.sent.pictures
        assert client.sent.pictures + client.sent.superseded >= 29
        assert client.sent.failed == 0


@in_loop
async def test_a_picture_that_is_made_late_is_made_only_where_it_is_sent(service: Service) -> None:
    made: list[int] = []

    def make(number: int) -> bytes:
        made.append(number)
        return NOBODY

    async with behind_faults(service) as (client, proxy, _):
        proxy.latency = 0.2
        for number in range(40):
            await client.send_frame(lambda number=number: make(number))  # type: ignore[misc]
            await asyncio.sleep(0.02)
        await until(lambda: 39 in made, "the newest one made")
    assert made == sorted(made)
    assert len(made) == client.sent.pictures < 20
    assert client.sent.superseded == 40 - len(made)


@in_loop
async def test_a_picture_that_cannot_be_made_ends_nothing(service: Service) -> None:
    def broken() -> bytes:
        raise ValueError("no such pixels")

    async with behind_faults(service) as (client, _, _seen):
        await client.send_frame(broken)
        await until(lambda: client.sent.failed == 1, "counted")
        await client.send_frame(NOBODY)
        await until(lambda: client.sent.pictures == 1, "sent")


@in_loop
async def test_after_a_stall_the_newest_picture_comes_and_no_older_one(service: Service) -> None:
    async with behind_faults(service) as (client, proxy, seen):
        await client.send_frame(NOBODY)
        await until(lambda: client.sent.pictures == 1, "a first picture there")
        proxy.stall()
        for _ in range(50):
            await client.send_frame(NOBODY)
            await asyncio.sleep(0.02)
        proxy.flow()
        await until(lambda: client.sent.pictures == 3, "the one on its way and the newest")
        assert client.sent.superseded == 48
        live = await seen.until(lambda live: live["frames"]["received"] == 3)
        assert live["frames"]["invalid"] == {}


@in_loop
async def test_sound_of_a_short_outage_waits_and_nothing_is_lost(service: Service) -> None:
    async with behind_faults(service) as (client, proxy, seen):
        await stream(client, 0.5)
        await until(lambda: client.sent.sound_seconds > 0.49, "the first sound there")
        await proxy.away()
        await stream(client, 1.0)
        await proxy.start()
        await stream(client, 0.5)
        await until(lambda: client.sent.sound_seconds > 1.99, "all sound there")
        assert client.sent.lost_seconds == 0
        live = await seen.until(lambda live: live["samples"]["received"] >= 32_000)
        assert live["samples"]["received"] == 32_000
        assert not [event for event in seen.events() if event["kind"] == "audio_gap"]


@in_loop
async def test_sound_of_a_long_outage_is_lost_and_told(service: Service) -> None:
    gaps: list[float] = []
    events: list[dict[str, Any]] = []
    async with behind_faults(service, sound_seconds=1.0, on_gap=gaps.append) as parts:
        client, proxy, _ = parts
        telling = asyncio.create_task(told(client, events, after=0))
        await stream(client, 0.5)
        await until(lambda: client.sent.sound_seconds > 0.49, "the first sound there")
        await proxy.away()
        await stream(client, 3.0)
        await proxy.start()
        await stream(client, 3.0)
        await until(lambda: bool(gaps), "the gap told here")
        await until(lambda: any(e["kind"] == "audio_gap" for e in events), "the gap an event")
    await telling
    gap = next(event for event in events if event["kind"] == "audio_gap")
    assert client.sent.lost_seconds == pytest.approx(sum(gaps))
    assert gap["evidence"]["lost_seconds"] == pytest.approx(gaps[0], abs=0.01)
    assert 1.5 < gaps[0] < 3.0


@in_loop
async def test_sound_gets_through_though_some_is_lost_at_every_attempt(service: Service) -> None:
    gaps: list[float] = []
    async with behind_faults(service, sound_seconds=2.0, on_gap=gaps.append) as parts:
        client, proxy, _ = parts
        await client.send_pcm(PIECE)
        await until(lambda: client.sent.sound_seconds > 0, "the first sound there")
        await proxy.away()
        proxy.latency = 0.1
        await stream(client, 3.0)
        await proxy.start()
        await stream(client, 4.0)
        sent = client.sent
        await until(lambda: sent.sound_seconds + sent.lost_seconds > 7.09, "all sound there")
        assert sum(gaps) == pytest.approx(sent.lost_seconds)
        assert sent.sound_seconds > 4


@in_loop
async def test_events_go_on_where_a_connection_broke(service: Service) -> None:
    events: list[dict[str, Any]] = []
    async with behind_faults(service, plan=Plan(rules=AT_ONCE)) as (client, proxy, seen):
        telling = asyncio.create_task(told(client, events))
        direct = ProctorClient(sockets_url(service.url), session_id=client.session_id)
        async with direct:
            await client.send_pcm(PIECE)
            await until(lambda: client.sent.connections >= 2, "both sockets open")
            for _ in range(4):
                await stream(direct, 0.7)
                proxy.reset()
                seen.do("pause")
                seen.do("start")
            await proxy.away()
            await stream(direct, 0.7)
            seen.do("pause")
            await proxy.start()
            stored = seen.events()
            await until(lambda: len(events) >= len(stored), "all events told")
    await telling
    assert len(stored) >= 8
    assert [event["seq"] for event in events] == list(range(1, len(stored) + 1))


@in_loop
async def test_a_service_that_is_not_there_yet_is_waited_for(service: Service) -> None:
    async with behind_faults(service) as (client, proxy, seen):
        await proxy.away()
        await stream(client, 0.5)
        assert client.sent.pictures == 0
        await proxy.start()
        await until(lambda: client.sent.pictures == 1, "the newest picture there")
        await seen.until(lambda live: live["samples"]["received"] == 8_000)


@in_loop
async def test_a_deleted_session_is_given_up(service: Service) -> None:
    async with behind_faults(service) as (client, _, seen):
        watching = asyncio.create_task(told(client, []))
        await client.send_frame(NOBODY)
        await client.send_pcm(PIECE)
        await seen.until(lambda live: live["samples"]["received"] == 1600)
        seen.delete()
        for send in (client.send_frame, client.send_pcm):
            with pytest.raises(ProctorClosed, match="4404"):
                await for_ever(send)
        with pytest.raises(ProctorClosed, match="4404"):
            await watching


@in_loop
async def test_who_is_displaced_does_not_fight(service: Service) -> None:
    async with behind_faults(service) as (client, _, seen):
        await client.send_frame(NOBODY)
        await seen.until(lambda live: live["frames"]["received"] == 1)
        newer = ProctorClient(sockets_url(service.url), session_id=client.session_id)
        async with newer:
            await newer.send_frame(NOBODY)
            with pytest.raises(ProctorClosed, match="4409"):
                await stream(client, 20)
            await newer.send_frame(NOBODY)
            await until(lambda: newer.sent.pictures == 2, "the newer one's picture there")


@in_loop
async def test_a_stopped_session_goes_on_when_it_is_started_again(service: Service) -> None:
    gaps: list[float] = []
    async with behind_faults(service, sound_seconds=0.5, on_gap=gaps.append) as parts:
        client, _, seen = parts
        await stream(client, 0.5)
        seen.do("stop")
        await stream(client, 1.5)
        assert seen.whole()["state"] == "stopped"
        seen.do("start")
        before = client.sent.pictures
        await stream(client, 1.0)
        await until(lambda: client.sent.pictures > before, "pictures again")
    assert not gaps, "nobody wanted to hear what came while it was stopped"


@pytest.mark.parametrize(
    ("plan", "why"),
    [
        (Plan(purpose="research"), "does not accept"),
        (Plan(purpose="party"), "4400"),
        (Plan(rules={"gaze_away": {"hold": -1}}), "4400"),
    ],
)
@in_loop
async def test_a_session_that_cannot_be_is_refused(service: Service, plan: Plan, why: str) -> None:
    async with behind_faults(service, plan=plan) as (client, _, _seen):
        with pytest.raises(ProctorClosed, match=why):
            await stream(client, 20)
        with pytest.raises(ProctorClosed, match=why):
            await anext(client.events())


@in_loop
async def test_the_plan_is_kept(service: Service) -> None:
    plan = Plan(purpose="interview", rules=AT_ONCE, mirrored=True, room="r/1", participant="ä b")
    async with behind_faults(service, plan=plan) as (client, _, seen):
        await client.send_frame(NOBODY)
        await seen.until(lambda live: live["frames"]["received"] == 1)
        view = seen.whole()
    assert (view["purpose"], view["mirrored"]) == ("interview", True)
    assert (view["room"], view["participant"]) == ("r/1", "ä b")
    assert view["rules"]["nobody"]["hold"] == 0.2


@in_loop
async def test_closing_ends_everything_though_nobody_answers(service: Service) -> None:
    async with behind_faults(service) as (client, proxy, _):
        telling = asyncio.create_task(told(client, []))
        await client.send_frame(NOBODY)
        await until(lambda: client.sent.pictures == 1, "a picture there")
        proxy.stall()
        await client.send_frame(NOBODY)
        await client.close()
        await telling
        with pytest.raises(RuntimeError, match="closed"):
            await client.send_frame(NOBODY)


@in_loop
async def test_what_waits_is_sent_before_it_closes(service: Service) -> None:
    async with behind_faults(service) as (client, _, seen):
        for _ in range(10):
            await client.send_pcm(PIECE)
    live = await seen.until(lambda live: True)
    assert live["samples"]["received"] == 16_000


@in_loop
async def test_an_outage_is_logged_once(service: Service, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "client_adapter")
    async with behind_faults(service) as (client, proxy, _):
        await client.send_frame(NOBODY)
        await until(lambda: client.sent.pictures == 1, "a picture there")
        await proxy.away()
        await stream(client, 1.0)
        await proxy.start()
        await stream(client, 0.5)
        await until(lambda: client.sent.pictures > 1, "pictures again")
    video = [r.getMessage() for r in caplog.records if r.getMessage().startswith("video of")]
    assert [("back after" in line) for line in video] == [False, True]


@pytest.mark.parametrize("url", ["http://127.0.0.1/ws/proctor", "ws://127.0.0.1:8000", ""])
def test_an_address_that_is_none_is_refused_at_once(url: str) -> None:
    with pytest.raises(ValueError, match="ws"):
        ProctorClient(url, session_id="somebody")


@in_loop
async def test_sound_comes_in_whole_samples_and_known_tracks(service: Service) -> None:
    async with behind_faults(service) as (client, _, _seen):
        with pytest.raises(ValueError, match="whole samples"):
            await client.send_pcm(b"123")
        with pytest.raises(ValueError, match="reference"):
            await client.send_pcm(PIECE, track="music")


@in_loop
async def test_what_the_candidate_hears_goes_its_own_way(service: Service) -> None:
    async with behind_faults(service) as (client, _, seen):
        await client.send_pcm(PIECE)
        await client.send_pcm(2 * PIECE, track="reference")
        live = await seen.until(lambda live: live["reference_samples"]["received"] == 3200)
        assert live["samples"]["received"] == 1600
