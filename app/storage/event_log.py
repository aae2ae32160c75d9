"""Alerts as stored: numbered 1, 2, 3 … in each session."""

from collections.abc import Sequence

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.storage.database import Database
from app.storage.repository import missing_session
from app.storage.tables import AlertRow, SessionRow
from app.types import Alert, Edge, RecordedAlert, SessionState


class EventLog:
    """Appends alerts and reads them again. Everything raises StorageError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def append(self, session_id: str, alerts: Sequence[Alert]) -> list[RecordedAlert]:
        """The alerts with their numbers, on disk; all of them, or on an exception none.

        An alert that is stored already (the same episode and edge) keeps its number, so that the
        caller may try again when it cannot know whether the last attempt succeeded. Raises
        UnknownSessionError and DeletedSessionError.
        """
        if not alerts:
            return []

        async def work(session: AsyncSession) -> list[RecordedAlert]:
            # The update first: it locks the session, so that nobody else numbers its alerts.
            last = await _add_to_last_seq(session, session_id, len(alerts))
            stored = await session.scalars(
                select(AlertRow).where(
                    AlertRow.session_id == session_id,
                    AlertRow.episode.in_({alert.id for alert in alerts}),
                )
            )
            seqs = {(row.episode, row.edge): row.seq for row in stored}
            seq = last - len(alerts)
            for alert in alerts:
                if (alert.id, alert.edge) not in seqs:
                    seq += 1
                    seqs[alert.id, alert.edge] = seq
                    session.add(_row(session_id, seq, alert))
            if seq < last:
                await _add_to_last_seq(session, session_id, seq - last)
            return [
                RecordedAlert(session_id=session_id, seq=seqs[alert.id, alert.edge], alert=alert)
                for alert in alerts
            ]

        return await self._database.write(work)

    async def after(self, session_id: str, seq: int, limit: int = 500) -> list[RecordedAlert]:
        """At most `limit` alerts with numbers above `seq`, in order; an erased session has none."""

        async def work(session: AsyncSession) -> list[RecordedAlert]:
            rows = await session.scalars(
                select(AlertRow)
                .where(AlertRow.session_id == session_id, AlertRow.seq > seq)
                .order_by(AlertRow.seq)
                .limit(limit)
            )
            return [_recorded(row) for row in rows]

        return await self._database.read(work)

    async def open_episodes(self, session_id: str) -> list[RecordedAlert]:
        """The starts that have no end, in order."""
        end = aliased(AlertRow)
        ended = (
            select(end.seq)
            .where(
                end.session_id == session_id,
                end.episode == AlertRow.episode,
                end.edge == Edge.ENDED,
            )
            .exists()
        )

        async def work(session: AsyncSession) -> list[RecordedAlert]:
            rows = await session.scalars(
                select(AlertRow)
                .where(AlertRow.session_id == session_id, AlertRow.edge == Edge.STARTED, ~ended)
                .order_by(AlertRow.seq)
            )
            return [_recorded(row) for row in rows]

        return await self._database.read(work)


async def _add_to_last_seq(session: AsyncSession, session_id: str, count: int) -> int:
    last: int | None = await session.scalar(
        update(SessionRow)
        .where(SessionRow.id == session_id, SessionRow.state != SessionState.DELETED)
        .values(last_seq=SessionRow.last_seq + count)
        .returning(SessionRow.last_seq)
    )
    if last is None:
        raise await missing_session(session, session_id)
    return last


def _row(session_id: str, seq: int, alert: Alert) -> AlertRow:
    return AlertRow(
        session_id=session_id,
        seq=seq,
        episode=alert.id,
        kind=alert.kind,
        edge=alert.edge,
        label=alert.label,
        severity=alert.severity,
        at=alert.at,
        started_at=alert.started_at,
        ended_at=alert.ended_at,
        confidence=alert.confidence,
        evidence=dict(alert.evidence),
        rule=alert.rule,
        announced=alert.announced,
    )


def _recorded(row: AlertRow) -> RecordedAlert:
    return RecordedAlert(
        session_id=row.session_id,
        seq=row.seq,
        alert=Alert(
            id=row.episode,
            kind=row.kind,
            edge=row.edge,
            label=row.label,
            severity=row.severity,
            at=row.at,
            started_at=row.started_at,
            ended_at=row.ended_at,
            confidence=row.confidence,
            evidence=row.evidence,
            rule=row.rule,
            announced=row.announced,
        ),
    )
