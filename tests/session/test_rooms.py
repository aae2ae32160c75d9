"""What a room tells, on a real database: whom it concerns, and whom no more."""

import time
from pathlib import Path

import pytest

from app.errors import DeletedSessionError, SessionIdError, StoppedSessionError
from app.session.plan import SessionPlan
from app.session.publisher import Eviction
from app.session.rooms import Rooms
from app.session.session import Session
from app.types import SessionState, Track
from tests.session.builders import JPEG, LONG, House, housed, publisher
from tests.storage.builders import in_loop, session

ANNA = SessionPlan(room="exam", participant="anna")
LATER = LONG
"""Seconds after which news of a room comes here: after all that a test did before."""


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/proctor.db"


def rooms(house: House) -> Rooms:
    return Rooms(house.store, house.registry)


def later() -> float:
    return time.time() + LATER


async def opened(house: House, session_id: str, plan: SessionPlan = ANNA) -> Session:
    await house.registry.create(session_id, plan)
    return await house.registry.open(session_id)


async def state(house: House, session_id: str) -> tuple[SessionState, str | None]:
    info = await house.registry.get(session_id)
    return info.state, info.ended_by


RUNS = (SessionState.RUNNING, None)
ENDED = (SessionState.STOPPED, "room")


@in_loop
async def test_who_leaves_ends_their_sessions_and_media_reopens_them(url: str) -> None:
    async with housed(url) as house:
        told: list[Eviction] = []
        found = await opened(house, "a")
        found.publish(Track.VIDEO, publisher(told))
        assert await rooms(house).left("exam", "anna", later()) == ["a"]
        assert told == [Eviction.ROOM]
        assert await state(house, "a") == ENDED
        assert (await house.registry.get("a")).ended_at == pytest.approx(time.time(), abs=LONG)
        assert house.registry.find("a") is None
        assert (await house.registry.open("a")).info.state is SessionState.RUNNING
        assert await state(house, "a") == RUNS


@pytest.mark.parametrize(
    ("session_id", "plan", "ends"),
    [
        ("a", ANNA, True),
        ("exam_anna", SessionPlan(), True),
        ("exam_anna", SessionPlan(room="exam"), False),  # all of the room, whoever leaves
        ("exam_anna", SessionPlan(room="other", participant="anna"), False),
        ("exam_anna2", SessionPlan(), False),
        ("a", SessionPlan(room="exam", participant="bert"), False),
        ("a", SessionPlan(room="other", participant="anna"), False),
        ("a", SessionPlan(), False),
    ],
)
@in_loop
async def test_whose_session_ends(url: str, session_id: str, plan: SessionPlan, ends: bool) -> None:
    async with housed(url) as house:
        await opened(house, session_id, plan)
        ended = await rooms(house).left("exam", "anna", later())
        assert ended == ([session_id] if ends else [])
        assert await state(house, session_id) == (ENDED if ends else RUNS)


@pytest.mark.parametrize("name", ["", "x" * 300, "x" * 600, "a\0b", "\ud800", "\n"])
@in_loop
async def test_names_that_no_session_can_have_are_nobodys(url: str, name: str) -> None:
    async with housed(url) as house:
        await opened(house, "a")
        assert await rooms(house).left("exam", name, later()) == []
        assert await rooms(house).left(name, "anna", later()) == []
        assert await rooms(house).finished(name, later()) == []


@in_loop
async def test_a_room_that_is_over_ends_all_that_run_in_it(url: str) -> None:
    async with housed(url) as house:
        bert = SessionPlan(room="exam", participant="bert")
        for session_id, plan in (("a", ANNA), ("b", bert), ("c", SessionPlan(room="exam"))):
            await opened(house, session_id, plan)
        await house.registry.create("not opened yet", bert)
        await opened(house, "elsewhere", SessionPlan(room="exam2", participant="anna"))
        await house.registry.pause("b")
        for session_id in ("stopped", "deleted"):
            await opened(house, session_id)
        await house.registry.stop("stopped")
        await house.registry.erase("deleted")
        ended = await rooms(house).finished("exam", later())
        assert ended == ["a", "b", "c", "not opened yet"]
        for session_id in ended:
            assert await state(house, session_id) == ENDED
        assert await state(house, "elsewhere") == RUNS
        assert await state(house, "stopped") == (SessionState.STOPPED, "rest")
        with pytest.raises(StoppedSessionError):
            await house.registry.open("stopped")
        with pytest.raises(DeletedSessionError):
            await house.registry.open("deleted")
        assert await rooms(house).finished("exam", later()) == []


@in_loop
async def test_what_was_paused_runs_when_the_candidate_is_back(url: str) -> None:
    async with housed(url) as house:
        found = await opened(house, "a")
        told: list[Eviction] = []
        found.publish(Track.VIDEO, publisher(told))
        await house.registry.pause("a")
        assert await rooms(house).left("exam", "anna", later()) == ["a"]
        assert (told, await state(house, "a")) == ([Eviction.ROOM], ENDED)
        assert (await house.registry.open("a")).info.state is SessionState.RUNNING


@in_loop
async def test_a_stop_holds_for_what_the_room_ended(url: str) -> None:
    async with housed(url) as house:
        await opened(house, "a")
        await rooms(house).left("exam", "anna", later())
        ended = await house.registry.get("a")
        stopped = await house.registry.stop("a")
        assert (stopped.ended_by, stopped.ended_at) == ("rest", ended.ended_at)
        with pytest.raises(StoppedSessionError):
            await house.registry.open("a")
        assert await rooms(house).left("exam", "anna", later()) == []
        assert await state(house, "a") == (SessionState.STOPPED, "rest")


@in_loop
async def test_open_episodes_end_with_the_room(url: str) -> None:
    async with housed(url) as house:
        found = await opened(house, "a")
        show(found, Track.VIDEO, 1.0)
        await rooms(house).unpublished("exam", "anna", Track.VIDEO, later())
        await rooms(house).left("exam", "anna", later())
        started, ended = await house.log.after("a", 0)
        assert ended.alert.id == started.alert.id
        assert ended.alert.evidence["closed_by"] == "room"


# Late news


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


# Unpublished tracks


def show(found: Session, track: Track, at: float) -> None:
    """Media of this time, by the sender's clock."""
    found.tracks._by_source[track] = True
    found._came(track, at, time.monotonic())


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
