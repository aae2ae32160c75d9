"""What was said is kept, in order, whatever the database does meanwhile."""

import asyncio

import pytest

from app.errors import DeletedSessionError, StorageError, UnstorableError
from app.session import transcript_keeper
from app.session.transcript_keeper import TranscriptKeeper
from app.types import Transcript
from tests.session.test_live_words import piece
from tests.storage.builders import in_loop


class Store:
    """Keeps in memory, or raises what it is told to, once each."""

    def __init__(self, *trouble: Exception) -> None:
        self.trouble = [*trouble]
        self.kept: list[Transcript] = []
        self.answers = asyncio.Event()
        self.answers.set()

    async def save(self, session_id: str, transcript: Transcript) -> None:
        assert session_id == "s"
        await self.answers.wait()
        if self.trouble:
            raise self.trouble.pop(0)
        self.kept.append(transcript)


@in_loop
async def test_in_order() -> None:
    store = Store()
    keeper = TranscriptKeeper("s", store.save)
    for number in range(3):
        keeper.keep(piece(number))
    await keeper.close(5.0)
    assert store.kept == [piece(0), piece(1), piece(2)]


@in_loop
async def test_a_database_that_is_away_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transcript_keeper, "RETRY", 0.01)
    store = Store(StorageError("away"), StorageError("away"))
    keeper = TranscriptKeeper("s", store.save)
    keeper.keep(piece(0))
    keeper.keep(piece(1))
    await keeper.close(5.0)
    assert store.kept == [piece(0), piece(1)]


@in_loop
async def test_what_cannot_be_stored_keeps_nothing_else_waiting() -> None:
    store = Store(UnstorableError("never"))
    keeper = TranscriptKeeper("s", store.save)
    keeper.keep(piece(0))
    keeper.keep(piece(1))
    await keeper.close(5.0)
    assert store.kept == [piece(1)]


@in_loop
async def test_of_an_erased_session_nothing_is_kept() -> None:
    store = Store(DeletedSessionError("erased"))
    keeper = TranscriptKeeper("s", store.save)
    keeper.keep(piece(0))
    keeper.keep(piece(1))
    await keeper.close(5.0)
    assert store.kept == []


@in_loop
async def test_what_waits_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transcript_keeper, "MOST_WAITING", 3)
    store = Store()
    store.answers.clear()
    keeper = TranscriptKeeper("s", store.save)
    for number in range(5):
        keeper.keep(piece(number))
    await keeper.close(0.01)  # it waits no longer
    assert store.kept == []
