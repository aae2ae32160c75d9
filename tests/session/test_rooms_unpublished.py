"""Tracks that a room says are unpublished."""

import time
from pathlib import Path

import pytest

from app.types import Track
from tests.session.builders import JPEG, LONG, housed, publisher
from tests.session.roomers import ANNA, later, opened, rooms, show
from tests.storage.builders import in_loop, session


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/proctor.db"


@in_loop
async def test_an_unpublished_track_is_noted_until_its_media_come_again(url: str) -> None:
    async with housed(url) as house:
        found = await opened(house, "a")
        tell = rooms(house).unpublished
        show(found, Track.VIDEO, 10.0)
        show(found, Track.AUDIO, 10.0)
        assert await tell("exam", "anna", Track.VIDEO, later()) == ["a"]
        assert await tell("exam", "anna", Track.VIDEO, later()) == []  # told twice
        show(found, Track.AUDIO, 20.0)
        show(found, Track.VIDEO, 11.0)  # was still under way
        await found.outbox.flush(10.0)
        assert await house.told("a") == ["unpublished started"]
        show(found, Track.VIDEO, 20.0)
        await found.outbox.flush(10.0)
        started, ended = (each.alert for each in await house.log.after("a", 0))
        assert (started.label, started.severity, started.announced) == (
            "Camera unpublished",
            "info",
            False,
        )
        assert started.started_at == pytest.approx(10.0, abs=1.0)
        assert (ended.id, ended.ended_at) == (started.id, 20.0)
        assert await tell("exam", "anna", Track.VIDEO, time.time() - 100.0) == []  # came late


@in_loop
async def test_only_the_candidates_own_track_is_noted_and_only_in_memory(url: str) -> None:
    async with housed(url) as house:
        found = await opened(house, "a")
        await house.registry.create("not in memory", ANNA)
        tell = rooms(house).unpublished
        assert await tell("exam", "anna", Track.AUDIO, later()) == []  # nothing of it ever came
        show(found, Track.AUDIO, 10.0)
        assert await tell("exam", "bert", Track.AUDIO, later()) == []
        assert await tell("other", "anna", Track.AUDIO, later()) == []
        assert await tell("exam", "anna", Track.AUDIO, later()) == ["a"]
        await found.outbox.flush(10.0)
        assert await house.told("a") == ["unpublished started"]


@in_loop
async def test_by_the_services_clock_it_began_when_the_room_says(url: str) -> None:
    async with housed(url) as house:
        began = time.time() - 1000.0
        await house.store.create(session("a", created_at=began, room="exam", participant="anna"))
        found = await house.registry.open("a")
        found.publish(Track.VIDEO, publisher([]))
        found.take_frame(JPEG, time.monotonic() - 600.0, None)
        assert await rooms(house).unpublished("exam", "anna", Track.VIDEO, began + 700.0) == ["a"]
        await found.outbox.flush(10.0)
        (started,) = await house.log.after("a", 0)
        assert started.alert.at == pytest.approx(1000.0, abs=LONG)
        assert started.alert.started_at == pytest.approx(701.0, abs=0.5)  # whole seconds are told


@in_loop
async def test_while_paused_it_is_not_told_but_known_afterwards(url: str) -> None:
    async with housed(url) as house:
        found = await opened(house, "a")
        show(found, Track.VIDEO, 10.0)
        await house.registry.pause("a")
        await rooms(house).unpublished("exam", "anna", Track.VIDEO, later())
        found.tick(time.monotonic())
        assert found.outbox._alerts == []
        await house.registry.start_judging("a")
        found.tick(time.monotonic())
        await found.outbox.flush(10.0)
        assert await house.told("a") == ["unpublished started"]
