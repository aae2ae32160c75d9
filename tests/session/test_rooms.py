"""What a room tells ends sessions: whom it concerns."""

import time
from pathlib import Path

import pytest

from app.errors import DeletedSessionError, StoppedSessionError
from app.session.plan import SessionPlan
from app.session.publisher import Eviction
from app.types import SessionState, Track
from tests.session.builders import LONG, housed, publisher
from tests.session.roomers import ANNA, ENDED, RUNS, later, opened, rooms, show, state
from tests.storage.builders import in_loop


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/proctor.db"


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
