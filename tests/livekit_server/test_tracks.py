"""Tracks and people that come and go, on a real LiveKit server; see `assumptions`."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from livekit import rtc

from tests.client_adapter.worker import Worker
from tests.livekit_server.exam import Exam, open_exam, until
from tests.livekit_server.server import needs_livekit
from tests.service import Service

pytestmark = [needs_livekit, pytest.mark.timeout(360)]
TEST_SECONDS = 240.0


def run(test: Any) -> None:
    asyncio.run(asyncio.wait_for(test, TEST_SECONDS))


async def more(exam: Exam, what: str, than: int, by: int) -> int:
    """Once so many more frames or samples of anna have come; how many."""
    live = await exam.live(
        "anna", lambda live: live[what]["received"] > than + by, f"{by} more {what} than {than}"
    )
    return int(live[what]["received"])


async def no_more_pictures(exam: Exam) -> int:
    """No picture comes while two seconds of sound do; how many came before."""
    await asyncio.sleep(2.0)  # what was on its way arrives
    live = await exam.live("anna", bool, "a session")
    await more(exam, "samples", live["samples"]["received"], 32_000)
    now = await exam.live("anna", bool, "a session")
    assert now["frames"]["received"] == live["frames"]["received"]
    return int(now["frames"]["received"])


def test_muted_and_unpublished_cameras_send_nothing_until_they_are_back(
    service: Service, worker: Worker, agent: str, film: Path
) -> None:
    async def test() -> None:
        async with open_exam(service, worker, agent) as exam:
            anna = await exam.enters("anna")
            player = exam.plays(film)
            camera, _ = await anna.publish(player)
            await exam.dispatch()
            await exam.publishing("anna", "audio", "video")
            assert camera.track is not None

            camera.track.mute()
            seen = await no_more_pictures(exam)
            camera.track.unmute()
            await more(exam, "frames", seen, 5)

            await anna.room.local_participant.unpublish_track(camera.sid)
            seen = await no_more_pictures(exam)
            await anna.publish(player, microphone=False)
            await more(exam, "frames", seen, 5)

    run(test())


def test_a_candidate_who_comes_back_goes_on_in_the_same_session(
    service: Service, worker: Worker, agent: str, film: Path
) -> None:
    async def test() -> None:
        async with open_exam(service, worker, agent) as exam:
            anna, _ = await exam.enters("anna"), await exam.enters("petra")
            player = exam.plays(film)
            await anna.publish(player)
            await exam.dispatch(proctors=["petra"])
            await exam.publishing("anna", "audio", "video")
            await anna.leave()
            seen = (await exam.publishing("anna"))["frames"]["received"]

            again = await exam.enters("anna")
            await again.publish(player)
            await exam.publishing("anna", "audio", "video")
            await more(exam, "frames", seen, 5)

    run(test())


def test_what_the_proctor_says_is_what_the_candidate_hears(
    service: Service, worker: Worker, agent: str, film: Path
) -> None:
    async def test() -> None:
        async with open_exam(service, worker, agent) as exam:
            anna, petra = await exam.enters("anna"), await exam.enters("petra")
            player = exam.plays(film)
            await anna.publish(player)
            await exam.dispatch(proctors=["petra"])
            await exam.publishing("anna", "audio", "video")
            await petra.publish(player, camera=False)
            await exam.publishing("anna", "audio", "video", "reference")
            assert await exam.session("petra") is None

    run(test())


def test_a_deleted_room_ends_all_that_is_sent_and_the_job(
    service: Service, worker: Worker, agent: str, film: Path
) -> None:
    async def test() -> None:
        async with open_exam(service, worker, agent) as exam:
            anna = await exam.enters("anna")
            await anna.publish(exam.plays(film))
            await exam.dispatch()
            await exam.publishing("anna", "audio", "video")
            assert await worker.active_jobs() == 1
            await exam.delete()
            async with asyncio.timeout(30):
                assert await anna.expelled == rtc.DisconnectReason.ROOM_DELETED
            await exam.publishing("anna")
            async with asyncio.timeout(30):
                while await worker.active_jobs():
                    await asyncio.sleep(0.1)

    run(test())


def test_a_job_that_asks_for_nothing_is_refused(
    service: Service, worker: Worker, agent: str, film: Path
) -> None:
    async def test() -> None:
        async with open_exam(service, worker, agent) as exam:
            anna = await exam.enters("anna")
            await anna.publish(exam.plays(film))
            await exam.dispatch(proctoring_enabled=False)
            refusal = f"room '{exam.name}': proctoring is not enabled"
            await until(lambda: refusal in worker.said, "refused")
            assert await worker.active_jobs() == 0
            assert await exam.session("anna") is None

    run(test())
