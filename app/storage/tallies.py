"""What the log holds of each session that is not over, added up: as cheap as one look a second."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, and_, case, func, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.storage.database import Database
from app.storage.repository import LIVE
from app.storage.tables import AlertRow, SessionRow
from app.types import AlertKind, Edge, Label, Purpose, SessionState, Severity

TOGETHER = 100
"""Sessions in one statement: SQLite's expressions are at most 1000 deep."""
MATTERS = (Severity.CRITICAL, Severity.WARNING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """An episode, from its start alone."""

    id: str
    kind: AlertKind
    label: Label
    severity: Severity
    started_at: float
    """Seconds on the session's clock."""
    confidence: float
    """0 to 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """One session's episodes, added up."""

    seq: int = 0
    """The newest alert's that is part of it."""
    episodes: Mapping[Severity, int] = field(default_factory=dict)
    """How many began, of each severity; one that is missing has none."""
    told_at: float | None = None
    """When the newest start or end of a warning or a critical one was told, in seconds on the
    session's clock; None: there is none."""
    newest: Begun | None = None
    """The episode that began last."""
    open: tuple[Begun, ...] = ()
    """Those that have no end, the oldest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tallied:
    """A session that is not over, as stored."""

    id: str
    purpose: Purpose
    state: SessionState
    room: str | None
    participant: str | None
    created_at: float
    """UNIX seconds."""
    last_seq: int
    tally: Tally


Known = Mapping[str, Tally]


class Tallies:
    """Remembers what it added up and reads only what came since; begins anew with each process.

    Everything raises StorageError.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: Known = {}

    async def newest(self, limit: int) -> tuple[list[Tallied], int]:
        """Sessions that run or pause, the newest first, and how many there are in all."""

        async def work(session: AsyncSession) -> tuple[list[Tallied], int]:
            return await _read(session, limit, known)

        known = self._known
        found, total = await self._database.read(work)
        self._known = {each.id: each.tally for each in found}
        return found, total


async def _read(session: AsyncSession, limit: int, known: Known) -> tuple[list[Tallied], int]:
    chosen = SessionRow.state.in_(LIVE)
    table = SessionRow
    rows = (
        await session.execute(
            select(
                *(table.id, table.purpose, table.state, table.room, table.participant),
                *(table.created_at, table.last_seq),
            )
            .where(chosen)
            .order_by(table.created_at.desc(), table.id)
            .limit(limit)
        )
    ).all()
    total = len(rows)
    if total == limit:
        total = await session.scalar(select(func.count()).where(chosen)) or 0
    tallies = {row.id: known.get(row.id, Tally()) for row in rows}
    grown = [(row.id, row.last_seq) for row in rows if row.last_seq > tallies[row.id].seq]
    for first in range(0, len(grown), TOGETHER):
        tallies |= await _grow(session, dict(grown[first : first + TOGETHER]), tallies)
    found = [Tallied(**row._mapping, tally=tallies[row.id]) for row in rows]
    return found, total


async def _grow(session: AsyncSession, last: Mapping[str, int], known: Known) -> Known:
    """The tallies of these sessions up to these numbers."""
    new = or_(
        *(
            and_(
                AlertRow.session_id == session_id,
                AlertRow.seq > known[session_id].seq,
                AlertRow.seq <= seq,
            )
            for session_id, seq in last.items()
        )
    )
    counts = {session_id: dict(known[session_id].episodes) for session_id in last}
    told = {session_id: known[session_id].told_at for session_id in last}
    newest = dict.fromkeys(last, 0)
    started = AlertRow.edge == Edge.STARTED
    sums = select(
        AlertRow.session_id,
        AlertRow.severity,
        func.sum(case((started, 1), else_=0)),
        func.max(case((started, AlertRow.seq), else_=0)),
        func.max(AlertRow.at),
    )
    grouped = sums.where(new).group_by(AlertRow.session_id, AlertRow.severity)
    for session_id, severity, count, seq, at in await session.execute(grouped):
        mine = counts[session_id]
        mine[severity] = mine.get(severity, 0) + count
        newest[session_id] = max(newest[session_id], seq)
        if severity in MATTERS:
            told[session_id] = max(at, told[session_id] or at)
    begun = await _begun(
        session,
        tuple_(AlertRow.session_id, AlertRow.seq).in_([(i, s) for i, s in newest.items() if s]),
    )
    opened = await _begun(session, new & started & ~_ended())
    over = await _over(session, {session_id: known[session_id].open for session_id in last})
    return {
        session_id: Tally(
            seq=seq,
            episodes=counts[session_id],
            told_at=told[session_id],
            newest=next((each for i, each in begun if i == session_id), known[session_id].newest),
            open=(
                *(each for each in known[session_id].open if (session_id, each.id) not in over),
                *(each for i, each in opened if i == session_id),
            ),
        )
        for session_id, seq in last.items()
    }


def _ended() -> ColumnElement[bool]:
    end = aliased(AlertRow)
    return (
        select(end.seq)
        .where(
            end.session_id == AlertRow.session_id,
            end.episode == AlertRow.episode,
            end.edge == Edge.ENDED,
        )
        .exists()
    )


async def _begun(session: AsyncSession, which: ColumnElement[bool]) -> list[tuple[str, Begun]]:
    """These starts, each with its session, in the order of their numbers."""
    table = AlertRow
    rows = await session.execute(
        select(
            *(table.session_id, table.episode, table.kind, table.label, table.severity),
            *(table.started_at, table.confidence),
        )
        .where(which)
        .order_by(table.session_id, table.seq)
    )
    return [
        (
            row.session_id,
            Begun(
                id=row.episode,
                kind=row.kind,
                label=row.label,
                severity=row.severity,
                started_at=row.started_at,
                confidence=row.confidence,
            ),
        )
        for row in rows
    ]


async def _over(
    session: AsyncSession, were_open: Mapping[str, Sequence[Begun]]
) -> set[tuple[str, str]]:
    """Of these, the sessions and episodes that have an end by now."""
    watched = [
        and_(AlertRow.session_id == session_id, AlertRow.episode.in_([each.id for each in begun]))
        for session_id, begun in were_open.items()
        if begun
    ]
    if not watched:
        return set()
    rows = await session.execute(
        select(AlertRow.session_id, AlertRow.episode).where(
            AlertRow.edge == Edge.ENDED, or_(*watched)
        )
    )
    return {(row.session_id, row.episode) for row in rows}
