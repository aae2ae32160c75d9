"""All sessions of a process, on a real database."""

import asyncio
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from app.errors import (
    CapacityError,
    DeletedSessionError,
    PurposeError,
    RuleError,
    SessionIdError,
    StoppedSessionError,
    StorageError,
    UnknownSessionError,
)
from app.session.plan import SessionPlan
from app.session.publisher import Eviction
from app.session.session import Session
from app.session.troubles import troubles
from app.types import Alert, AlertKind, Edge, Purpose, RecordedAlert, SessionState, Track
from tests.fakes import NOBODY, SOMEBODY
from tests.session.builders import (
    LONG,
    Camera,
    House,
    housed,
    publisher,
    settle,
    until,
    watched,
)
from tests.storage.builders import alert, in_loop, opened, session

SHORT = 0.2
"""Seconds of silence that end a session here."""


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/proctor.db"


async def alarmed(
    house: House, session_id: str = "s", evictions: list[Eviction] | None = None
) -> Session:
    """A session whose publisher has just shown that nobody is there."""
    await house.store.create(watched(session_id))
    found = await house.registry.open(session_id)
    found.publish(Track.VIDEO, publisher([] if evictions is None else evictions))
    house.inference.show = NOBODY
    await Camera(found).show(1.0)
    house.inference.show = SOMEBODY
    return found


def keep_open(found: Session) -> None:
    """As media does; so much later that nothing falls silent before its time."""
    found.tracks.came(Track.AUDIO, 0.0, time.monotonic() + LONG)


async def state(house: House, session_id: str = "s") -> tuple[SessionState, str | None]:
    info = await house.registry.get(session_id)
    assert (info.ended_at is None) == (info.ended_by is None)
    return info.state, info.ended_by


async def until_ended(house: House, session_id: str = "s") -> None:
    """Return once the session is stopped and nothing in it is open."""
    async with asyncio.timeout(20.0):
        while (
            await state(house, session_id) == (SessionState.RUNNING, None)
            or house.registry.find(session_id) is not None
            or await house.log.open_episodes(session_id)
        ):
            await asyncio.sleep(0.01)


# Opening


@in_loop
async def test_opening_creates_a_session_that_runs(url: str) -> None:
    async with housed(url) as house:
        with pytest.raises(UnknownSessionError, match="'s'"):
            await house.registry.get("s")
        assert house.registry.find("s") is None
        found = await house.registry.open("s")
        assert found is house.registry.find("s") is await house.registry.open("s")
        assert found.info == await house.registry.get("s")
        assert (found.info.purpose, found.info.state) == (Purpose.EXAM, SessionState.RUNNING)
        assert abs(found.info.created_at - time.time()) < LONG
        assert len(house.registry) == 1
        assert house.metrics.registry.get_sample_value("proctor_sessions") == 1.0
        await Camera(found).show(1.0)
        assert found.frames.analysed == 1


@in_loop
async def test_of_many_who_open_a_session_at_once_all_get_the_same(url: str) -> None:
    async with housed(url) as house:
        found = await asyncio.gather(*(house.registry.open(f"s{n % 2}") for n in range(12)))
        assert len({id(each) for each in found}) == 2
        assert {each.info.id for each in found} == {"s0", "s1"}


@in_loop
async def test_a_session_is_opened_as_it_was_planned(url: str) -> None:
    plan = SessionPlan(
        purpose=Purpose.INTERVIEW, mirrored=True, rules={AlertKind.PHONE: {"enabled": False}}
    )
    async with housed(url) as house:
        planned, new = await house.registry.create("s", plan)
        assert new
        assert house.registry.find("s") is None  # nothing runs before media comes
        again, new = await house.registry.create("s", SessionPlan())
        assert (again, new) == (planned, False)
        found = await house.registry.open("s")
        assert found.info == planned
        assert (planned.purpose, planned.mirrored) == (Purpose.INTERVIEW, True)
        assert planned.rules == plan.rules
        assert await house.registry.list(10, 0, None) == ([planned], 1)


@pytest.mark.parametrize("session_id", ["", "x" * 257, "a\nb", "\0", "\x7f", "\ud800"])
@in_loop
async def test_an_id_is_printable_and_not_too_long(url: str, session_id: str) -> None:
    async with housed(url) as house:
        for ask in (house.registry.open, house.registry.get, house.registry.erase):
            with pytest.raises(SessionIdError):
                await ask(session_id)
        await house.registry.open("x" * 256)
        await house.registry.open("a/b ?%2F😀")


