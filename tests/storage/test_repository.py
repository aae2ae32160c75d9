"""Sessions: the same on SQLite and PostgreSQL."""

import asyncio
import unicodedata
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import text

from app.errors import DeletedSessionError, UnknownSessionError
from app.types import AlertKind, Purpose, SessionState
from tests.storage.builders import alert, in_loop, opened, session

WEIRD_IDS = (
    "a/b/../c",
    "'; DROP TABLE sessions; --",
    'say "no"',
    "%2F %00 %s :id ?",
    "\\n{}$1",
    " ",
    "😀" * 256,
    unicodedata.normalize("NFC", "é"),
    unicodedata.normalize("NFD", "é"),
    "مرحبا שלום",
)


@in_loop
async def test_a_session_comes_back_as_it_was_created(url: str) -> None:
    info = session(
        purpose=Purpose.INTERVIEW,
        mirrored=True,
        rules={AlertKind.GAZE_AWAY: {"hold": 3.5, "enabled": False}, AlertKind.PHONE: {}},
        room="Raum 7/é\n",
        participant="😀" * 512,
    )
    async with opened(url) as store:
        assert await store.sessions.get("s") is None
        assert await store.sessions.create(info) == info
    async with opened(url) as store:
        found = await store.sessions.get("s")
        assert found == info
        assert isinstance(found.purpose, Purpose)
        assert all(isinstance(kind, AlertKind) for kind in found.rules)


@in_loop
async def test_of_many_who_create_a_session_all_get_the_same(url: str) -> None:
    async with opened(url) as store, opened(url) as other:
        created = await asyncio.gather(
            *(
                each.sessions.create(session(created_at=float(number)))
                for number in range(8)
                for each in (store, other)
            )
        )
        assert set(map(repr, created)) == {repr(await store.sessions.get("s"))}


@in_loop
async def test_a_state_changes_and_changes_back(url: str) -> None:
    async with opened(url) as store:
        await store.sessions.create(session())
        await store.log.append("s", [alert()])
        stopped = await store.sessions.update_state("s", SessionState.STOPPED, 1.5, "idle")
        assert stopped == session(
            state=SessionState.STOPPED, ended_at=1.5, ended_by="idle", last_seq=1
        )
        assert await store.sessions.get("s") == stopped
        running = await store.sessions.update_state("s", SessionState.RUNNING)
        assert running == session(last_seq=1)
        with pytest.raises(ValueError, match="erase"):
            await store.sessions.update_state("s", SessionState.DELETED)


@in_loop
async def test_an_erased_session_leaves_its_id_alone(url: str) -> None:
    secret = session(
        purpose=Purpose.INTERVIEW,
        mirrored=True,
        rules={AlertKind.PHONE: {"hold": 1}},
        room="exam",
        participant="anna",
    )
    tombstone = session(state=SessionState.DELETED, created_at=0.0)
    async with opened(url) as store:
        await store.sessions.create(secret)
        await store.sessions.create(session("other"))
        await store.log.append("s", [alert(), alert()])
        await store.log.append("other", [alert()])
        await store.sessions.update_state("s", SessionState.STOPPED, 5.0, "rest")
        await store.sessions.erase("s")
        await store.sessions.erase("s")
        assert await store.sessions.get("s") == tombstone
        assert await store.log.after("s", 0) == []
        assert await store.sessions.create(secret) == tombstone
        with pytest.raises(DeletedSessionError):
            await store.sessions.update_state("s", SessionState.RUNNING)
        assert len(await store.log.after("other", 0)) == 1


@in_loop
async def test_an_unknown_session_is_neither_changed_nor_erased(url: str) -> None:
    async with opened(url) as store:
        with pytest.raises(UnknownSessionError, match="'nobody'"):
            await store.sessions.update_state("nobody", SessionState.PAUSED)
        with pytest.raises(UnknownSessionError, match="'nobody'"):
            await store.sessions.erase("nobody")
        assert await store.sessions.get("nobody") is None


