"""`Procturing` with real tracks, an unconnected room and a real service."""

import asyncio
import textwrap
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from typing import Any

import numpy as np
import pytest
from livekit import rtc

from benchmarks.service import sockets_url
from client_adapter import Plan, Procturing, Retry
from tests.client_adapter.fault_proxy import faults_before
from tests.client_adapter.seen import Seen, in_loop, until
from tests.client_adapter.sources import camera, i420, microphone
from tests.client_adapter.stand_ins import CAMERA, MICROPHONE, SCREEN, Publication, Room
from tests.media import decoded, needs_shared, video
from tests.service import Service, running_service

ANNA = "anna/ü"
AT_ONCE = Plan(rules={"nobody": {"hold": 0.2, "clear_after": 0.2, "cooldown": 0.0}})
QUICK = Retry(first=0.05, most=0.2)


@pytest.fixture(scope="module")
def service() -> Iterator[Service]:
    with running_service() as running:
        yield running


class Exam:
    """A room, a candidate in it, and the service."""

    def __init__(self, service: Service, name: str) -> None:
        self.service = service
        self.room = Room(name)
        self.anna = self.room.joins(ANNA)
        self.seen = Seen(service, f"{name}_{ANNA}")
        self.made: list[Procturing] = []

    def proctor(self, **options: Any) -> Procturing:
        """One more object for the same candidate."""
        url = options.pop("api_url", sockets_url(self.service.url))
        made = Procturing(self.anna, self.room.rtc, api_url=url, **options)
        self.made.append(made)
        return made

    async def publish(
        self,
        track: rtc.LocalTrack,
        source: rtc.TrackSource.ValueType,
        *,
        by: str = ANNA,
        muted: bool = False,
    ) -> Publication:
        """Subscribed to, and here."""
        publication = self.room.publishes(by, track, source)
        if muted:
            self.room.mutes(by, publication)
        publication.set_subscribed(True)
        await publication.arrived.wait()
        return publication

    async def pictures(self, more: int = 3) -> int:
        """Wait until so many more have come; how many there are."""
        live = self.seen.now()
        before = 0 if live is None else live["frames"]["received"]
        live = await self.seen.until(lambda live: live["frames"]["received"] >= before + more)
        return int(live["frames"]["received"])

    async def sound(self, more: int = 4800) -> None:
        """Wait until so many more samples have come."""
        live = self.seen.now()
        before = 0 if live is None else live["samples"]["received"]
        await self.seen.until(lambda live: live["samples"]["received"] >= before + more)

    async def still(self) -> bool:
        """Whether no picture comes within a second, after those on their way."""
        await asyncio.sleep(0.3)
        before = self.received
        await asyncio.sleep(1.0)
        return self.received == before

    @property
    def received(self) -> int:
        live = self.seen.now()
        assert live is not None
        return int(live["frames"]["received"])

    @property
    def publishing(self) -> list[str]:
        live = self.seen.now()
        return [] if live is None else sorted(live["publishing"])


@asynccontextmanager
async def exam(service: Service, name: str) -> AsyncIterator[Exam]:
    held = Exam(service, name)
    try:
        yield held
    finally:
        for made in held.made:
            await made.stop()


@asynccontextmanager
async def devices() -> AsyncIterator[tuple[rtc.LocalVideoTrack, rtc.LocalAudioTrack]]:
    async with camera() as pictures, microphone() as sound:
        yield pictures, sound


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
        assert candidate._picture is not None
        assert candidate._picture.track is face.track, "a camera is not displaced by a screen"


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


@in_loop
async def test_stopping_what_never_began(service: Service) -> None:
    held = Exam(service, "never")
    proctor = held.proctor()
    await proctor.start_if_ready()
    await proctor.stop()
    assert proctor.client is None
