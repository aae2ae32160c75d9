"""`Procturing` with real tracks, an unconnected room and a real service."""

import asyncio
import textwrap
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
from livekit import rtc

from benchmarks.service import sockets_url
from client_adapter import Procturing
from client_adapter.livekit import _watched
from tests.client_adapter.exam import QUICK, Exam, devices, exam
from tests.client_adapter.fault_proxy import faults_before
from tests.client_adapter.seen import in_loop, until
from tests.client_adapter.sources import camera, microphone
from tests.service import Service, running_service


@pytest.fixture(scope="module")
def service() -> Iterator[Service]:
    with running_service() as running:
        yield running


OLDER_README = """
    # ... inside your track subscription handler ...
    proctor = Procturing(participant, room)

    if track.kind == rtc.TrackKind.KIND_VIDEO:
        proctor.video_track = track
        await proctor.start_if_ready()

    if track.kind == rtc.TrackKind.KIND_AUDIO:
        await proctor.enable_audio(track)
"""


@in_loop
async def test_the_snippet_of_the_older_readme(service: Service) -> None:
    """Verbatim, but for its import and the address, which is a free port here."""
    code = "async def handler(track, participant, room):\n" + OLDER_README + "    return proctor\n"
    known: dict[str, Any] = {
        "rtc": rtc,
        "Procturing": partial(Procturing, api_url=sockets_url(service.url)),
    }
    exec(textwrap.dedent(code), known)
    async with exam(service, "older") as held, devices() as tracks:
        for track in tracks:
            held.made.append(await known["handler"](track, held.anna, held.room.rtc))
        await held.pictures()
        await held.sound()
        assert held.publishing == ["audio", "video"]


@in_loop
async def test_a_worker_that_holds_one_object_per_participant(service: Service) -> None:
    """As existing hosts do: sound may come first and wait, and is enabled with the video."""
    async with exam(service, "host") as held, devices() as (pictures, sound):
        proctor = Procturing(
            participant=held.anna,
            room=held.room.rtc,
            segment_seconds=60,
            mongo_service=object(),
            api_url=sockets_url(service.url),
        )
        held.made.append(proctor)
        proctor.audio_track = sound
        await proctor.start_if_ready()
        assert not proctor.is_running
        proctor.video_track = pictures
        await proctor.enable_audio(proctor.audio_track)
        await proctor.start_if_ready()
        assert proctor.is_running
        assert proctor.session_id == "host_anna/ü"
        await held.pictures()
        await held.sound()
        await proctor.stop()
        assert not proctor.is_running
        await held.seen.until(lambda live: live["publishing"] == [])


@in_loop
async def test_sound_alone(service: Service) -> None:
    async with exam(service, "sound") as held, microphone() as sound:
        await held.proctor().enable_audio(sound)
        await held.sound(16_000)
        assert held.publishing == ["audio"]


@in_loop
async def test_sound_comes_at_its_own_pace_however_often_it_is_enabled(service: Service) -> None:
    async with exam(service, "pace") as held, microphone() as sound:
        first, second = held.proctor(), held.proctor()
        for proctor in (first, first, second, first):
            await proctor.enable_audio(sound)
        await held.sound()
        client = first.client
        assert client is not None
        assert second.client is client
        before, began = client.sent.sound_seconds, asyncio.get_running_loop().time()
        await asyncio.sleep(2.0)
        seconds = asyncio.get_running_loop().time() - began
        assert client.sent.sound_seconds - before == pytest.approx(seconds, abs=0.6)


@in_loop
async def test_objects_of_one_participant_share_one_session(service: Service) -> None:
    async with exam(service, "shared") as held, devices() as (pictures, sound):
        one, other = held.proctor(), held.proctor()
        one.video_track = pictures
        await one.start_if_ready()
        await other.enable_audio(sound)
        await held.pictures()
        await held.sound()
        await one.stop()
        await one.stop()
        assert other.is_running
        await held.sound()
        await other.stop()
        await held.seen.until(lambda live: live["publishing"] == [])


@in_loop
async def test_after_the_last_stop_it_can_begin_anew(service: Service) -> None:
    async with exam(service, "anew") as held, camera() as pictures:
        for _ in range(2):
            proctor = held.proctor()
            proctor.video_track = pictures
            await proctor.start_if_ready()
            await held.pictures()
            await proctor.stop()


@in_loop
async def test_who_comes_while_the_last_one_goes_waits(service: Service) -> None:
    async with (
        exam(service, "reload") as held,
        camera() as pictures,
        faults_before(service.url) as (proxy, url),
    ):
        proxy.latency = 0.05
        first = held.proctor(api_url=sockets_url(url), retry=QUICK)
        first.video_track = pictures
        await first.start_if_ready()
        await held.pictures()
        for _ in range(3):
            await proxy.away()
            going = asyncio.create_task(first.stop())
            await asyncio.sleep(0)
            second = held.proctor(api_url=sockets_url(url), retry=QUICK)
            second.video_track = pictures
            await second.start_if_ready()
            await proxy.start()
            await going
            await held.pictures(20)
            first = second
        await first.stop()


@in_loop
async def test_the_end_of_the_room_leaves_nothing_behind(service: Service) -> None:
    async with exam(service, "nothing left") as held, devices() as (pictures, sound):
        before = asyncio.all_tasks()
        proctor = held.proctor()
        proctor.video_track, proctor.audio_track = pictures, sound
        await proctor.start_if_ready()
        await held.pictures()
        candidate = proctor._candidate
        assert candidate is not None
        held.room.ends()
        await asyncio.wait_for(candidate.closed.wait(), 30)
        assert not proctor.is_running
        await held.seen.until(lambda live: live["publishing"] == [])
        await until(lambda: asyncio.all_tasks() <= before, "all tasks ended")
        assert not _watched[held.room.rtc]
        await proctor.start_if_ready()
        await held.pictures()


@in_loop
async def test_an_outage_ends_nothing(service: Service) -> None:
    async with (
        exam(service, "outage") as held,
        devices() as (pictures, sound),
        faults_before(service.url) as (proxy, url),
    ):
        proctor = held.proctor(api_url=sockets_url(url), retry=QUICK)
        proctor.video_track, proctor.audio_track = pictures, sound
        await proctor.start_if_ready()
        await held.pictures()
        await held.sound()
        for fault in (proxy.reset, proxy.stall):
            fault()
            await asyncio.sleep(0.5)
            proxy.flow()
            await held.pictures()
            await held.sound()
        await proctor.stop()


@in_loop
async def test_stopping_what_never_began(service: Service) -> None:
    held = Exam(service, "never")
    proctor = held.proctor()
    await proctor.start_if_ready()
    await proctor.stop()
    assert proctor.client is None


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        ({"publish_to": "eva"}, "list of identities"),
        ({"fps": 0}, "fps"),
        ({"api_url": "http://localhost:8000"}, "ws"),
    ],
)
@in_loop
async def test_what_cannot_be_is_refused_at_once(
    service: Service, options: dict[str, Any], complaint: str
) -> None:
    with pytest.raises(ValueError, match=complaint):
        Exam(service, "options").proctor(**options)
