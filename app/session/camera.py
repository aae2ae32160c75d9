"""The service's own camera: feeds one session, as a socket would."""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum

from app.errors import (
    CameraError,
    DeletedSessionError,
    ProctorError,
    StoppedSessionError,
    StorageError,
    UnknownSessionError,
)
from app.session.camera_reader import CameraInbox, CameraReader, Shot
from app.session.publisher import Eviction, Publisher
from app.session.registry import BY_SOURCE, LIVE, Registry
from app.session.session import Session
from app.types import SessionState, Track
from app.vision.capture import Source

logger = logging.getLogger(__name__)

POLL_SECONDS = 0.5
"""How often a camera that may not send asks whether it may."""
LAST_LOOKS_SECONDS = 1.0
"""After a file's last picture, for what is still looked at."""
FIRST_WAIT, LAST_WAIT = 1.0, 30.0
"""Seconds before a session that took no pictures is tried again; they double."""
RECENT = 16
"""Pictures kept to be shown, about half a second."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CameraPlan:
    """What the operator decided."""

    source: Source
    session_id: str
    repeats: bool
    """A file begins anew at its end."""
    starts: bool
    """Its session is started first, whoever stopped it."""
    longest: int
    """Pixels of a picture's longer side, at most."""


class CameraState(StrEnum):
    """What the camera does, in words for people."""

    WAITING = "the service is still loading"
    RUNNING = "running"
    BROKEN = "no pictures come"
    STOPPED = "its session is stopped"
    DISPLACED = "another connection sends this session's pictures"
    REFUSED = "its session takes no pictures"
    DELETED = "its session was deleted"


Tell = Callable[[CameraError | None], None]
"""What is wrong; None: nothing is any more."""


class Camera:
    """One per service. It gives way to any connection that sends its session's pictures."""

    def __init__(self, plan: CameraPlan, registry: Registry, tell: Tell) -> None:
        self.plan = plan
        self.state = CameraState.WAITING
        self.recent: deque[Shot] = deque(maxlen=RECENT)
        """The newest pictures that the session took, the newest last."""
        self._registry = registry
        self._tell = tell
        self._inbox = CameraInbox()
        self._evicted: Eviction | None = None
        self._session: Session | None = None
        self._publisher: Publisher | None = None
        self._trouble: CameraError | None = None

    async def run(
        self, ready: Callable[[], Awaitable[None]], over: Callable[[], Awaitable[None]]
    ) -> None:
        """Until its session is deleted. `over` is told each time a file has been played."""
        await ready()
        wait = FIRST_WAIT
        starts = self.plan.starts
        while True:
            try:
                if starts:
                    with suppress(UnknownSessionError):
                        await self._registry.start_judging(self.plan.session_id)
                    starts = False
                await self._until_free()
                await self._play(over)
                wait = FIRST_WAIT
            except StoppedSessionError:
                await self._until_started()
            except DeletedSessionError as error:
                self.state = CameraState.DELETED
                mend = "restart with another PROCTOR_CAMERA_SESSION"
                self._note(CameraError(str(error), mend=mend))
                return
            except Exception as error:
                if not isinstance(error, ProctorError):
                    logger.exception("the camera failed; trying again")
                self.state = CameraState.REFUSED
                self._note(CameraError(str(error), mend="free what it needs; it is tried again"))
                await asyncio.sleep(wait)
                wait = min(2 * wait, LAST_WAIT)

    async def _play(self, over: Callable[[], Awaitable[None]]) -> None:
        """From the source's beginning until it ends or the session takes no more."""
        self._inbox = inbox = CameraInbox()
        plan = self.plan
        reader = CameraReader(plan.source, inbox, repeats=plan.repeats, longest=plan.longest)
        try:
            while not inbox.ended or inbox.shot is not None:
                await inbox.news.wait()
                inbox.news.clear()
                if self._evicted is not None:
                    self._part(self._evicted)
                if (shot := inbox.take()) is not None:
                    self._note(None)
                    await self._send(shot)
                if inbox.trouble is not None:
                    self.state = CameraState.BROKEN
                    self._note(inbox.trouble)
            await asyncio.sleep(LAST_LOOKS_SECONDS)
            own = self._session is not None
        finally:
            reader.close()
            self._leave()
        if own:
            await self._stop()
            await over()
        else:  # it is another connection's session at present
            await self._until(live=False)
        await self._until_started()

    async def _stop(self) -> None:
        """However long the database is away: else the file would be played again."""
        while True:
            try:
                await self._registry.stop(self.plan.session_id, BY_SOURCE)
                return
            except StorageError as error:
                self._note(CameraError(str(error), mend="it is tried again"))
                await asyncio.sleep(POLL_SECONDS)

    async def _send(self, shot: Shot) -> None:
        if self._session is None:
            await self._join()
        if self._session is None:
            self.state = CameraState.DISPLACED
            return
        self.state = CameraState.RUNNING
        self.recent.append(shot)
        await self._session.take(Track.VIDEO, shot.jpeg, shot.received_at, None)

    async def _join(self) -> None:
        """Publish, unless another connection does."""
        session = await self._registry.open(self.plan.session_id)
        if Track.VIDEO in session.tracks.publishing:
            return
        session.tracks.agree_on_clock(Track.VIDEO, source=False)
        self._session, self._publisher = session, Publisher(None, self._evict)
        session.publish(Track.VIDEO, self._publisher)

    def _evict(self, why: Eviction) -> None:
        self._evicted = why
        self._inbox.news.set()

    def _part(self, why: Eviction) -> None:
        """The session has done so already. Raises StoppedSessionError and DeletedSessionError."""
        self._leave()
        name = self.plan.session_id
        if why is Eviction.STOPPED:
            raise StoppedSessionError(f"the session {name!r} was stopped")
        if why is Eviction.DELETED:
            raise DeletedSessionError(f"the session {name!r} was deleted")
        logger.info("the camera's session parts with it: %s", why)

    def _leave(self) -> None:
        if self._session is not None and self._publisher is not None:
            self._session.unpublish(Track.VIDEO, self._publisher)
        self._session = self._publisher = self._evicted = None
        self.recent.clear()

    async def _until_started(self) -> None:
        """Raises DeletedSessionError."""
        if self.state is not CameraState.STOPPED:
            logger.info("the camera waits: its session is stopped")
        self.state = CameraState.STOPPED
        self._note(None)
        await self._until(live=True)

    async def _until(self, *, live: bool) -> None:
        """Until the session runs or is paused, or until it does neither."""
        while True:
            with suppress(StorageError):
                info = await self._registry.get(self.plan.session_id)
                if (info.state in LIVE) is live:
                    return
            await asyncio.sleep(POLL_SECONDS)

    async def _until_free(self) -> None:
        """While another connection sends, a file does not run."""
        while True:
            session = self._registry.find(self.plan.session_id)
            if session is None or Track.VIDEO not in session.tracks.publishing:
                return
            self.state = CameraState.DISPLACED
            await asyncio.sleep(POLL_SECONDS)

    def _note(self, trouble: CameraError | None) -> None:
        """Log once that it broke, and once that it works again."""
        before, self._trouble = self._trouble, trouble
        if trouble is not None and (before is None or before.why != trouble.why):
            logger.warning("the camera: %s; %s", trouble.why, trouble.mend)
        elif trouble is None and before is not None:
            logger.info("the camera works again")
        if trouble is not before:
            self._tell(trouble)

    @property
    def paused(self) -> bool:
        """Whether its session takes pictures and judges none."""
        return self._session is not None and self._session.info.state is SessionState.PAUSED
