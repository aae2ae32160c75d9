"""Episodes added up: right at once, after each change, and after a restart."""

import pytest

from app.storage.tallies import Tallied, Tallies
from app.types import Edge, Label, SessionState, Severity
from tests.storage.builders import Store, alert, in_loop, opened, session

CRITICAL, WARNING, INFO = Severity.CRITICAL, Severity.WARNING, Severity.INFO


async def tallied(tallies: Tallies, store: Store) -> Tallied:
    """The one session; whoever begins anew finds the same."""
    found, total = await tallies.newest(10)
    afresh, _ = await Tallies(store.database).newest(10)
    assert found == afresh
    assert total == len(found) == 1
    return found[0]


@in_loop
async def test_it_follows_what_is_appended(url: str) -> None:
    async with opened(url) as store:
        tallies = Tallies(store.database)
        await store.sessions.create(session(room="exam", participant="anna"))
        quiet = await tallied(tallies, store)
        assert (quiet.room, quiet.participant) == ("exam", "anna")
        assert (quiet.tally.episodes, quiet.tally.newest, quiet.tally.open) == ({}, None, ())
        assert quiet.tally.told_at is None

        await store.log.append(
            "s",
            [
                alert("a", at=5.0, started_at=3.0),
                alert("b", severity=CRITICAL, label=Label.PHONE, at=9.0, started_at=8.0),
                alert("c", severity=INFO, label=Label.BLACK, at=30.0, started_at=20.0),
            ],
        )
        all_open = (await tallied(tallies, store)).tally
        assert all_open.episodes == {WARNING: 1, CRITICAL: 1, INFO: 1}
        assert [begun.id for begun in all_open.open] == ["a", "b", "c"]
        assert all_open.told_at == 9.0  # what is for information is no news
        assert all_open.newest is not None
        assert (all_open.newest.label, all_open.newest.started_at) == (Label.BLACK, 20.0)

        await store.log.append(
            "s",
            [
                alert("b", Edge.ENDED, severity=CRITICAL, at=41.0, ended_at=40.0),
                alert("d", severity=CRITICAL, at=35.0, started_at=34.0),
                alert("d", Edge.ENDED, severity=CRITICAL, at=36.0, ended_at=36.0),
            ],
        )
        later = (await tallied(tallies, store)).tally
        assert later.episodes == {WARNING: 1, CRITICAL: 2, INFO: 1}
        assert [begun.id for begun in later.open] == ["a", "c"]
        assert later.told_at == 41.0
        assert later.newest is not None
        assert later.newest.id == "d"
        assert (await tallied(tallies, store)).tally == later


@in_loop
async def test_who_is_over_is_left_out(url: str) -> None:
    async with opened(url) as store:
        tallies = Tallies(store.database)
        for number, state in enumerate(SessionState):
            info = session(state, created_at=float(number), state=SessionState.RUNNING)
            await store.sessions.create(info)
            await store.log.append(state, [alert("e")])
            if state is SessionState.DELETED:
                await store.sessions.erase(state)
            else:
                await store.sessions.update_state(state, state)
        found, _ = await tallies.newest(10)
        assert [each.id for each in found] == ["paused", "running"]
        await store.sessions.update_state("running", SessionState.STOPPED, 1.0, "rest")
        assert [each.id for each in (await tallies.newest(10))[0]] == ["paused"]
        await store.log.append("running", [alert("f")])
        await store.sessions.update_state("running", SessionState.RUNNING)
        again = (await tallies.newest(10))[0][1]
        assert (again.tally.episodes, len(again.tally.open)) == ({WARNING: 2}, 2)


@pytest.mark.parametrize("count", [1, 230])
@in_loop
async def test_many_sessions_are_not_mixed_up(url: str, count: int) -> None:
    async with opened(url) as store:
        for number in range(count):
            await store.sessions.create(session(f"{number:03}", created_at=float(-number)))
            begun = [alert(f"{n}", at=float(n)) for n in range(number % 3 + 1)]
            await store.log.append(f"{number:03}", begun)
            if number % 2:
                await store.log.append(f"{number:03}", [alert("0", Edge.ENDED)])
        found, total = await Tallies(store.database).newest(500)
        assert total == count
        assert [each.id for each in found] == [f"{number:03}" for number in range(count)]
        for number, each in enumerate(found):
            assert each.tally.episodes == {WARNING: number % 3 + 1}
            first = 1 if number % 2 else 0
            ids = [begun.id for begun in each.tally.open]
            assert ids == [f"{n}" for n in range(first, number % 3 + 1)]


@in_loop
async def test_more_than_are_wanted_are_counted(url: str) -> None:
    async with opened(url) as store:
        for number in range(5):
            await store.sessions.create(session(f"{number}", created_at=float(number)))
        tallies = Tallies(store.database)
        found, total = await tallies.newest(2)
        assert ([each.id for each in found], total) == (["4", "3"], 5)
        assert (await tallies.newest(5))[1] == 5
