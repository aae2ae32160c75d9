"""The client and a real service."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator

import pytest

from client_adapter import Plan, ProctorClient, ProctorClosed
from tests.client_adapter.seen import in_loop, until
from tests.client_adapter.streaming import AT_ONCE, NOBODY, PIECE, behind_faults, stream, told
from tests.service import Service, running_service


@pytest.fixture(scope="module")
def service() -> Iterator[Service]:
    with running_service(PROCTOR_IDLE_AFTER="3600") as running:
        yield running


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
async def test_what_waits_is_sent_before_it_closes(service: Service) -> None:
    async with behind_faults(service) as (client, _, seen):
        for _ in range(10):
            await client.send_pcm(PIECE)
    live = await seen.until(lambda live: True)
    assert live["samples"]["received"] == 16_000


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
