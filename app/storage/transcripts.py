"""What was said, as stored: numbered 1, 2, 3 … in each session."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.storage.database import Database
from app.storage.repository import missing_session
from app.storage.tables import SessionRow, TranscriptRow
from app.types import SessionState, Transcript, Word


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredTranscript:
    """A piece with its number."""

    number: int
    """1, 2, 3 … without a gap in its session."""
    transcript: Transcript


class TranscriptLog:
    """Appends pieces and reads them again. Everything raises StorageError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def append(self, session_id: str, transcript: Transcript) -> None:
        """On disk once it returns. Raises UnknownSessionError and DeletedSessionError."""

        async def work(session: AsyncSession) -> None:
            # The update first: it locks the session, so that nobody else numbers its pieces.
            found = await session.scalar(
                update(SessionRow)
                .where(SessionRow.id == session_id, SessionRow.state != SessionState.DELETED)
                .values(last_seq=SessionRow.last_seq)
                .returning(SessionRow.id)
            )
            if found is None:
                raise await missing_session(session, session_id)
            last = await session.scalar(
                select(func.max(TranscriptRow.number)).where(TranscriptRow.session_id == session_id)
            )
            session.add(_row(session_id, (last or 0) + 1, transcript))

        await self._database.write(work)

    async def after(self, session_id: str, number: int, limit: int) -> Sequence[StoredTranscript]:
        """At most `limit` pieces with numbers above `number`, in order; an erased one has none."""

        async def work(session: AsyncSession) -> list[StoredTranscript]:
            rows = await session.scalars(
                select(TranscriptRow)
                .where(TranscriptRow.session_id == session_id, TranscriptRow.number > number)
                .order_by(TranscriptRow.number)
                .limit(limit)
            )
            return [_stored(row) for row in rows]

        return await self._database.read(work)


def _row(session_id: str, number: int, transcript: Transcript) -> TranscriptRow:
    return TranscriptRow(
        session_id=session_id,
        number=number,
        state=transcript.state,
        started_at=transcript.started_at,
        ended_at=transcript.ended_at,
        text=transcript.text,
        words=[
            [word.text, word.started_at, word.ended_at, word.confidence]
            for word in transcript.words
        ],
        confidence=transcript.confidence,
        language=transcript.language,
    )


def _stored(row: TranscriptRow) -> StoredTranscript:
    words = (
        Word(text=text, started_at=started_at, ended_at=ended_at, confidence=confidence)
        for text, started_at, ended_at, confidence in row.words
    )
    transcript = Transcript(
        state=row.state,
        started_at=row.started_at,
        ended_at=row.ended_at,
        text=row.text,
        words=tuple(words),
        confidence=row.confidence,
        language=row.language,
    )
    return StoredTranscript(number=row.number, transcript=transcript)
