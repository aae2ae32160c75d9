"""Alerts are committed in order, and none is lost while the database is away."""

import asyncio
import logging
from decimal import Decimal
from pathlib import Path

import pytest

from app.errors import DeletedSessionError, StorageError
from app.session.outbox import Outbox
from app.types import Alert
from tests.fakes import FakeLog
from tests.session.builders import settle, until
from tests.storage.builders import alert, in_loop, opened, session


class Box:
    """An outbox on a log in memory; `rung` holds how much was stored at each ring."""

    def __init__(self) -> None:
        self.log = FakeLog()
        self.rung: list[int] = []
        self.told: list[range] = []
        self.outbox = Outbox("s", self.log.append, self.ring)

    async def ring(self, session_id: str, seqs: range) -> None:
        assert session_id == "s"
        self.told.append(seqs)
        self.rung.append(len(self.log.stored))

    @property
    def stored(self) -> list[Alert]:
        return [each.alert for each in self.log.stored]


@in_loop
async def test_alerts_are_stored_in_order_and_then_announced() -> None:
    box, alerts = Box(), [alert() for _ in range(5)]
    box.outbox.add(alerts[:2])
    await settle()
    assert (box.stored, box.rung) == (alerts[:2], [2])
    box.outbox.add([])
    box.outbox.add(alerts[2:4])
    box.outbox.add(alerts[4:])
    assert await box.outbox.flush(10.0)
    assert box.stored == alerts
    await settle()
    assert box.rung == [2, 5]
    assert box.told == [range(1, 3), range(3, 6)]
    await box.outbox.close()


@in_loop
async def test_what_comes_during_a_commit_is_not_forgotten() -> None:
    box, alerts = Box(), [alert() for _ in range(3)]
    box.log.answers.clear()
    box.outbox.add(alerts[:1])
    await settle()
    box.outbox.add(alerts[1:])
    await settle()
    assert (len(box.log.attempts), box.rung) == (1, [])  # no bell before the commit
    box.log.answers.set()
    assert await box.outbox.flush(10.0)
    assert box.log.attempts == [tuple(alerts[:1]), tuple(alerts[1:])]
    assert box.stored == alerts
    await box.outbox.close()


@in_loop
async def test_a_failing_store_is_tried_again_and_loses_nothing(
    caplog: pytest.LogCaptureFixture,
) -> None:
    box, alerts = Box(), [alert() for _ in range(3)]
    box.log.trouble = StorageError("the disk is full")
    box.outbox.add(alerts[:1])
    await until(lambda: len(box.log.attempts) == 2)
    box.outbox.add(alerts[1:])
    assert (box.outbox.failing, box.stored, box.rung) == (True, [], [])
    box.log.trouble = None
    assert await box.outbox.flush(10.0)
    assert (box.outbox.failing, box.stored) == (False, alerts)
    complaints = [record.getMessage() for record in caplog.records]
    assert complaints == ["storing alerts failed; trying again"]  # once, however often it failed
    await box.outbox.close()


@in_loop
async def test_an_attempt_that_was_stored_unheard_stores_nothing_twice() -> None:
    """The connection breaks after the commit: the outbox cannot know, and tries again."""
    box, alerts, breaks = Box(), [alert(), alert()], iter([True, False])

    async def stores_and_breaks(session_id: str, given: tuple[Alert, ...]) -> list[object]:
        await box.log.append(session_id, given)
        if next(breaks):
            raise StorageError("gone")
        return []

    outbox = Outbox("s", stores_and_breaks, box.ring)  # type: ignore[arg-type]
    outbox.add(alerts)
    assert await outbox.flush(10.0)
    assert len(box.log.attempts) == 2
    assert box.stored == alerts
    await outbox.close()


@in_loop
async def test_alerts_of_an_erased_session_are_dropped(caplog: pytest.LogCaptureFixture) -> None:
    box = Box()
    box.log.trouble = DeletedSessionError("the session 's' was deleted")
    box.outbox.add([alert()])
    assert await box.outbox.flush(10.0)
    assert (len(box.log.attempts), box.stored, box.outbox.failing) == (1, [], False)
    assert caplog.records == []
    await box.outbox.close()


@in_loop
async def test_a_flush_that_takes_too_long_says_so(caplog: pytest.LogCaptureFixture) -> None:
    box = Box()
    box.log.answers.clear()
    box.outbox.add([alert(), alert()])
    with caplog.at_level(logging.ERROR):
        assert not await box.outbox.flush(0.02)
    assert "could not be stored" in caplog.text
    box.log.answers.set()
    assert await box.outbox.flush(10.0)
    assert len(box.stored) == 2
    await box.outbox.close()


@in_loop
async def test_a_broken_bell_stops_nothing(caplog: pytest.LogCaptureFixture) -> None:
    box, alerts = Box(), [alert(), alert()]

    async def broken(session_id: str, seqs: range) -> None:
        raise OSError("no bell")

    outbox = Outbox("s", box.log.append, broken)
    for each in alerts:
        outbox.add([each])
        assert await outbox.flush(10.0)
    assert box.stored == alerts
    await settle()
    assert "ringing failed" in caplog.text
    await outbox.close()


@in_loop
async def test_closing_ends_the_task_and_flushing_nothing_is_at_once() -> None:
    unused, box = Box(), Box()
    assert await unused.outbox.flush(10.0)
    await unused.outbox.close()
    before = asyncio.all_tasks()
    box.outbox.add([alert()])
    assert await box.outbox.flush(10.0)
    await box.outbox.close()
    await box.outbox.close()
    assert asyncio.all_tasks() == before


@in_loop
async def test_numbers_that_are_none_do_not_reach_the_store() -> None:
    box, nan, inf = Box(), float("nan"), float("inf")
    box.outbox.add([alert(confidence=nan, evidence={"yaw_degrees": nan, "closed_by": "rest"})])
    box.outbox.add([alert(evidence={"pitch_degrees": -inf, "limit_degrees": 12.0, "persons": 2})])
    assert await box.outbox.flush(10.0)
    assert [(each.confidence, each.evidence) for each in box.stored] == [
        (0.0, {"closed_by": "rest"}),
        (0.93, {"limit_degrees": 12.0, "persons": 2}),
    ]
    await box.outbox.close()


@in_loop
async def test_what_can_never_be_stored_keeps_nothing_else_waiting(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A time that is no number, which SQLite takes for NULL, and one that is no JSON."""
    good, box = [alert() for _ in range(4)], Box()
    async with opened(f"sqlite:///{tmp_path}/proctor.db") as store:
        await store.sessions.create(session())
        outbox = Outbox("s", store.log.append, box.ring)
        outbox.add([good[0], alert(at=float("nan")), good[1]])
        outbox.add([good[2]])
        assert await outbox.flush(10.0)
        outbox.add([alert(evidence={"yaw_degrees": Decimal(31)}), good[3]])
        assert await outbox.flush(10.0)
        stored = await store.log.after("s", 0)
        assert [each.alert.id for each in stored] == [each.id for each in good]
        assert [each.seq for each in stored] == [1, 2, 3, 4]
        assert not outbox.failing
        await outbox.close()
    assert caplog.text.count("is given up") == 2


@in_loop
async def test_a_session_that_nobody_stored_keeps_nothing_for_ever(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with opened(f"sqlite:///{tmp_path}/proctor.db") as store:
        outbox = Outbox("unknown", store.log.append, Box().ring)
        outbox.add([alert(), alert()])
        assert await outbox.flush(10.0)
        await outbox.close()
    assert caplog.text.count("is given up") == 2
