"""A challenge in the room: the candidate alone is told, of nothing else, and by nobody else."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from client_adapter import NotNowError, ProctorClient, ProctorClosed
from client_adapter.job import Job
from client_adapter.room_challenge import RoomChallenge, challenge
from tests.client_adapter.exam import ANNA, AT_ONCE, QUICK, Exam, exam
from tests.client_adapter.seen import in_loop, until
from tests.client_adapter.sources import camera
from tests.client_adapter.stand_ins import Room
from tests.service import Service, running_service

STARTED: dict[str, Any] = {
    "seq": 3,
    "id": "e1",
    "session": "r_anna",
    "kind": "challenge",
    "state": "started",
    "label": "Turn head left",
    "severity": "info",
    "evidence": {"limit_degrees": 24.5, "limit_seconds": 6.0, "challenge": "7f"},
}
ENDED: dict[str, Any] = {
    **STARTED,
    "seq": 4,
    "state": "ended",
    "evidence": {**STARTED["evidence"], "result": "failed", "reason": "no_turn"},
}
ALERT: dict[str, Any] = {**STARTED, "kind": "gaze_away", "label": "Looking Left", "evidence": {}}
TOLD = {"id": "e1", "state": "started", "side": "left", "degrees": 24.5, "seconds": 6.0}


def message(*events: dict[str, Any]) -> dict[str, Any]:
    return {"alerts": ["Looking Left"] if ALERT in events else [], "events": [*events]}


@pytest.fixture(scope="module")
def service() -> Iterator[Service]:
    with running_service() as running:
        yield running


@in_loop
async def test_the_candidate_alone_is_told_of_challenges_alone() -> None:
    room = Room("r")
    for identity in ("anna", "eva", "otto"):
        room.joins(identity)
    own = RoomChallenge(room.rtc, "anna")
    await own.publish(message(ALERT, STARTED))
    await own.publish(message(ENDED, ALERT))
    await own.publish(message(ALERT))
    assert [(told, to) for told, to, _ in room.agent.challenges] == [
        (TOLD, ("anna",)),
        ({**TOLD, "state": "ended", "result": "failed"}, ("anna",)),
    ]
    assert (room.agent.texts, room.agent.data) == ([], [])


@in_loop
async def test_an_older_client_gets_it_in_the_header_which_nobody_else_can_read() -> None:
    room = Room("r")
    room.joins("anna", protocol=1)
    await RoomChallenge(room.rtc, "anna").publish(message(STARTED))
    assert room.agent.challenges == [(TOLD, ("anna",), "")]


@in_loop
async def test_without_the_candidate_nothing_is_sent() -> None:
    """To nobody named, LiveKit sends to all."""
    room = Room("r")
    room.joins("eva")
    await RoomChallenge(room.rtc, "anna").publish(message(STARTED))
    assert room.agent.challenges == []


@in_loop
async def test_a_room_that_comes_back_gets_both_ends_once_and_in_order() -> None:
    room = Room("r", fails=1)
    room.joins("anna")
    own = RoomChallenge(room.rtc, "anna")
    await asyncio.gather(own.publish(message(STARTED)), own.publish(message(ENDED)))
    assert [told["state"] for told, _, _ in room.agent.challenges] == ["started", "ended"]


def test_one_that_a_restart_ended_has_no_result() -> None:
    ended = {**ENDED, "evidence": {"closed_by": "restart"}}
    assert challenge(ended) == {"id": "e1", "state": "ended", "side": "left"}


async def asked(held: Exam, **options: Any) -> dict[str, Any]:
    """Once pictures come, in a room with a proctor; what the service said."""
    held.room.joins("eva")
    proctor = held.proctor(plan=AT_ONCE, publish_to=["eva"], **options)
    async with camera() as pictures:
        proctor.video_track = pictures
        await proctor.start_if_ready()
        await held.seen.until(lambda live: live["now"] is not None)
        told = await proctor.challenge(seconds=3.0)
        with pytest.raises(NotNowError, match="under way"):
            await proctor.challenge()
        with pytest.raises(ValueError, match="3 to 15"):
            await proctor.challenge(seconds=1.0)
        await until(
            lambda: any(is_end(told) for told, _ in held.room.agent.texts),
            "its end told to the proctor",
        )
    return told


def is_end(told: dict[str, Any]) -> bool:
    ends = (event["kind"] for event in told["events"] if event["state"] == "ended")
    return "challenge" in ends


@in_loop
async def test_whoever_asks_the_candidate_is_told_at_once(service: Service) -> None:
    async with exam(service, "asked") as held:
        told = await asked(held, on_alert=slow)
        (start, to, _), (end, _, _) = held.room.agent.challenges
    assert to == (ANNA,)
    assert (start["state"], start["side"], start["seconds"]) == ("started", told["side"], 3.0)
    assert start["degrees"] == told["degrees"]
    assert (end["id"], end["state"], end["result"]) == (start["id"], "ended", "not_judged")


@in_loop
async def test_it_can_be_switched_off(service: Service) -> None:
    async with exam(service, "switched off") as held:
        await asked(held, challenges=False)
        assert held.room.agent.challenges == []
    assert Job.read('{"challenges": false}').challenges is False
    assert Job.read("{}").challenges is True


async def slow(message: dict[str, Any]) -> None:
    """A callback that takes its time."""
    await asyncio.sleep(0.5)


@in_loop
async def test_a_callback_that_takes_its_time_does_not_delay_it(service: Service) -> None:
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def holds(message: dict[str, Any]) -> None:
        begun.set()
        await go_on.wait()

    async with exam(service, "delayed") as held, camera() as pictures:
        proctor = held.proctor(plan=AT_ONCE, on_alert=holds)
        proctor.video_track = pictures
        await proctor.start_if_ready()
        await asyncio.wait_for(begun.wait(), 30)  # nobody is in the picture: that is told first
        await proctor.challenge(seconds=15.0)
        await until(lambda: bool(held.room.agent.challenges), "the candidate told")
        assert not go_on.is_set()
        go_on.set()


@in_loop
async def test_the_client_says_why_not(service: Service) -> None:
    url = service.url.replace("http", "ws") + "/ws/proctor"
    async with ProctorClient(url, session_id="blind", retry=QUICK) as client:
        with pytest.raises(NotNowError, match="send its video first"):
            await client.challenge()
    async with ProctorClient(url, session_id="..", retry=QUICK) as client:
        with pytest.raises(ProctorClosed):
            await client.challenge()
    async with ProctorClient("ws://127.0.0.1:9/ws/proctor", session_id="away") as client:
        with pytest.raises(ConnectionError):
            await client.challenge()
