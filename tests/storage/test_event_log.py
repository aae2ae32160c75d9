"""Alerts: the same on SQLite and PostgreSQL."""

import asyncio

import pytest

from app.errors import DeletedSessionError, StorageError, UnknownSessionError
from app.types import AlertKind, Edge, Label, RecordedAlert, Severity
from tests.storage.builders import alert, in_loop, opened, session


def seqs(recorded: list[RecordedAlert]) -> list[int]:
    return [each.seq for each in recorded]


@in_loop
async def test_an_alert_comes_back_as_it_was_appended(url: str) -> None:
    rich = alert(
        kind=AlertKind.SEVERAL_SPEAKERS,
        label=Label.SEVERAL_SPEAKERS,
        severity=Severity.CRITICAL,
        at=0.1 + 0.2,
        evidence={"speakers": 2, "share": 1 / 3, "reason": "Über “quotes” 🔊"},
    )
    async with opened(url) as store:
        await store.sessions.create(session())
        recorded = await store.log.append("s", [rich])
        assert recorded == [RecordedAlert(session_id="s", seq=1, alert=rich)]
    async with opened(url) as store:
        found = await store.log.after("s", 0)
        assert found == recorded
        assert isinstance(found[0].alert.kind, AlertKind)
        assert isinstance(found[0].alert.edge, Edge)


@in_loop
async def test_numbers_go_on_and_sessions_do_not_share_them(url: str) -> None:
    async with opened(url) as store:
        await store.sessions.create(session("a"))
        await store.sessions.create(session("b"))
        assert seqs(await store.log.append("a", [alert(), alert()])) == [1, 2]
        assert seqs(await store.log.append("b", [alert()])) == [1]
        assert await store.log.append("a", []) == []
        assert seqs(await store.log.append("a", [alert()])) == [3]
        assert seqs(await store.log.after("a", 1)) == [2, 3]
        assert seqs(await store.log.after("a", 0, limit=2)) == [1, 2]
        assert seqs(await store.log.after("a", 3)) == []
        info = await store.sessions.get("a")
        assert info is not None
        assert info.last_seq == 3


@in_loop
async def test_what_is_appended_again_keeps_its_number(url: str) -> None:
    start, end, later = alert("e"), alert("e", Edge.ENDED), alert()
    async with opened(url) as store:
        await store.sessions.create(session())
        await store.log.append("s", [start])
        assert seqs(await store.log.append("s", [start])) == [1]
        assert seqs(await store.log.append("s", [end, start, later, later])) == [2, 1, 3, 3]
        assert seqs(await store.log.append("s", [alert()])) == [4]
        assert seqs(await store.log.after("s", 0)) == [1, 2, 3, 4]


@in_loop
async def test_many_writers_leave_no_gap_and_no_duplicate(url: str) -> None:
    async with opened(url) as first, opened(url) as second, opened(url) as third:
        for session_id in ("a", "b"):
            await first.sessions.create(session(session_id))
        acknowledged = await asyncio.gather(
            *(
                store.log.append(session_id, [alert(), alert(), alert()])
                for _ in range(8)
                for store in (first, second, third)
                for session_id in ("a", "b")
            )
        )
        for session_id in ("a", "b"):
            mine = [r for batch in acknowledged for r in batch if r.session_id == session_id]
            stored = await first.log.after(session_id, 0)
            assert seqs(stored) == list(range(1, 73))
            assert sorted(mine, key=lambda recorded: recorded.seq) == stored
        for batch in acknowledged:
            assert seqs(batch) == list(range(batch[0].seq, batch[0].seq + 3))


@in_loop
async def test_the_same_alert_from_two_writers_is_stored_once(url: str) -> None:
    batches = [[alert(), alert()] for _ in range(6)]
    async with opened(url) as first, opened(url) as second:
        await first.sessions.create(session())
        acknowledged = await asyncio.gather(
            *(store.log.append("s", batch) for batch in batches for store in (first, second))
        )
        assert acknowledged[0::2] == acknowledged[1::2]
        assert seqs(await first.log.after("s", 0)) == list(range(1, 13))


@in_loop
async def test_unknown_and_deleted_sessions_take_no_alerts(url: str) -> None:
    async with opened(url) as store:
        with pytest.raises(UnknownSessionError, match="'nobody'"):
            await store.log.append("nobody", [alert()])
        await store.sessions.create(session())
        await store.sessions.erase("s")
        with pytest.raises(DeletedSessionError, match="'s'"):
            await store.log.append("s", [alert()])
        assert await store.log.after("s", 0) == []
        assert await store.log.open_episodes("nobody") == []


@in_loop
async def test_an_erasure_among_appends_leaves_nothing(url: str) -> None:
    async with opened(url) as store, opened(url) as other:
        await store.sessions.create(session())
        results = await asyncio.gather(
            *(store.log.append("s", [alert()]) for _ in range(6)),
            other.sessions.erase("s"),
            *(other.log.append("s", [alert()]) for _ in range(6)),
            return_exceptions=True,
        )
        assert {type(each) for each in results} <= {list, type(None), DeletedSessionError}
        assert await store.log.after("s", 0) == []


@in_loop
async def test_a_failed_append_stores_nothing_and_costs_no_number(url: str) -> None:
    async with opened(url) as store:
        await store.sessions.create(session())
        with pytest.raises(StorageError):
            await store.log.append("s", [alert(), alert(evidence={"yaw_degrees": float("nan")})])
        assert await store.log.after("s", 0) == []
        assert seqs(await store.log.append("s", [alert()])) == [1]


@in_loop
async def test_open_episodes_are_those_without_an_end(url: str) -> None:
    async with opened(url) as store:
        await store.sessions.create(session("a"))
        await store.sessions.create(session("b"))
        await store.log.append("a", [alert("x"), alert("y"), alert("x", Edge.ENDED), alert("z")])
        await store.log.append("b", [alert("y"), alert("y", Edge.ENDED)])
        assert [r.alert.id for r in await store.log.open_episodes("a")] == ["y", "z"]
        await store.log.append("a", [alert("y", Edge.ENDED), alert("z", Edge.ENDED)])
        assert await store.log.open_episodes("a") == []
        assert await store.log.open_episodes("b") == []