@in_loop
async def test_those_of_a_room_that_run_or_pause(url: str) -> None:
    known = (
        ("exam", "anna", SessionState.RUNNING),
        ("exam", "bert", SessionState.PAUSED),
        ("exam", None, SessionState.RUNNING),
        ("exam", "anna", SessionState.STOPPED),
        ("Exam", "anna", SessionState.RUNNING),
        (None, None, SessionState.RUNNING),
        ("exam", "anna", SessionState.RUNNING),
    )
    async with opened(url) as store:
        for n, (room, participant, state) in enumerate(known):
            await store.sessions.create(
                session(
                    f"s{n}",
                    created_at=float(n),
                    room=room,
                    participant=participant,
                    state=state,
                )
            )
        await store.sessions.erase("s6")

        async def ids(*wanted: str) -> list[str]:
            return [info.id for info in await store.sessions.in_room(*wanted)]

        assert await ids("exam") == ["s0", "s1", "s2"]
        assert await ids("exam", "anna") == ["s0"]
        assert await ids("exam", "") == []
        assert await ids("exam'; --") == []


@in_loop
async def test_a_session_joins_one_room_and_one_participant(url: str) -> None:
    async with opened(url) as store:
        made = await store.sessions.create(session())
        in_room = replace(made, room="exam")
        with_anna = replace(in_room, participant="x" * 512)
        join = store.sessions.join_room
        assert await join("s", "exam", None) == in_room
        assert await join("s", "other", None) == in_room
        assert await join("s", "other", "bert") == in_room
        assert await join("s", "exam", "x" * 512) == with_anna
        for room, participant in (("exam", "bert"), ("exam", None), ("other", "x" * 512)):
            assert await join("s", room, participant) == with_anna
        assert await store.sessions.get("s") == with_anna
        with pytest.raises(UnknownSessionError):
            await join("nobody", "exam", None)
        await store.sessions.erase("s")
        with pytest.raises(DeletedSessionError):
            await join("s", "exam", "anna")
        left = await store.sessions.get("s")
        assert left is not None
        assert (left.room, left.participant) == (None, None)


@in_loop
async def test_of_many_who_join_at_once_all_are_told_the_same(url: str) -> None:
    async with opened(url) as store, opened(url) as other:
        await store.sessions.create(session())
        joined = await asyncio.gather(
            *(
                each.sessions.join_room("s", f"room {n}", f"p{n}" if n % 3 else None)
                for n in range(8)
                for each in (store, other)
            )
        )
        assert len({found.room for found in joined}) == 1
        found = await store.sessions.get("s")
        assert found is not None
        assert found.room == joined[0].room
        assert found.participant in (None, f"p{str(found.room)[-1]}")


@in_loop
async def test_the_list_has_pages_and_no_erased_session(url: str) -> None:
    async with opened(url) as store:
        for number in range(5):
            await store.sessions.create(session(f"s{number}", created_at=float(number)))
        await store.sessions.update_state("s1", SessionState.STOPPED, 9.0, "rest")
        await store.sessions.erase("s4")

        async def ids(*args: object, **kwargs: object) -> tuple[list[str], int]:
            page, total = await store.sessions.list(*args, **kwargs)  # type: ignore[arg-type]
            return [info.id for info in page], total

        assert await ids(10) == (["s3", "s2", "s1", "s0"], 4)
        assert await ids(2, 1) == (["s2", "s1"], 4)
        assert await ids(2, 9) == ([], 4)
        assert await ids(9, states=[SessionState.STOPPED]) == (["s1"], 1)
        assert await ids(9, states=[SessionState.DELETED]) == (["s4"], 1)
        assert await ids(9, states=[]) == ([], 0)


PERIODS = {"periods": [[float(each), each + 0.5, "paused"] for each in range(3)]}
SHARES = {"seconds": 10.5, "judged": {"gaze_away": 0.9}, "not_assessable": {}}