@in_loop
async def test_capacity_is_kept_even_if_all_come_at_once(url: str) -> None:
    async with housed(url, most=2) as house:
        outcomes = await asyncio.gather(
            *(house.registry.open(f"s{n}") for n in range(6)), return_exceptions=True
        )
        assert sum(isinstance(each, Session) for each in outcomes) == 2
        assert sum(isinstance(each, CapacityError) for each in outcomes) == 4
        assert (await house.registry.list(10, 0, None))[1] == 2  # the refused leave no trace
        running = next(each for each in outcomes if isinstance(each, Session)).info.id
        assert (await house.registry.open(running)).info.id == running
        await house.registry.stop(running)
        await house.registry.open("another")


@in_loop
async def test_purposes_that_are_not_accepted_are_refused(url: str) -> None:
    async with housed(url, purposes=(Purpose.PERSONAL,)) as house:
        assert (await house.registry.open("mine")).info.purpose is Purpose.PERSONAL
    async with housed(url) as house:
        for purpose in (Purpose.PERSONAL, Purpose.RESEARCH):
            with pytest.raises(PurposeError, match=f"{purpose}; it accepts exam, interview"):
                await house.registry.create("s", SessionPlan(purpose=purpose))
        with pytest.raises(UnknownSessionError):
            await house.registry.get("s")
        with pytest.raises(PurposeError, match="personal"):  # of an earlier process
            await house.registry.open("mine")
        assert house.registry.find("mine") is None


@in_loop
async def test_bad_rules_are_refused_before_anything_is_stored(url: str) -> None:
    async with housed(url) as house:
        with pytest.raises(RuleError, match=r"phone\.hold"):
            await house.registry.create("s", SessionPlan(rules={AlertKind.PHONE: {"hold": -1.0}}))
        with pytest.raises(UnknownSessionError):
            await house.registry.get("s")


# Pausing, stopping, starting, erasing


@in_loop
async def test_pause_and_start(url: str) -> None:
    async with housed(url) as house:
        found = await alarmed(house)
        paused = await house.registry.pause("s")
        assert (paused, paused.state) == (found.info, SessionState.PAUSED)
        await found.outbox.flush(10.0)
        assert await house.told("s") == ["nobody started", "nobody ended"]
        assert await house.registry.pause("s") == await house.registry.get("s")
        started = await house.registry.start_judging("s")
        assert (started, started.state) == (found.info, SessionState.RUNNING)
        assert await house.registry.start_judging("s") == started
        assert house.registry.find("s") is found


@in_loop
async def test_a_paused_session_opens_paused(url: str) -> None:
    async with housed(url) as house:
        await house.registry.create("s", SessionPlan())
        await house.registry.pause("s")
        assert (await house.registry.open("s")).info.state is SessionState.PAUSED


