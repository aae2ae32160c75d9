"""Who is watched in a room, what they hear, and who is told: without a LiveKit server."""

import asyncio
from collections.abc import Iterator

import pytest

from tests.client_adapter.seen import in_loop, until
from tests.client_adapter.stand_ins import AGENT, CAMERA, EGRESS, MICROPHONE, SCREEN
from tests.client_adapter.watching import Watched, watched_room, watching
from tests.service import Service, running_service


@pytest.fixture(scope="module")
def service() -> Iterator[Service]:
    with running_service() as running:
        yield running


@in_loop
async def test_every_candidate_gets_a_session_and_nobody_else(service: Service) -> None:
    async with watched_room(service) as room:
        room.joins("anna")
        room.publishes("anna", room.camera(), CAMERA)
        room.joins("petra")
        portrait = room.publishes("petra", room.camera(), CAMERA)
        async with watching(room, service, proctors=["petra"]):
            room.joins("ben")
            room.publishes("ben", room.microphone(), MICROPHONE)
            room.joins("talker", AGENT)
            room.publishes("talker", room.microphone(), MICROPHONE)
            room.joins("recorder", EGRESS)
            await room.publishing("anna", "video", "reference")
            await room.publishing("ben", "audio", "reference")
            for other in ("petra", "talker", "recorder", "proctor-1"):
                assert await room.session(other) is None, other
            assert portrait.subscriptions == []


@in_loop
async def test_only_those_who_are_named(service: Service) -> None:
    async with watched_room(service) as room, watching(room, service, candidates=["anna"]):
        for identity in ("anna", "ben"):
            room.joins(identity)
            room.publishes(identity, room.camera(), CAMERA)
        await room.publishing("anna", "video")
        assert await room.session("ben") is None


@in_loop
async def test_who_is_alone_hears_nobody(service: Service) -> None:
    async with watched_room(service) as room, watching(room, service):
        room.joins("anna")
        room.publishes("anna", room.microphone(), MICROPHONE)
        await room.until("anna", lambda live: live["samples"]["received"] > 8000)
        await room.publishing("anna", "audio")


@in_loop
async def test_what_a_candidate_hears_ends_with_who_said_it(service: Service) -> None:
    async with watched_room(service) as room, watching(room, service, proctors=["petra"]):
        room.joins("anna")
        own = room.publishes("anna", room.microphone(), MICROPHONE)
        room.joins("petra")
        room.publishes("petra", room.microphone(), MICROPHONE)
        await room.publishing("anna", "audio", "reference")
        room.leaves("petra")
        live = await room.publishing("anna", "audio", "reference")
        heard = live["samples"]["received"]
        await room.until("anna", lambda live: live["samples"]["received"] > heard)
        room.unpublishes("anna", own)
        room.joins("petra")
        room.publishes("petra", room.microphone(), MICROPHONE)
        await room.publishing("anna", "audio", "reference")


@in_loop
async def test_leaving_and_coming_back(service: Service) -> None:
    async with watched_room(service) as room, watching(room, service):
        camera = room.camera()
        room.joins("anna")
        room.publishes("anna", camera, CAMERA)
        await room.publishing("anna", "video")
        room.leaves("anna")
        seen = (await room.publishing("anna"))["frames"]["received"]
        room.joins("anna")
        room.publishes("anna", camera, CAMERA)
        await room.until("anna", lambda live: live["frames"]["received"] > seen + 5)


@in_loop
async def test_at_once_gone_and_back(service: Service) -> None:
    async with watched_room(service) as room, watching(room, service):
        camera = room.camera()
        room.joins("anna")
        room.publishes("anna", camera, CAMERA)
        live = await room.publishing("anna", "video")
        room.leaves("anna")
        room.joins("anna")
        room.publishes("anna", camera, CAMERA)
        seen = live["frames"]["received"]
        await room.until("anna", lambda live: live["frames"]["received"] > seen + 10)


async def no_more(room: Watched, one: str, other: str) -> int:
    """Of one of frames and samples nothing comes while the other does; how many came before."""
    await asyncio.sleep(0.5)  # what was on its way arrives
    live = await room.until("anna", bool)
    more = live[other]["received"] + {"frames": 10, "samples": 24_000}[other]
    later = await room.until("anna", lambda live: live[other]["received"] > more)
    assert later[one]["received"] == live[one]["received"]
    return int(live[one]["received"])


