"""Whose a session is: it takes a room once, and is refused to another."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from app.errors import DeletedSessionError, OtherRoomError, SessionIdError
from app.session.plan import SessionPlan
from app.session.rooms import Rooms
from app.types import SessionState
from tests.session.builders import House, housed
from tests.storage.builders import in_loop, session

NOBODYS = SessionPlan()
ROOM = SessionPlan(room="exam")
ANNA = SessionPlan(room="exam", participant="anna")
BERT = SessionPlan(room="exam", participant="bert")
ELSEWHERE = SessionPlan(room="exam2", participant="anna")


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/proctor.db"


async def belongs(house: House) -> tuple[str | None, str | None]:
    info = await house.registry.get("s")
    return info.room, info.participant


@pytest.mark.parametrize(
    ("first", "then", "belongs_to"),
    [
        (NOBODYS, NOBODYS, (None, None)),
        (NOBODYS, ROOM, ("exam", None)),
        (NOBODYS, ANNA, ("exam", "anna")),
        (ROOM, ANNA, ("exam", "anna")),
        (ROOM, ROOM, ("exam", None)),
        (ANNA, NOBODYS, ("exam", "anna")),
        (ANNA, ROOM, ("exam", "anna")),
        (ANNA, ANNA, ("exam", "anna")),
    ],
)
@in_loop
async def test_what_is_missing_is_taken_from_who_names_it_first(
    url: str, first: SessionPlan, then: SessionPlan, belongs_to: tuple[str | None, str | None]
) -> None:
    async with housed(url) as house:
        made, _ = await house.registry.create("s", first)
        found, new = await house.registry.create("s", then)
        assert not new
        room, participant = belongs_to
        assert found == replace(made, room=room, participant=participant)
        assert await belongs(house) == belongs_to


@pytest.mark.parametrize(
    ("first", "then"),
    [
        (ROOM, SessionPlan(room="Exam")),
        (ROOM, ELSEWHERE),
        (ANNA, ELSEWHERE),
        (ANNA, BERT),
        (ANNA, SessionPlan(room="exam2")),
    ],
)
@in_loop
async def test_another_room_or_participant_is_refused_and_changes_nothing(
    url: str, first: SessionPlan, then: SessionPlan
) -> None:
    async with housed(url) as house:
        await house.registry.create("s", first)
        with pytest.raises(OtherRoomError, match="'s' belongs to another room or participant"):
            await house.registry.create("s", then)
        assert await belongs(house) == (first.room, first.participant)


@in_loop
async def test_two_candidates_whose_adapters_give_the_same_id_share_no_session(url: str) -> None:
    """Room "c" and "7_anna", room "c_7" and "anna"."""
    async with housed(url) as house:
        await house.registry.create("c_7_anna", SessionPlan(room="c", participant="7_anna"))
        with pytest.raises(OtherRoomError):
            await house.registry.create("c_7_anna", SessionPlan(room="c_7", participant="anna"))


@in_loop
async def test_of_many_who_name_its_room_at_once_one_is_right(url: str) -> None:
    plans = [SessionPlan(room=f"room {n % 3}", participant=f"p{n % 2}") for n in range(12)]
    for known in (True, False):
        session_id = f"known {known}"
        async with housed(url) as house:
            if known:
                await house.registry.create(session_id, NOBODYS)
            outcomes = await asyncio.gather(
                *(house.registry.create(session_id, plan) for plan in plans), return_exceptions=True
            )
            told = {
                (outcome[0].room, outcome[0].participant)
                for outcome in outcomes
                if not isinstance(outcome, BaseException)
            }
            refused = sum(isinstance(outcome, OtherRoomError) for outcome in outcomes)
            info = await house.registry.get(session_id)
            assert told == {(info.room, info.participant)}
            assert refused == 10  # each is named twice


@in_loop
async def test_a_session_that_runs_knows_its_room_at_once(url: str) -> None:
    async with housed(url) as house:
        found = await house.registry.open("s")
        await house.registry.pause("s")
        await house.registry.create("s", ANNA)
        assert (found.info.room, found.info.participant) == ("exam", "anna")
        assert found.info.state is SessionState.PAUSED
        assert await Rooms(house.store, house.registry).left("exam", "anna", None) == ["s"]


@in_loop
async def test_an_erased_session_takes_no_room(url: str) -> None:
    async with housed(url) as house:
        await house.registry.create("s", NOBODYS)
        await house.registry.erase("s")
        with pytest.raises(DeletedSessionError):
            await house.registry.create("s", ANNA)


def test_a_plan_says_what_is_missing() -> None:
    assert ANNA.names_more(session(room="exam"))
    assert not ROOM.names_more(session(room="exam"))
    with pytest.raises(SessionIdError, match="a participant belongs to a room"):
        SessionPlan(participant="anna").check()
    with pytest.raises(SessionIdError, match="a participant's identity holds neither NUL"):
        SessionPlan(room="a\nb", participant="a\0b").check()
    SessionPlan(room="a\nb", participant="\u202e").check()
