"""Sessions as stored."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import defer

from app.errors import DeletedSessionError, UnknownSessionError
from app.storage.database import Database
from app.storage.lean import Shares
from app.storage.tables import AlertRow, SessionRow, TranscriptRow
from app.types import AlertKind, Purpose, SessionInfo, SessionState, TranscriptionPlan

LIVE = (SessionState.RUNNING, SessionState.PAUSED)

Page = tuple[list[SessionInfo], int]
"""Some sessions, and how many there are in all."""


class SessionRepository:
    """Creates, finds, changes and erases sessions. Everything raises StorageError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, session_id: str) -> SessionInfo | None:
        """None: never created. An erased session is found, in the state DELETED."""

        async def work(session: AsyncSession) -> SessionInfo | None:
            row = await session.get(SessionRow, session_id)
            return None if row is None else _info(row)

        return await self._database.read(work)

    async def create(self, info: SessionInfo) -> SessionInfo:
        """The stored session: `info`, or, where the id exists, what stood there before.

        Of several callers at once all get the same one. An erased session is returned as it is,
        in the state DELETED, and not created again.
        """

        async def work(session: AsyncSession) -> SessionInfo:
            if row := await session.get(SessionRow, info.id):
                return _info(row)
            try:
                async with session.begin_nested():
                    session.add(_row(info))
            except IntegrityError:  # Somebody was faster.
                return _info(await session.get_one(SessionRow, info.id))
            return info

        return await self._database.write(work)

    async def update_state(
        self,
        session_id: str,
        state: SessionState,
        ended_at: float | None = None,
        ended_by: str | None = None,
    ) -> SessionInfo:
        """The session as it is now. `state` is not DELETED: that is `erase`.

        Raises UnknownSessionError and DeletedSessionError.
        """
        if state is SessionState.DELETED:
            raise ValueError("a session is deleted by erase()")

        return await self._change(session_id, state=state, ended_at=ended_at, ended_by=ended_by)

    async def join_room(self, session_id: str, room: str, participant: str | None) -> SessionInfo:
        """The session as it is now: with these, unless it has others, or somebody was faster.

        Raises UnknownSessionError and DeletedSessionError.
        """
        lacks: ColumnElement[bool] = SessionRow.room.is_(None)
        if participant is not None:
            lacks = SessionRow.participant.is_(None) & (lacks | (SessionRow.room == room))
        joining = (
            update(SessionRow)
            .where(SessionRow.id == session_id, SessionRow.state != SessionState.DELETED, lacks)
            .values(room=room, participant=participant)
            .returning(SessionRow)
        )

        async def work(session: AsyncSession) -> SessionInfo:
            row = await session.scalar(joining) or await session.get(SessionRow, session_id)
            if row is None or row.state is SessionState.DELETED:
                raise await missing_session(session, session_id)
            return _info(row)

        return await self._database.write(work)

    async def save_calibration(
        self, session_id: str, calibration: Mapping[str, float] | None
    ) -> None:
        """Raises UnknownSessionError and DeletedSessionError."""
        await self._change(session_id, calibration=_json(calibration))

    async def save_coverage(self, session_id: str, coverage: Mapping[str, Any] | None) -> None:
        """Raises UnknownSessionError and DeletedSessionError."""
        await self._change(session_id, coverage=_json(coverage))

    async def erase(self, session_id: str) -> None:
        """Leaves only the id and the state DELETED; erasing twice is harmless.

        Raises UnknownSessionError.
        """

        async def work(session: AsyncSession) -> None:
            # The session first: an append that comes now waits, and then finds it deleted.
            erased = await session.scalar(
                update(SessionRow)
                .where(SessionRow.id == session_id)
                .values(
                    purpose=Purpose.EXAM,
                    state=SessionState.DELETED,
                    mirrored=False,
                    rules={},
                    created_at=0.0,
                    ended_at=None,
                    ended_by=None,
                    last_seq=0,
                    calibration=None,
                    coverage=None,
                    transcription=None,
                    room=None,
                    participant=None,
                )
                .returning(SessionRow.id)
            )
            if erased is None:
                raise await missing_session(session, session_id)
            for told in (AlertRow, TranscriptRow):
                await session.execute(delete(told).where(told.session_id == session_id))

        await self._database.write(work)

    async def list(
        self, limit: int, offset: int = 0, states: Sequence[SessionState] | None = None
    ) -> Page:
        """The newest first, without the periods of their coverage, which are read one session at a
        time. `states` None: all but the erased ones."""
        chosen = (
            SessionRow.state != SessionState.DELETED
            if states is None
            else SessionRow.state.in_(states)
        )
        newest_first = (
            select(SessionRow, Shares(SessionRow.coverage))
            .options(defer(SessionRow.coverage, raiseload=True))
            .where(chosen)
            .order_by(SessionRow.created_at.desc(), SessionRow.id)
            .limit(limit)
            .offset(offset)
        )

        async def work(session: AsyncSession) -> Page:
            rows = await session.execute(newest_first)
            total = await session.scalar(select(func.count()).where(chosen))
            return [_info_with(row, coverage) for row, coverage in rows], total or 0

        return await self._database.read(work)

    async def ids(self, state: SessionState) -> Sequence[str]:
        """Of all sessions in it."""
        chosen = select(SessionRow.id).where(SessionRow.state == state)

        async def work(session: AsyncSession) -> Sequence[str]:
            return [*await session.scalars(chosen)]

        return await self._database.read(work)

    async def in_room(self, room: str, participant: str | None = None) -> Sequence[SessionInfo]:
        """Those of the room that run or pause, or only its participant's."""
        chosen = [SessionRow.room == room, SessionRow.state.in_(LIVE)]
        if participant is not None:
            chosen.append(SessionRow.participant == participant)
        oldest_first = select(SessionRow).where(*chosen).order_by(SessionRow.created_at)

        async def work(session: AsyncSession) -> Sequence[SessionInfo]:
            return [_info(row) for row in await session.scalars(oldest_first)]

        return await self._database.read(work)

    async def _change(self, session_id: str, **values: object) -> SessionInfo:
        async def work(session: AsyncSession) -> SessionInfo:
            row = await session.scalar(
                update(SessionRow)
                .where(SessionRow.id == session_id, SessionRow.state != SessionState.DELETED)
                .values(**values)
                .returning(SessionRow)
            )
            if row is None:
                raise await missing_session(session, session_id)
            return _info(row)

        return await self._database.write(work)


