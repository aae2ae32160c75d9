"""What was said, as stored: the same on SQLite and PostgreSQL."""

import asyncio

import pytest
from sqlalchemy import text

from app.errors import DeletedSessionError, UnknownSessionError
from app.storage.transcripts import TranscriptLog
from app.types import Transcript, TranscriptionPlan, TranscriptState, Word
from tests.storage.builders import in_loop, opened, session

SAID = Transcript(
    state=TranscriptState.FINAL,
    started_at=1.5,
    ended_at=2.25,
    text="Größe 😀 'x'; -- " + "long " * 500,
    words=(Word(text="Größe", started_at=1.5, ended_at=2.25, confidence=0.75),),
    confidence=0.875,
    language="de",
)
GAP = Transcript(state=TranscriptState.GAP, started_at=3.0, ended_at=None)


@in_loop
async def test_they_come_back_in_order(url: str) -> None:
    async with opened(url) as store:
        log = TranscriptLog(store.database)
        await store.sessions.create(session())
        await store.sessions.create(session("t"))
        for transcript in (SAID, GAP):
            await log.append("s", transcript)
        await log.append("t", GAP)
        stored = await log.after("s", 0, 10)
        assert [(each.number, each.transcript) for each in stored] == [(1, SAID), (2, GAP)]
        assert [each.number for each in await log.after("s", 1, 10)] == [2]
        assert [each.number for each in await log.after("s", 0, 1)] == [1]
        assert [each.number for each in await log.after("t", 0, 10)] == [1]
        found = await store.sessions.get("s")
        assert found is not None
        assert found.last_seq == 0  # the alerts' numbers are their own


@in_loop
async def test_of_many_at_once_each_has_its_number(url: str) -> None:
    async with opened(url) as store, opened(url) as other:
        await store.sessions.create(session())
        logs = [TranscriptLog(each.database) for each in (store, other)]
        await asyncio.gather(*(log.append("s", SAID) for _ in range(6) for log in logs))
        stored = await logs[0].after("s", 0, 100)
        assert [each.number for each in stored] == [*range(1, 13)]


@in_loop
async def test_erasing_erases_them_and_the_plan(url: str) -> None:
    plan = TranscriptionPlan(language="multi", interim=True, hot_words=("a", "b c"), store=True)
    async with opened(url) as store:
        log = TranscriptLog(store.database)
        await store.sessions.create(session(transcription=plan))
        found = await store.sessions.get("s")
        assert found is not None
        assert found.transcription == plan
        await log.append("s", SAID)
        await store.sessions.erase("s")
        assert await log.after("s", 0, 10) == []
        with pytest.raises(DeletedSessionError):
            await log.append("s", SAID)
        rows = await store.database.read(
            lambda each: each.execute(text("SELECT transcription FROM sessions"))
        )
        assert [*rows] == [(None,)]


@in_loop
async def test_only_of_sessions_that_there_are(url: str) -> None:
    async with opened(url) as store:
        with pytest.raises(UnknownSessionError):
            await TranscriptLog(store.database).append("nobody", SAID)
