"""Which of a participant's tracks `Procturing` sends, whatever happens to them."""

import asyncio
from collections.abc import Iterator
from contextlib import AsyncExitStack
from typing import Any

import numpy as np
import pytest

from tests.client_adapter.exam import ANNA, AUDIO, VIDEO, devices, exam
from tests.client_adapter.seen import in_loop
from tests.client_adapter.sources import camera, i420, microphone
from tests.client_adapter.stand_ins import CAMERA, MICROPHONE, SCREEN
from tests.media import decoded, needs_shared, video
from tests.service import Service, running_service


@pytest.fixture(scope="module")
def service() -> Iterator[Service]:
    with running_service() as running:
        yield running


@in_loop
async def test_a_muted_track_sends_nothing(service: Service) -> None:
    async with exam(service, "muted") as held, devices() as (pictures, sound):
        shown = await held.publish(pictures, CAMERA)
        heard = await held.publish(sound, MICROPHONE, muted=True)
        proctor = held.proctor()
        proctor.video_track = shown.track
        await proctor.start_if_ready()
        assert heard.track is not None
        await proctor.enable_audio(heard.track)
        await held.pictures()
        assert held.publishing == ["video"], "the microphone was muted from the start"
        held.room.mutes(ANNA, shown)
        assert await held.still()
        held.room.mutes(ANNA, heard, muted=False)
        await held.sound()
        held.room.mutes(ANNA, shown, muted=False)
        await held.pictures()


@in_loop
async def test_a_track_that_is_republished_goes_on_by_itself(service: Service) -> None:
    async with exam(service, "again") as held, AsyncExitStack() as stack:
        first = await stack.enter_async_context(camera())
        published = await held.publish(first, CAMERA)
        proctor = held.proctor()
        proctor.video_track = published.track
        await proctor.start_if_ready()
        await held.pictures()
        held.room.unpublishes(ANNA, published)
        assert await held.still()
        await held.publish(await stack.enter_async_context(camera()), CAMERA)
        await held.pictures()


@in_loop
async def test_a_participant_who_comes_back_is_watched_again(service: Service) -> None:
    async with exam(service, "back") as held, AsyncExitStack() as stack:
        first, sound = await stack.enter_async_context(devices())
        shown = await held.publish(first, CAMERA)
        heard = await held.publish(sound, MICROPHONE)
        proctor = held.proctor()
        proctor.video_track = shown.track
        await proctor.start_if_ready()
        assert heard.track is not None
        await proctor.enable_audio(heard.track)
        await held.pictures()
        held.room.leaves(ANNA)
        assert await held.still()
        held.room.joins(ANNA)
        second, other = await stack.enter_async_context(devices())
        await held.publish(second, CAMERA)
        await held.publish(other, MICROPHONE)
        await held.pictures()
        await held.sound()


@in_loop
async def test_what_others_do_concerns_nobody_else(service: Service) -> None:
    async with exam(service, "others") as held, AsyncExitStack() as stack:
        mine, his = [await stack.enter_async_context(camera()) for _ in range(2)]
        shown = await held.publish(mine, CAMERA)
        proctor = held.proctor()
        proctor.video_track = shown.track
        await proctor.start_if_ready()
        held.room.joins("ben")
        published = await held.publish(his, CAMERA, by="ben")
        held.room.mutes("ben", published)
        held.room.leaves("ben")
        before = await held.pictures()
        assert await held.pictures(30) >= before + 30


@in_loop
async def test_the_end_of_the_room_ends_the_pictures(service: Service) -> None:
    async with exam(service, "end") as held, camera() as pictures:
        proctor = held.proctor()
        proctor.video_track = pictures
        await proctor.start_if_ready()
        await held.pictures()
        held.room.rtc.emit("reconnecting")
        held.room.rtc.emit("reconnected")
        await held.pictures()
        held.room.ends()
        assert await held.still()


@pytest.mark.parametrize("option", [False, True])
@in_loop
async def test_a_shared_screen_is_watched_where_asked_for(service: Service, option: bool) -> None:
    async with exam(service, f"screen {option}") as held, AsyncExitStack() as stack:
        screen = await held.publish(await stack.enter_async_context(camera()), SCREEN)
        proctor = held.proctor(screen_share=option)
        proctor.video_track = screen.track
        await proctor.start_if_ready()
        if option:
            await held.pictures()
        face = await held.publish(await stack.enter_async_context(camera()), CAMERA)
        proctor.video_track = face.track
        await proctor.start_if_ready()
        await held.pictures()
        proctor.video_track = screen.track
        await proctor.start_if_ready()
        await held.pictures()
        candidate = proctor._candidate
        assert candidate is not None
        assert candidate.sent(VIDEO) is face.track, "a camera is not displaced by a screen"
        held.room.unpublishes(ANNA, face)
        if option:
            await held.pictures()
            assert candidate.sent(VIDEO) is screen.track, "there is no camera any more"
        else:
            assert await held.still()


