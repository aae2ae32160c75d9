"""Every session of this process: begun by whoever comes first; request, silence or room end it."""

import asyncio
import logging
import time
from collections.abc import Iterable, Sequence
from functools import partial
from weakref import WeakValueDictionary

from app.alerts.rules import rules_for
from app.errors import (
    CapacityError,
    DeletedSessionError,
    StoppedSessionError,
    UnknownSessionError,
)
from app.metrics import Metrics
from app.session.bus import EventBus, ring
from app.session.cadence import Cadences
from app.session.inference import Inference
from app.session.names import check_id
from app.session.outbox import Outbox
from app.session.plan import SessionPlan, check_purpose
from app.session.publisher import Eviction
from app.session.recovery import end_left_open
from app.session.session import Session
from app.session.sound import Sound
from app.session.spectators import Spectators
from app.session.store import AlertLog, SessionStore
from app.session.sweeper import Sweeper
from app.types import Purpose, SessionInfo, SessionState
from app.vision.decode import FrameLimits

logger = logging.getLogger(__name__)

BY_REQUEST, BY_SILENCE, BY_ROOM, BY_SOURCE = "rest", "idle", "room", "source"
REOPENED = (BY_SILENCE, BY_ROOM, BY_SOURCE)
"""What ended the sessions that media reopens."""
LIVE = (SessionState.RUNNING, SessionState.PAUSED)


