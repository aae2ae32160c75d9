"""A report that is asked for while its session ends, or is erased."""

import asyncio
from pathlib import Path

import pytest

from app.api import report
from app.errors import DeletedSessionError
from app.session.plan import SessionPlan
from app.storage.event_log import EventLog
from app.types import RecordedAlert, SessionState, Track
from tests.session.builders import House, housed, settle, until
from tests.storage.builders import alert, in_loop


class Meanwhile(EventLog):
    """The real one; while it is read for the first time, something happens to the session."""

    def __init__(self, house: House, *, erased: bool) -> None:
        super().__init__(house.log._database)
        self._house = house
        self._erased = erased
        self.reads = 0

    async def after(self, session_id: str, seq: int, limit: int = 500) -> list[RecordedAlert]:
        self.reads += 1
        if self.reads == 1 and self._erased:
            await self._house.registry.erase(session_id)
        elif self.reads == 1:
            await self._house.registry.stop(session_id)
        return await super().after(session_id, seq, limit)


@in_loop
async def test_it_waits_until_all_is_told(tmp_path: Path) -> None:
    async with housed(f"sqlite:///{tmp_path}/proctor.db") as house:
        await house.registry.create("s", SessionPlan())
        await house.log.append("s", [alert("left open")])
        house.log.answers.clear()
        stop = asyncio.create_task(house.registry.stop("s"))
        await until(lambda: house.log.asked == 1)
        made = asyncio.create_task(report.read(house.registry, house.log, "s"))
        await settle()
        assert not made.done()
        house.log.answers.set()
        info, history = await made
        await stop
    assert info.state is SessionState.STOPPED
    assert history.close({Track.VIDEO: 99.0}).open == 0


@in_loop
async def test_what_ends_while_it_is_read_is_read_to_the_end(tmp_path: Path) -> None:
    async with housed(f"sqlite:///{tmp_path}/proctor.db") as house:
        await house.registry.create("s", SessionPlan())
        await house.log.append("s", [alert("left open")])
        log = Meanwhile(house, erased=False)
        info, history = await report.read(house.registry, log, "s")
    assert (info.state, info.last_seq, log.reads) == (SessionState.STOPPED, 2, 2)
    assert history.close({Track.VIDEO: 99.0}).open == 0


@in_loop
async def test_what_is_erased_while_it_is_read_is_gone(tmp_path: Path) -> None:
    async with housed(f"sqlite:///{tmp_path}/proctor.db") as house:
        await house.registry.create("s", SessionPlan())
        await house.log.append("s", [alert("a"), alert("b")])
        with pytest.raises(DeletedSessionError):
            await report.read(house.registry, Meanwhile(house, erased=True), "s")
