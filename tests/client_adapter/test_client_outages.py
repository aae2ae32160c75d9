"""The client while the service is away, silent, slow or somebody else's."""

import asyncio
import logging
from collections.abc import Iterator
from typing import Any

import pytest

from benchmarks.service import sockets_url
from client_adapter import Plan, ProctorClient, line
from tests.client_adapter.seen import in_loop, until
from tests.client_adapter.streaming import AT_ONCE, NOBODY, PIECE, behind_faults, stream, told
from tests.service import Service, running_service


@pytest.fixture(scope="module")
def service() -> Iterator[Service]:
    with running_service(PROCTOR_IDLE_AFTER="3600") as running:
        yield running


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

    def note(seconds: float) -> None:
        gaps.append(seconds)
        raise RuntimeError("a callback of somebody else")

    async with behind_faults(service, sound_seconds=1.0, on_gap=note) as parts:
        client, proxy, _ = parts
        telling = asyncio.create_task(told(client, events, after=0))
        await stream(client, 0.5)
        await until(lambda: client.sent.sound_seconds > 0.49, "the first sound there")
        await proxy.away()
        await stream(client, 3.0)
        await proxy.start()
        await stream(client, 3.0)
        await until(lambda: bool(gaps), "the gap told here")
        heard = client.sent.sound_seconds
        await stream(client, 0.5)
        await until(lambda: client.sent.sound_seconds > heard, "sound all the same")
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
async def test_who_is_displaced_waits_until_the_newer_one_is_gone(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(line, "DISPLACED_SECONDS", 0.3)
    gaps: list[float] = []
    async with behind_faults(service, sound_seconds=0.5, on_gap=gaps.append) as parts:
        client, _, seen = parts
        await stream(client, 0.5)
        newer = ProctorClient(sockets_url(service.url), session_id=client.session_id)
        async with newer:
            await asyncio.gather(stream(newer, 2.0), stream(client, 2.0))
            await until(lambda: newer.sent.pictures > 50, "the newer one's pictures there")
            assert newer.sent.connections == 2, "nobody displaced the newer one"
        before = client.sent.pictures
        await stream(client, 1.5)
        await until(lambda: client.sent.pictures > before, "the first one's pictures again")
        heard = seen.now()
        assert heard is not None
        assert sorted(heard["publishing"]) == ["audio", "video"]
    assert not gaps, "nobody wanted to hear it meanwhile"


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