class Registry:
    """Opens, finds, changes and ends sessions."""

    def __init__(
        self,
        *,
        store: SessionStore,
        log: AlertLog,
        bus: EventBus,
        inference: Inference,
        sound: Sound,
        metrics: Metrics,
        limits: FrameLimits,
        cadences: Cadences,
        purposes: tuple[Purpose, ...],
        idle_after: float,
        most: int,
    ) -> None:
        self._store = store
        self._log = log
        self._bus = bus
        self._inference = inference
        self._sound = sound
        self._metrics = metrics
        self._limits = limits
        self.cadences = cadences
        """How often what is looked at, in every session."""
        self.spectators = Spectators()
        self._purposes = purposes
        self._idle_after = idle_after
        self._most = most
        self._sessions: dict[str, Session] = {}
        self._opening = 0
        """On their way into `_sessions`; they take a place already."""
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._sweeper: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to look for silent sessions, those that an earlier process left included."""
        sweeper = Sweeper(self._store, self._sessions.keys(), self._end_if_silent, self._idle_after)
        self._sweeper = asyncio.create_task(sweeper.run(), name="session sweeper")

    async def close(self) -> None:
        """End every open episode; the sessions themselves go on with the next process."""
        if self._sweeper is not None:
            self._sweeper.cancel()
            await asyncio.gather(self._sweeper, return_exceptions=True)
        await asyncio.gather(
            *(session.close(Eviction.SHUTDOWN) for session in self._sessions.values())
        )
        self._sessions.clear()

    def find(self, session_id: str) -> Session | None:
        """The session, if it runs in this process."""
        return self._sessions.get(session_id)

    def __len__(self) -> int:
        return len(self._sessions)

    @property
    def running(self) -> Iterable[Session]:
        """The sessions of this process."""
        return self._sessions.values()

    async def create(self, session_id: str, plan: SessionPlan) -> tuple[SessionInfo, bool]:
        """The session, and whether it is new; an old one keeps all but a room that it had not.

        Raises SessionIdError, PurposeError, RuleError, TranscriptionError, DeletedSessionError or
        OtherRoomError.
        """
        check_id(session_id)
        purpose = plan.purpose or self._purposes[0]
        check_purpose(purpose, self._purposes)
        plan.check()
        rules_for(purpose, plan.rules)  # a bad rule is refused before anything is stored
        self._sound.transcriptions.check(plan.transcription)
        wanted = plan.begin(session_id, purpose, time.time())
        if (known := await self._store.get(session_id)) is None:
            known = await self._store.create(wanted)
        if known.state is SessionState.DELETED:
            raise DeletedSessionError(f"the session {session_id!r} was deleted")
        if known is not wanted and plan.room is not None and plan.names_more(known):
            known = await self._join_room(known.id, plan.room, plan.participant)
        plan.check_same(known)
        return known, known is wanted

    async def get(self, session_id: str) -> SessionInfo:
        """The session as stored. Raises UnknownSessionError or DeletedSessionError."""
        info = await self._store.get(check_id(session_id))
        if info is None:
            raise UnknownSessionError(f"there is no session {session_id!r}")
        if info.state is SessionState.DELETED:
            raise DeletedSessionError(f"the session {session_id!r} was deleted")
        return info

    async def settled(self, session_id: str) -> SessionInfo:
        """As `get`, once nothing changes or closes the session any more. Raises what it does."""
        async with self._alone_with(session_id):
            return await self.get(session_id)

    async def list(
        self, limit: int, offset: int, states: Sequence[SessionState] | None
    ) -> tuple[list[SessionInfo], int]:
        """The newest first, and how many there are in all. `states` None: all."""
        return await self._store.list(limit, offset, states)

    async def open(self, session_id: str) -> Session:
        """The session, ready for media; created if it is new, resumed unless a request stopped it.

        Raises SessionIdError, PurposeError, DeletedSessionError, StoppedSessionError or
        CapacityError.
        """
        check_id(session_id)
        async with self._alone_with(session_id):
            if (session := self._sessions.get(session_id)) is not None:
                return session
            if len(self._sessions) + self._opening >= self._most:
                raise CapacityError(f"{self._most} sessions run already")
            self._opening += 1
            try:
                return await self._open(session_id)
            finally:
                self._opening -= 1

    async def start_judging(self, session_id: str) -> SessionInfo:
        """Judge again, after a pause or a stop."""
        async with self._alone_with(session_id):
            info = await self.get(session_id)
            if info.state is not SessionState.RUNNING:
                info = await self._store.update_state(session_id, SessionState.RUNNING)
                self._tell(info)
            return info

    async def pause(self, session_id: str) -> SessionInfo:
        """Take media but judge nothing. Raises StoppedSessionError."""
        async with self._alone_with(session_id):
            info = await self.get(session_id)
            if info.state is SessionState.STOPPED:
                raise StoppedSessionError(f"the session {session_id!r} was stopped")
            info = await self._store.update_state(session_id, SessionState.PAUSED)
            self._tell(info)
            if (session := self._sessions.get(session_id)) is not None:
                session.end_episodes("paused")
            return info

    async def stop(self, session_id: str, by: str = BY_REQUEST) -> SessionInfo:
        """End the session; its alerts stay."""
        async with self._alone_with(session_id):
            info = await self.get(session_id)
            ended_at = info.ended_at or time.time()
            await self._store.update_state(session_id, SessionState.STOPPED, ended_at, by)
            await self._close(session_id, Eviction.STOPPED)
            return await self.get(session_id)

    async def end_with_room(self, session_id: str, at: float | None) -> bool:
        """Its room is over, or the candidate left it, at these UNIX seconds, paused or not.

        False: it runs no more, or the candidate was there after that. The next media reopen it,
        and what was paused runs then: a pause is for those who are there.
        """
        async with self._alone_with(session_id):
            info = await self._store.get(session_id)
            if info is None or info.state not in LIVE:
                return False
            session = self._sessions.get(session_id)
            outlived = session is not None and at is not None and session.tracks.outlive(at)
            if outlived or (at is not None and at < info.created_at):
                return False
            await self._store.update_state(session_id, SessionState.STOPPED, time.time(), BY_ROOM)
            await self._close(session_id, Eviction.ROOM)
            return True

    async def forget_calibration(self, session_id: str) -> None:
        """The gaze is judged by its rule again."""
        async with self._alone_with(session_id):
            await self.get(session_id)
            if (session := self._sessions.get(session_id)) is not None:
                await session.calibration.forget()
            else:
                await self._store.save_calibration(session_id, None)

    async def erase(self, session_id: str) -> None:
        """Delete the session and all that it said. Raises UnknownSessionError."""
        async with self._alone_with(session_id):
            if await self._store.get(check_id(session_id)) is None:
                raise UnknownSessionError(f"there is no session {session_id!r}")
            await self._store.erase(session_id)
            await self._close(session_id, Eviction.DELETED)

    def _alone_with(self, session_id: str) -> asyncio.Lock:
        """Changes of one session come one after the other."""
        return self._locks.setdefault(session_id, asyncio.Lock())

    async def _join_room(self, session_id: str, room: str, participant: str | None) -> SessionInfo:
        async with self._alone_with(session_id):
            info = await self._store.join_room(session_id, room, participant)
            self._tell(info)
            return info

    async def _open(self, session_id: str) -> Session:
        info, _ = await self.create(session_id, SessionPlan())
        check_purpose(info.purpose, self._purposes)  # it may be older than the operator's choice
        if info.state is SessionState.STOPPED:
            if info.ended_by not in REOPENED:
                raise StoppedSessionError(f"the session {session_id!r} was stopped")
            info = await self._store.update_state(session_id, SessionState.RUNNING)
        await end_left_open(self._log, info)
        await ring(self._bus, info.id)  # for who watches already
        session = Session(
            info,
            inference=self._inference,
            sound=self._sound,
            outbox=Outbox(info.id, self._log.append, self._bus.publish),
            metrics=self._metrics,
            limits=self._limits,
            cadences=self.cadences,
            save_calibration=partial(self._store.save_calibration, info.id),
            save_coverage=partial(self._store.save_coverage, info.id),
            show=partial(self.spectators.show, info.id),
        )
        session.start()
        self._sessions[info.id] = session
        self._metrics.sessions.set(len(self._sessions))
        return session

    async def _close(self, session_id: str, why: Eviction) -> None:
        session = self._sessions.pop(session_id, None)
        self._metrics.sessions.set(len(self._sessions))
        if session is not None:
            await session.close(why)
        elif (info := await self._store.get(session_id)) is not None:
            await end_left_open(self._log, info)
        await ring(self._bus, session_id)

    def _tell(self, info: SessionInfo) -> None:
        if (session := self._sessions.get(info.id)) is not None:
            session.info = info

    async def _end_if_silent(self, session_id: str) -> bool:
        """False: it could not be ended. A pause outlasts the silence: only `start` ends it."""
        async with self._alone_with(session_id):
            session = self._sessions.get(session_id)
            since = time.monotonic() - self._idle_after
            if session is not None and session.tracks.active_at >= since:
                return True
            try:
                info = await self._store.get(session_id)
                if info is not None and info.state is SessionState.RUNNING:
                    await self._store.update_state(
                        session_id, SessionState.STOPPED, time.time(), BY_SILENCE
                    )
                await self._close(session_id, Eviction.IDLE)
            except Exception:  # one session's trouble must not end the sweeping of the others
                logger.exception("ending a silent session failed", extra={"session": session_id})
                return False
            return True
