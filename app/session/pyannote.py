"""Tells voices apart for all sessions: one process, asked one window at a time, started again."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from app.audio.diarization import Diarization
from app.errors import ModelError
from app.session.pyannote_child import PyannoteChild, RefusedError, Trouble, WindowError

logger = logging.getLogger(__name__)

T = TypeVar("T")

SMOOTHING = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long is waited, in seconds."""

    load: float = 900.0
    """For the pipeline, which may have to be fetched."""
    answer: float = 60.0
    """For one window; then the process hangs, and is killed."""
    first_restart: float = 1.0
    """Before a process that died is started again; doubles until a window was answered."""
    last_restart: float = 60.0
    first_retry: float = 60.0
    """Before a pipeline that could not be loaded is tried again; it doubles."""
    last_retry: float = 3600.0


@dataclass(frozen=True, slots=True, eq=False)
class _Request:
    newest: Callable[[], bytes | None]
    answered: "asyncio.Future[Diarization | None]"


class Pyannote:
    """Who waits longest is served first, with the newest sound that there is then."""

    def __init__(
        self,
        source: str,
        patience: Patience | None = None,
        changed: Callable[[], None] = lambda: None,
    ) -> None:
        """`source`: a folder or a name on the hub. `changed` is called when `state` is new."""
        self.state = "stopped"
        """"stopped", "loading", "ready" or "failed"."""
        self.trouble: Trouble | None = None
        """Of the last failure, until the pipeline is loaded."""
        self.pid: int | None = None
        """Of its process; None: there is none at present."""
        self.seconds_per_window: float | None = None
        """What an answer takes, smoothed; None: none was given yet."""
        self._source = source
        self._patience = patience or Patience()
        self._changed = changed
        self._waiting: dict[str, _Request] = {}
        """In the order in which they came; one for each who asks."""
        self._come = asyncio.Event()
        self._answered = False
        """Whether the process that runs has answered at all."""
        self._work: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Load in the background, and try again for as long as that takes."""
        if self._work is None:
            self._tell("loading", self.trouble)
            self._work = asyncio.create_task(self._run(), name="pyannote")

    async def close(self) -> None:
        """End the process, whatever it does; who waits gets a ModelError."""
        if self._work is not None:
            self._work.cancel()
            await asyncio.gather(self._work, return_exceptions=True)
            self._work = None
        self._tell("stopped", self.trouble)
        self._refuse("pyannote is stopped")

    async def diarize(self, who: str, newest: Callable[[], bytes | None]) -> Diarization | None:
        """Wait for the process, and have it look at what `newest` gives then (s16le, 16 kHz).

        Each `who` waits once: a second call takes the place of the first, which gets None, as it
        does where `newest` has nothing. Raises ModelError when there is no pipeline, or it failed.
        """
        if self.state != "ready":
            raise ModelError(self.trouble.why if self.trouble else f"pyannote is {self.state}")
        request = _Request(newest, asyncio.get_running_loop().create_future())
        if (displaced := self._waiting.get(who)) is not None:
            _answer(displaced, None)
        self._waiting[who] = request  # in the place of the displaced
        self._come.set()
        try:
            return await request.answered
        finally:
            if self._waiting.get(who) is request:
                del self._waiting[who]

    async def _run(self) -> None:
        patience = self._patience
        restart, retry = patience.first_restart, patience.first_retry
        while True:
            try:
                await self._live()
            except RefusedError as error:
                trouble, pause = error.trouble, retry
                retry = min(2 * retry, patience.last_retry)
            except Exception as error:  # whatever became of the process, the next one may serve
                trouble = Trouble(f"pyannote: {error or repr(error)}", "wait: it is started again")
                if self._answered:
                    restart = patience.first_restart
                pause = restart
                restart = min(2 * restart, patience.last_restart)
            logger.error("%s; trying again in %.0f s", trouble.why, pause)
            self._tell("failed", trouble)
            self._refuse(trouble.why)
            await asyncio.sleep(pause)

    async def _live(self) -> None:
        """One process from its start to its end. Raises ModelError."""
        self._tell("loading", self.trouble)
        self._answered = False
        async with PyannoteChild.running(self._source) as child:
            self.pid = child.pid
            try:
                await self._in_time(child.loaded(), self._patience.load)
                logger.info("voices are told apart by pyannote: %s", self._source)
                self._tell("ready", None)
                while True:
                    await child.idle_until(self._come)
                    if (request := self._next()) is not None:
                        await self._serve(child, request)
            finally:
                self.pid = None

    async def _serve(self, child: PyannoteChild, request: _Request) -> None:
        """That who asked has gone meanwhile changes nothing for the process."""
        try:
            pcm = request.newest()
        except Exception as error:  # it belongs to who asked
            _fail(request, error)
            return
        if pcm is None:
            _answer(request, None)
            return
        began = time.monotonic()
        try:
            found = await self._in_time(child.ask(pcm), self._patience.answer)
        except WindowError as error:
            logger.warning("pyannote failed on a window: %s", error)
            _fail(request, error)
            return
        except BaseException:
            _fail(request, ModelError("pyannote's process failed on this window"))
            raise
        took = time.monotonic() - began
        before = took if self.seconds_per_window is None else self.seconds_per_window
        self.seconds_per_window = before + SMOOTHING * (took - before)
        self._answered = True
        _answer(request, found)

    async def _in_time(self, work: Awaitable[T], seconds: float) -> T:
        try:
            async with asyncio.timeout(seconds):
                return await work
        except TimeoutError:
            raise ModelError(f"{self.state}: no answer within {seconds:g} s, killed") from None

    def _next(self) -> _Request | None:
        """Of who waits longest."""
        if not self._waiting:
            self._come.clear()
            return None
        return self._waiting.pop(next(iter(self._waiting)))

    def _refuse(self, why: str) -> None:
        while self._waiting:
            _, request = self._waiting.popitem()
            _fail(request, ModelError(why))

    def _tell(self, state: str, trouble: Trouble | None) -> None:
        self.state, self.trouble = state, trouble
        self._changed()


def _answer(request: _Request, found: Diarization | None) -> None:
    if not request.answered.done():
        request.answered.set_result(found)


def _fail(request: _Request, error: Exception) -> None:
    if not request.answered.done():
        request.answered.set_exception(error)
