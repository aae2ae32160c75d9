"""What `Procturing` tells, and to whom."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from client_adapter import Plan, room_alerts
from tests.client_adapter.exam import AT_ONCE, Exam, devices, exam
from tests.client_adapter.seen import in_loop, until
from tests.client_adapter.sources import camera
from tests.service import Service, running_service


@pytest.fixture(scope="module")
def service() -> Iterator[Service]:
    with running_service() as running:
        yield running


@in_loop
async def test_alerts_come_back_to_every_callback_once(service: Service) -> None:
    told: list[list[str]] = []
    awaited: list[int] = []

    async def later(message: dict[str, Any]) -> None:
        await asyncio.sleep(0)
        awaited.extend(event["seq"] for event in message["events"])

    def fails(message: dict[str, Any]) -> None:
        raise RuntimeError("a callback of somebody else")

    def notes(message: dict[str, Any]) -> None:
        told.append(message["alerts"])

    async with exam(service, "alerts") as held, camera() as pictures:
        for on_alert in (fails, notes, notes, later):
            proctor = held.proctor(on_alert=on_alert, plan=AT_ONCE)
            proctor.video_track = pictures
            await proctor.start_if_ready()
        await until(lambda: bool(awaited), "an alert told")
    assert told[0] == ["No Face Detected"]
    assert awaited == [*range(1, len(told) + 1)]


@in_loop
async def test_a_callback_may_stop_it(service: Service) -> None:
    stopped = asyncio.Event()

    async def enough(message: dict[str, Any]) -> None:
        await proctor.stop()
        stopped.set()

    async with exam(service, "enough") as held, camera() as pictures:
        proctor = held.proctor(on_alert=enough, plan=AT_ONCE)
        proctor.video_track = pictures
        await proctor.start_if_ready()
        await asyncio.wait_for(stopped.wait(), 30)
        assert not proctor.is_running
        await held.seen.until(lambda live: live["publishing"] == [])


@in_loop
async def test_a_callback_that_hangs_holds_up_neither_the_room_nor_the_next(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room_alerts, "CALLBACK_SECONDS", 0.2)
    told: list[int] = []

    async def hangs(message: dict[str, Any]) -> None:
        await asyncio.Event().wait()

    async with exam(service, "hangs") as held, camera() as pictures:
        held.room.joins("eva")
        for on_alert in (hangs, lambda message: told.append(message["events"][0]["seq"])):
            proctor = held.proctor(on_alert=on_alert, plan=AT_ONCE, publish_to=["eva"])
            proctor.video_track = pictures
            await proctor.start_if_ready()
        await until(lambda: bool(held.room.agent.texts), "an alert in the room")
        await until(lambda: bool(told), "an alert told")
        assert len(held.room.agent.texts) == 1, "two objects, one audience, one message"


@in_loop
async def test_a_session_that_is_refused_is_told_once(service: Service) -> None:
    refusals: list[int] = []
    async with exam(service, "refused") as held, devices() as (pictures, sound):
        held.room.joins("eva")
        proctor = held.proctor(
            plan=Plan(purpose="party"),
            publish_to=["eva"],
            on_refused=lambda closed: refusals.append(closed.code),
        )
        proctor.video_track, proctor.audio_track = pictures, sound
        await proctor.start_if_ready()
        await until(lambda: bool(held.room.agent.texts), "the proctor told")
        await asyncio.sleep(0.3)
        assert refusals == [4400]
        ((message, to),) = held.room.agent.texts
        assert (message["refused"]["code"], to) == (4400, ("eva",))
        assert not proctor.is_running
        assert proctor.refused is not None


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        ({"publish_to": []}, "LiveKit sends to all"),
        ({"publish_to": ["eva", "anna/ü"]}, "names the candidate"),
    ],
)
@in_loop
async def test_the_candidate_shall_not_read_the_alerts(
    service: Service, options: dict[str, Any], complaint: str
) -> None:
    held = Exam(service, "audience")
    with pytest.raises(ValueError, match=complaint):
        held.proctor(**options)
    held.proctor(**options, publish_to_everyone=True)