@in_loop
async def test_a_broken_bell_refuses_no_session(
    url: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken(session_id: str) -> None:
        raise OSError("no bell")

    async with housed(url) as house:
        monkeypatch.setattr(house.bus, "publish", broken)
        await alarmed(house)
        assert (await house.registry.stop("s")).state is SessionState.STOPPED
        assert await house.told("s") == ["nobody started", "nobody ended"]
    assert "ringing failed" in caplog.text


@in_loop
async def test_stop_ends_everything_and_start_begins_anew(url: str) -> None:
    async with housed(url) as house, house.bus.subscribe("s") as bell:
        told: list[Eviction] = []
        found = await alarmed(house, "s", told)
        stopped = await house.registry.stop("s")
        await asyncio.wait_for(bell.wait(), 10.0)
        assert (stopped.state, stopped.ended_by) == (SessionState.STOPPED, "rest")
        assert stopped.ended_at is not None
        assert abs(stopped.ended_at - time.time()) < LONG
        assert stopped.last_seq == 2
        assert told == [Eviction.STOPPED]
        assert await house.told("s") == ["nobody started", "nobody ended"]
        assert (house.registry.find("s"), len(house.registry)) == (None, 0)
        assert house.metrics.registry.get_sample_value("proctor_sessions") == 0.0
        with pytest.raises(StoppedSessionError):
            await house.registry.open("s")
        with pytest.raises(StoppedSessionError):
            await house.registry.pause("s")
        assert await house.registry.stop("s") == stopped
        assert (await house.registry.start_judging("s")).ended_at is None
        again = await house.registry.open("s")
        assert again is not found
        assert again.info.state is SessionState.RUNNING


@in_loop
async def test_an_erased_session_is_gone_for_good(url: str) -> None:
    async with housed(url) as house, house.bus.subscribe("s") as bell:
        told: list[Eviction] = []
        await alarmed(house, "s", told)
        await house.registry.erase("s")
        await asyncio.wait_for(bell.wait(), 10.0)
        assert told == [Eviction.DELETED]
        assert (await house.told("s"), house.registry.find("s")) == ([], None)
        for ask in (
            house.registry.open,
            house.registry.get,
            house.registry.pause,
            house.registry.stop,
            house.registry.start_judging,
        ):
            with pytest.raises(DeletedSessionError):
                await ask("s")
        with pytest.raises(DeletedSessionError):
            await house.registry.create("s", SessionPlan())
        await house.registry.erase("s")


@pytest.mark.parametrize("request_", ["stop", "erase"])
@in_loop
async def test_viewers_learn_that_a_session_begins_and_ends(url: str, request_: str) -> None:
    async with housed(url) as house, house.bus.subscribe("s") as bell:
        await house.registry.open("s")
        await asyncio.wait_for(bell.wait(), 10.0)
        await getattr(house.registry, request_)("s")
        await asyncio.wait_for(bell.wait(), 10.0)


@in_loop
async def test_what_was_never_created_is_unknown(url: str) -> None:
    async with housed(url) as house:
        for ask in (
            house.registry.get,
            house.registry.pause,
            house.registry.stop,
            house.registry.start_judging,
            house.registry.erase,
        ):
            with pytest.raises(UnknownSessionError):
                await ask("s")


@pytest.mark.parametrize(
    ("request_", "state_"),
    [("stop", None), ("erase", None), ("pause", SessionState.PAUSED)],
)
@in_loop
async def test_a_session_may_be_ended_while_it_opens(
    url: str, request_: str, state_: SessionState | None
) -> None:
    """What runs is then what is stored."""
    async with housed(url) as house:
        await house.registry.create("s", SessionPlan())
        house.log.answers.clear()
        opening = asyncio.create_task(house.registry.open("s"))
        await until(lambda: house.log.asked == 1)  # the session was found running
        ending = asyncio.create_task(getattr(house.registry, request_)("s"))
        await asyncio.wait({ending}, timeout=0.1)
        house.log.answers.set()
        await asyncio.gather(opening, ending)
        runs = house.registry.find("s")
        assert (None if runs is None else runs.info.state) == state_


# What an earlier process left


@in_loop
async def test_what_a_crash_left_open_is_ended_when_the_session_goes_on(url: str) -> None:
    async with opened(url) as crashed:
        await crashed.sessions.create(session())
        await crashed.log.append("s", [alert("a"), alert("b"), alert("a", Edge.ENDED)])
    async with housed(url) as house:
        await house.registry.open("s")
        *_, end = await house.log.after("s", 0)
        assert (end.seq, end.alert.id, end.alert.edge) == (4, "b", Edge.ENDED)
        assert end.alert.evidence == {"closed_by": "restart"}
        assert end.alert.ended_at == end.alert.at == 12.4
        assert not end.alert.announced
        assert await house.log.open_episodes("s") == []
    async with housed(url) as house:
        await house.registry.open("s")
        assert len(await house.log.after("s", 0)) == 4


@in_loop
async def test_what_a_crash_left_open_is_ended_by_a_stop_too(url: str) -> None:
    async with opened(url) as crashed:
        await crashed.sessions.create(session())
        await crashed.log.append("s", [alert("a")])
    async with housed(url) as house:
        assert (await house.registry.stop("s")).last_seq == 2
        assert await house.log.open_episodes("s") == []


@in_loop
async def test_sessions_that_an_earlier_process_left_end_after_the_idle_limit(url: str) -> None:
    async with opened(url) as crashed:
        for session_id in ("silent", "lively"):
            await crashed.sessions.create(session(session_id))
        await crashed.sessions.create(session("paused", state=SessionState.PAUSED))
        await crashed.log.append("silent", [alert("a")])
        await crashed.log.append("paused", [alert("b")])
    began = time.time()
    async with housed(url, idle_after=SHORT) as house:
        await house.registry.create("without media", SessionPlan())
        keep_open(await house.registry.open("lively"))
        await until_ended(house, "silent")
        await until_ended(house, "without media")
        assert await state(house, "silent") == (SessionState.STOPPED, "idle")
        assert ((await house.registry.get("silent")).ended_at or 0.0) >= began + SHORT
        assert len(await house.log.after("silent", 0)) == 2
        assert await state(house, "lively") == (SessionState.RUNNING, None)
        assert await state(house, "paused") == (SessionState.PAUSED, None)


@in_loop
async def test_a_session_of_an_earlier_process_goes_on_with_its_numbers(url: str) -> None:
    async with housed(url) as house:
        await alarmed(house)
    async with housed(url) as house:
        assert await state(house) == (SessionState.RUNNING, None)
        assert await house.told("s") == ["nobody started", "nobody ended"]
        await alarmed(house)
        await house.registry.stop("s")
        assert [each.seq for each in await house.log.after("s", 0)] == [1, 2, 3, 4]


# Silence


@in_loop
async def test_silence_ends_a_session_and_media_brings_it_back(url: str) -> None:
    async with housed(url, idle_after=SHORT) as house:
        told: list[Eviction] = []
        found = await alarmed(house, "s", told)
        await until_ended(house)
        assert await state(house) == (SessionState.STOPPED, "idle")
        assert told == [Eviction.IDLE]
        assert await house.told("s") == ["nobody started", "nobody ended"]
        again = await house.registry.open("s")
        assert again is not found
        assert again.info.state is SessionState.RUNNING
        assert again.info.ended_at is None


@in_loop
async def test_media_keeps_a_session_open(url: str) -> None:
    async with housed(url, idle_after=SHORT) as house:
        lively = await house.registry.open("lively")
        keep_open(lively)
        await house.registry.open("silent")
        await until_ended(house, "silent")
        assert house.registry.find("lively") is lively


@in_loop
async def test_a_pause_outlasts_silence(url: str) -> None:
    async with housed(url, idle_after=SHORT) as house:
        told: list[Eviction] = []
        await house.registry.create("s", SessionPlan())
        await house.registry.pause("s")
        found = await house.registry.open("s")
        found.publish(Track.VIDEO, publisher(told))
        await until(lambda: house.registry.find("s") is None)
        await until(lambda: told == [Eviction.IDLE])
        assert (await house.registry.open("s")).info.state is SessionState.PAUSED


@in_loop
async def test_a_stop_holds_even_after_silence(url: str) -> None:
    async with housed(url, idle_after=SHORT) as house:
        await house.registry.open("s")
        await until_ended(house)
        silent = await house.registry.get("s")
        stopped = await house.registry.stop("s")
        assert (stopped.ended_by, stopped.ended_at) == ("rest", silent.ended_at)
        with pytest.raises(StoppedSessionError):
            await house.registry.open("s")


@in_loop
async def test_a_store_that_fails_for_one_session_does_not_save_the_others(
    url: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with opened(url) as crashed:
        await crashed.sessions.create(session("left broken"))
        await crashed.sessions.create(session("left whole"))
    async with housed(url, idle_after=SHORT) as house:
        house.store.broken = {"broken", "left broken"}
        for name in ("broken", "whole"):
            await house.registry.open(name)
        await until_ended(house, "whole")
        await until_ended(house, "left whole")
        assert house.registry.find("broken") is not None
        assert "ending a silent session failed" in caplog.text
        house.store.broken.clear()
        await until_ended(house, "broken")
        await until_ended(house, "left broken")
        assert len(house.registry) == 0


@in_loop
async def test_a_store_that_is_away_at_the_start_does_not_end_the_sweeping(
    url: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with opened(url) as crashed:
        await crashed.sessions.create(session("left"))
    async with housed(url, idle_after=SHORT, failing_lists=2) as house:
        await house.registry.open("s")
        await until_ended(house, "s")
        await until_ended(house, "left")
        assert "listing the running sessions failed" in caplog.text


# Shutdown


@in_loop
async def test_a_shutdown_ends_episodes_but_no_session(url: str) -> None:
    told: list[Eviction] = []
    async with housed(url) as house:
        for session_id in ("a", "b"):
            await alarmed(house, session_id, told)
    assert told == [Eviction.SHUTDOWN] * 2
    async with opened(url) as after:
        for session_id in ("a", "b"):
            info = await after.sessions.get(session_id)
            assert info is not None
            assert (info.state, info.last_seq) == (SessionState.RUNNING, 2)
            _, end = await after.log.after(session_id, 0)
            assert end.alert.evidence["closed_by"] == "shutdown"


@in_loop
async def test_nothing_runs_on_after_a_shutdown(url: str) -> None:
    before = asyncio.all_tasks()
    async with housed(url) as house:
        await alarmed(house)
        assert {"session s", "outbox s", "session sweeper"} <= {
            task.get_name() for task in asyncio.all_tasks()
        }
    await settle()
    assert asyncio.all_tasks() == before


@in_loop
async def test_alerts_that_cannot_be_stored_are_seen(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with housed(url) as house:
        store, refusals = house.log.append, [StorageError("the disk is full")]

        async def append(session_id: str, alerts: Sequence[Alert]) -> list[RecordedAlert]:
            if refusals:
                raise refusals[0]
            return await store(session_id, alerts)

        monkeypatch.setattr(house.log, "append", append)
        found = await house.registry.open("s")
        assert troubles(house.registry.running).not_stored == 0
        found.outbox.add([alert("a")])
        await until(lambda: troubles(house.registry.running).not_stored == 1)
        refusals.clear()
        await house.registry.erase("s")
        assert troubles(house.registry.running).not_stored == 0