@pytest.mark.parametrize("sound", [None, {}, SHARES])
@in_loop
async def test_a_list_has_the_shares_of_the_coverage_alone(
    url: str, sound: dict[str, Any] | None
) -> None:
    heard = None if sound is None else sound | PERIODS
    whole = session(coverage={**SHARES, **PERIODS, "sound": heard}, calibration=SCREEN)
    bare = session("bare", created_at=whole.created_at + 1)
    async with opened(url) as store:
        for each in (whole, bare):
            await store.sessions.create(each)
        listed = replace(whole, coverage={**SHARES, "sound": sound})
        assert (await store.sessions.list(10))[0] == [bare, listed]
        assert await store.sessions.get("s") == whole


@in_loop
async def test_the_ids_of_those_in_a_state(url: str) -> None:
    async with opened(url) as store:
        for session_id in ("a", "b", "c"):
            await store.sessions.create(session(session_id))
        await store.sessions.update_state("b", SessionState.PAUSED)
        await store.sessions.erase("c")
        assert await store.sessions.ids(SessionState.RUNNING) == ["a"]
        assert await store.sessions.ids(SessionState.PAUSED) == ["b"]
        assert await store.sessions.ids(SessionState.STOPPED) == []


@in_loop
async def test_an_id_is_any_printable_text(url: str) -> None:
    async with opened(url) as store:
        for session_id in WEIRD_IDS:
            await store.sessions.create(session(session_id))
        for session_id in WEIRD_IDS:
            assert await store.sessions.get(session_id) == session(session_id)
            assert [r.seq for r in await store.log.append(session_id, [alert()])] == [1]
        assert (await store.sessions.list(99))[1] == len(WEIRD_IDS)
        await store.sessions.erase(WEIRD_IDS[7])
        nfd = await store.sessions.get(WEIRD_IDS[8])
        assert nfd is not None
        assert nfd.state is SessionState.RUNNING


SCREEN = {"left": 12.5, "right": -11.0, "up": 3.25, "down": -9.0, "at": 31.5}


@in_loop
async def test_a_calibration_and_a_coverage_are_kept_and_change_nothing_else(url: str) -> None:
    async with opened(url) as store:
        created = await store.sessions.create(session())
        await store.sessions.save_calibration("s", SCREEN)
        await store.sessions.save_coverage("s", {"gaze_away": 0.875})
    async with opened(url) as store:
        found = await store.sessions.get("s")
        assert found == replace(created, calibration=SCREEN, coverage={"gaze_away": 0.875})
        assert await store.sessions.update_state("s", SessionState.PAUSED) == replace(
            found, state=SessionState.PAUSED
        )
        await store.sessions.save_calibration("s", None)
        await store.sessions.save_coverage("s", None)
        assert (await store.sessions.list(10))[0] == [replace(created, state=SessionState.PAUSED)]
        nulls = text("SELECT count(*) FROM sessions WHERE calibration IS NULL AND coverage IS NULL")
        assert await store.database.read(lambda connection: connection.scalar(nulls)) == 1


@in_loop
async def test_a_session_may_be_created_with_both(url: str) -> None:
    info = session(calibration=SCREEN, coverage={"phone": 0.0})
    async with opened(url) as store:
        assert await store.sessions.create(info) == info
        assert await store.sessions.get("s") == info


@in_loop
async def test_erasing_clears_both(url: str) -> None:
    async with opened(url) as store:
        await store.sessions.create(session(calibration=SCREEN, coverage={"phone": 1.0}))
        await store.sessions.erase("s")
        left = await store.sessions.get("s")
        assert left is not None
        assert (left.state, left.calibration, left.coverage) == (SessionState.DELETED, None, None)


@pytest.mark.parametrize("what", ["save_calibration", "save_coverage"])
@in_loop
async def test_nothing_is_saved_of_who_is_not_there(url: str, what: str) -> None:
    async with opened(url) as store:
        with pytest.raises(UnknownSessionError):
            await getattr(store.sessions, what)("s", SCREEN)
        await store.sessions.create(session())
        await store.sessions.erase("s")
        with pytest.raises(DeletedSessionError):
            await getattr(store.sessions, what)("s", SCREEN)