@in_loop
async def test_who_publishes_another_camera_and_takes_it_away_is_still_watched(
    service: Service,
) -> None:
    async with exam(service, "trick") as held, AsyncExitStack() as stack:
        true, false = [await stack.enter_async_context(camera()) for _ in range(2)]
        shown = await held.publish(true, CAMERA)
        proctor = held.proctor()
        proctor.video_track = shown.track
        await proctor.start_if_ready()
        await held.pictures()
        candidate = proctor._candidate
        assert candidate is not None

        other = await held.publish(false, CAMERA)
        assert other.track is not None
        gone = other.track
        proctor.video_track = gone
        await proctor.start_if_ready()
        assert candidate.sent(VIDEO) is gone
        held.room.mutes(ANNA, other)
        assert candidate.sent(VIDEO) is shown.track, "muted, it is worse than the first"
        held.room.mutes(ANNA, other, muted=False)
        assert candidate.sent(VIDEO) is gone
        held.room.unpublishes(ANNA, other)
        assert candidate.sent(VIDEO) is shown.track
        await held.pictures()
        await proctor.start_if_ready()  # `video_track` is one that has ended
        assert candidate.sent(VIDEO) is shown.track
        await held.pictures()


@in_loop
async def test_a_microphone_that_ended_displaces_no_other(service: Service) -> None:
    async with exam(service, "stale") as held, AsyncExitStack() as stack:
        first, second = [await stack.enter_async_context(microphone()) for _ in range(2)]
        old = await held.publish(first, MICROPHONE)
        proctor = held.proctor()
        assert old.track is not None
        await proctor.enable_audio(old.track)
        await held.sound()
        held.room.unpublishes(ANNA, old)
        new = await held.publish(second, MICROPHONE)
        async with camera() as pictures:
            proctor.video_track = pictures
            await proctor.start_if_ready()  # `audio_track` is still the old one
            candidate = proctor._candidate
            assert candidate is not None
            assert candidate.sent(AUDIO) is new.track
            await held.sound()
            await held.pictures()


@in_loop
async def test_fewer_pictures_where_bandwidth_is_dear(service: Service) -> None:
    async with exam(service, "slow") as held, camera(fps=30) as pictures:
        proctor = held.proctor(fps=5)
        proctor.video_track = pictures
        await proctor.start_if_ready()
        await held.pictures()
        client = proctor.client
        assert client is not None
        before, began = client.sent.pictures, asyncio.get_running_loop().time()
        await asyncio.sleep(3.0)
        sent = client.sent.pictures - before
        assert sent <= 5 * (asyncio.get_running_loop().time() - began) + 2
        assert sent >= 5


@in_loop
async def test_what_the_candidate_hears(service: Service) -> None:
    async with exam(service, "hears") as held, AsyncExitStack() as stack:
        mine, interviewer, agent = [await stack.enter_async_context(microphone()) for _ in range(3)]
        proctor = held.proctor()
        await proctor.enable_audio(mine)
        await proctor.enable_reference(interviewer)
        await proctor.enable_reference(agent)
        await proctor.enable_reference(agent)
        await held.seen.until(lambda live: live["reference_samples"]["received"] >= 8000)
        assert held.publishing == ["audio", "reference"]
        await proctor.disable_reference(interviewer)
        await proctor.disable_reference(agent)


@needs_shared
@in_loop
async def test_a_real_face_in_a_turned_camera(service: Service) -> None:
    """A phone's clip: 848x480 as filmed, upright after a quarter turn; she looks to one side."""
    told: list[dict[str, Any]] = []
    frames, fps = video("center_left_center.mp4")  # upright
    turned = [i420(np.ascontiguousarray(np.rot90(decoded(jpeg)))) for jpeg in frames]
    async with exam(service, "real") as held:
        proctor = held.proctor(on_alert=lambda message: told.extend(message["events"]))
        async with camera(turned, fps=fps, rotation=1) as pictures:
            proctor.video_track = pictures
            await proctor.start_if_ready()
            await until_told(told)
    assert {event["label"] for event in told} == {"Looking Right"}


async def until_told(told: list[dict[str, Any]]) -> None:
    async with asyncio.timeout(40):
        while not any(event["state"] == "ended" for event in told):
            await asyncio.sleep(0.1)