async def missing_session(
    session: AsyncSession, session_id: str
) -> UnknownSessionError | DeletedSessionError:
    """Why there is no such session to work on."""
    if await session.get(SessionRow, session_id) is None:
        return UnknownSessionError(f"there is no session {session_id!r}")
    return DeletedSessionError(f"the session {session_id!r} was deleted")


def _row(info: SessionInfo) -> SessionRow:
    return SessionRow(
        id=info.id,
        purpose=info.purpose,
        state=info.state,
        mirrored=info.mirrored,
        rules={kind.value: dict(changes) for kind, changes in info.rules.items()},
        created_at=info.created_at,
        ended_at=info.ended_at,
        ended_by=info.ended_by,
        last_seq=info.last_seq,
        calibration=_json(info.calibration),
        coverage=_json(info.coverage),
        transcription=None if info.transcription is None else asdict(info.transcription),
        room=info.room,
        participant=info.participant,
    )


def _json(mapping: Mapping[str, float] | None) -> dict[str, float] | None:
    return None if mapping is None else dict(mapping)


def _info(row: SessionRow) -> SessionInfo:
    return _info_with(row, row.coverage)


def _info_with(row: SessionRow, coverage: dict[str, Any] | None) -> SessionInfo:
    return SessionInfo(
        id=row.id,
        purpose=row.purpose,
        state=row.state,
        mirrored=row.mirrored,
        rules={AlertKind(kind): changes for kind, changes in row.rules.items()},
        created_at=row.created_at,
        ended_at=row.ended_at,
        ended_by=row.ended_by,
        last_seq=row.last_seq,
        calibration=row.calibration,
        coverage=coverage,
        transcription=_plan(row.transcription),
        room=row.room,
        participant=row.participant,
    )


def _plan(stored: Mapping[str, Any] | None) -> TranscriptionPlan | None:
    if stored is None:
        return None
    return TranscriptionPlan(**{**stored, "hot_words": tuple(stored["hot_words"])})