@in_loop
async def test_muted_and_unpublished_tracks_send_nothing(service: Service) -> None:
    async with watched_room(service) as room, watching(room, service):
        room.joins("anna")
        camera = room.camera()
        picture = room.publishes("anna", camera, CAMERA)
        sound = room.publishes("anna", room.microphone(), MICROPHONE)
        await room.until("anna", lambda live: live["frames"]["received"] > 3)

        room.mutes("anna", picture)
        seen = await no_more(room, "frames", "samples")
        room.mutes("anna", picture, muted=False)
        await room.until("anna", lambda live: live["frames"]["received"] > seen + 3)

        room.unpublishes("anna", picture)
        seen = await no_more(room, "frames", "samples")
        room.publishes("anna", camera, CAMERA)
        await room.until("anna", lambda live: live["frames"]["received"] > seen + 3)

        room.mutes("anna", sound)
        await no_more(room, "samples", "frames")


@in_loop
async def test_a_screen_only_where_it_is_asked_for(service: Service) -> None:
    for asked in (False, True):
        async with watched_room(service) as room, watching(room, service, screen_share=asked):
            room.joins("anna")
            room.publishes("anna", room.microphone(), MICROPHONE)
            screen = room.publishes("anna", room.camera(), SCREEN)
            await room.publishing("anna", *(["audio", "video"] if asked else ["audio"]))
            assert screen.subscriptions == [True] * asked


@in_loop
async def test_alerts_go_to_the_proctors_alone(service: Service) -> None:
    async with (
        watched_room(service, fails=1) as room,
        watching(room, service, proctors=["petra", "paul"]),
    ):
        room.joins("petra")
        room.joins("paul")
        room.joins("anna")
        room.publishes("anna", room.camera(), CAMERA)
        await until(lambda: bool(room.agent.texts), "an alert")
        message, to = room.agent.texts[0]
        assert message["alerts"] == ["No Face Detected"]
        assert message["events"][0]["session"] == f"{room.rtc.name}_anna"
        assert to == ("paul", "petra")
        assert room.agent.data == []


@in_loop
async def test_older_messages_and_everybody_only_where_asked_for(service: Service) -> None:
    async with (
        watched_room(service) as room,
        watching(room, service, publish_to_everyone=True, legacy_messages=True),
    ):
        room.joins("anna")
        room.publishes("anna", room.camera(), CAMERA)
        await until(lambda: bool(room.agent.data), "an older message")
        assert room.agent.texts[0][1] is None
        older, to = room.agent.data[0]
        assert to is None
        assert older["participant_id"] == "anna"
        assert older["reasons"] == ["No Face Detected"]
        assert older["audio_present"] is False


@in_loop
async def test_nobody_named_means_nobody_told(
    service: Service, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "client_adapter.candidate")
    async with (
        watched_room(service) as room,
        watching(room, service, rules={"nobody": {"hold": 1}}),
    ):
        room.joins("anna")
        room.publishes("anna", room.camera(), CAMERA)
        await until(lambda: "No Face Detected" in caplog.text, "an alert in the log")
        await asyncio.sleep(0.2)
        assert (room.agent.texts, room.agent.data) == ([], [])


@in_loop
async def test_purpose_and_rules_of_the_dispatch_are_the_sessions(service: Service) -> None:
    async with watched_room(service) as room:
        rules = {"gaze_away": {"hold": 3.0}}
        async with watching(room, service, purpose="interview", rules=rules, other="left alone"):
            room.joins("anna")
            room.publishes("anna", room.camera(), CAMERA)
            await room.publishing("anna", "video")
            session = await room.session("anna")
            assert session is not None
            assert session["purpose"] == "interview"
            assert session["rules"]["gaze_away"]["hold"] == 3.0
            assert (session["room"], session["participant"]) == (room.rtc.name, "anna")


@in_loop
async def test_the_end_of_the_room_ends_all_that_is_sent(service: Service) -> None:
    before = asyncio.all_tasks()
    async with watched_room(service) as room:
        for identity in ("anna", "ben"):
            room.joins(identity)
            room.publishes(identity, room.camera(), CAMERA)
            room.publishes(identity, room.microphone(), MICROPHONE)
        room.joins("talker", AGENT)
        room.publishes("talker", room.microphone(), MICROPHONE)
        async with watching(room, service):
            for identity in ("anna", "ben"):
                await room.publishing(identity, "audio", "video", "reference")
            room.ends()
        for identity in ("anna", "ben"):
            await room.publishing(identity)
    assert asyncio.all_tasks() == before


@in_loop
async def test_who_shows_nothing_has_a_session_that_says_so(service: Service) -> None:
    async with watched_room(service) as room:
        room.joins("shy")
        rules = {"not_assessable": {"hold": 1.0}}
        async with watching(room, service, proctors=["petra"], rules=rules):
            room.joins("late")
            room.joins("petra")
            for candidate in ("shy", "late"):
                async with asyncio.timeout(40):
                    while len(events := await room.events(candidate)) < 2:
                        await asyncio.sleep(0.1)
                said = {event["label"] for event in events}
                assert said == {"Too few pictures", "Too little sound"}
            assert await room.session("petra") is None
