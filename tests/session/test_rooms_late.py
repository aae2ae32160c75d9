"""What a room tells too late, and what proves that the candidate is there."""

import time
from pathlib import Path

import pytest

from app.errors import SessionIdError
from app.session.plan import SessionPlan
from app.types import Track
from tests.session.builders import JPEG, housed, publisher
from tests.session.roomers import ANNA, opened, rooms
from tests.storage.builders import in_loop


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/proctor.db"


@pytest.mark.parametrize("track", [Track.VIDEO, Track.AUDIO])
@in_loop
async def test_a_leave_before_the_present_connection_ends_nothing(url: str, track: Track) -> None:
    async with housed(url) as house:
        found = await opened(house, "a")
        before = found.info.created_at + 1.0
        found.publish(track, publisher([]))
        found.tracks.connected_at = found.info.created_at + 100.0
        assert await rooms(house).left("exam", "anna", before) == []
        assert await rooms(house).finished("exam", before) == []
        assert house.registry.find("a") is found
        assert await rooms(house).left("exam", "anna", found.tracks.connected_at) == ["a"]


@pytest.mark.parametrize("track", [Track.VIDEO, Track.AUDIO])
@in_loop
async def test_a_leave_before_the_newest_media_ends_nothing(url: str, track: Track) -> None:
    """An adapter's connections outlast who leaves and returns."""
    async with housed(url) as house:
        found = await opened(house, "a")
        found.publish(track, publisher([]))
        left = time.time() + 100.0
        came = time.monotonic() + 100.0
        found._came(track, 1.0, came + 2.5)
        assert await rooms(house).left("exam", "anna", left) == []
        assert await rooms(house).finished("exam", left) == []
        assert house.registry.find("a") is found
        assert await rooms(house).left("exam", "anna", left + 1.0) == ["a"]


@in_loop
async def test_media_under_way_end_with_who_left(url: str) -> None:
    async with housed(url) as house:
        found = await opened(house, "a")
        found.publish(Track.VIDEO, publisher([]))
        left = time.time() + 100.0
        found._came(Track.VIDEO, 1.0, time.monotonic() + 101.5)
        assert await rooms(house).left("exam", "anna", left) == ["a"]


@in_loop
async def test_what_the_candidate_would_hear_proves_nothing(url: str) -> None:
    async with housed(url) as house:
        found = await opened(house, "a")
        found.publish(Track.AUDIO, publisher([]))
        left = time.time() + 100.0
        found._came(Track.REFERENCE, 1.0, time.monotonic() + 200.0)
        assert await rooms(house).left("exam", "anna", left) == ["a"]


@in_loop
async def test_media_prove_it_while_the_session_is_paused(url: str) -> None:
    async with housed(url) as house:
        found = await opened(house, "a")
        await house.registry.pause("a")
        found.take_frame(JPEG, time.monotonic() + 100.0, None)
        assert await rooms(house).left("exam", "anna", time.time() + 97.0) == []
        assert await rooms(house).left("exam", "anna", time.time() + 99.0) == ["a"]


@in_loop
async def test_a_session_has_a_room_or_none(url: str) -> None:
    async with housed(url) as house:
        await house.registry.create("a", ANNA)
        await house.registry.create("b", SessionPlan())
        assert [await rooms(house).of(each) for each in ("a", "b", "c")] == ["exam", None, None]
        with pytest.raises(SessionIdError):
            await rooms(house).of("\0")


@in_loop
async def test_only_the_candidates_own_connections_prove_that_they_are_there(url: str) -> None:
    async with housed(url) as house:
        found = await opened(house, "a")
        found.publish(Track.REFERENCE, publisher([]))
        assert found.tracks.connected_at == 0.0
        before = time.time()
        for track in (Track.AUDIO, Track.VIDEO):
            found.publish(track, publisher([]))
            assert found.tracks.connected_at >= before


@in_loop
async def test_a_leave_before_the_session_began_ends_nothing(url: str) -> None:
    async with housed(url) as house:
        info, _ = await house.registry.create("a", ANNA)
        assert await rooms(house).left("exam", "anna", info.created_at - 0.5) == []
        assert await rooms(house).left("exam", "anna", None) == ["a"]
