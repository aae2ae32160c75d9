"""One session's sound on its way to Deepgram, over as many connections as it takes."""

import asyncio
import logging
import random
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, suppress
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from app.audio.backlog import Backlog
from app.audio.ring import SAMPLE_RATE
from app.audio.transcription import StreamState, TakeTranscript, Trouble
from app.session.deepgram_results import read_results
from app.types import Transcript, TranscriptState

logger = logging.getLogger(__name__)

PIECE = SAMPLE_RATE // 4
"""Samples in one message, at most: Deepgram advises 20 to 250 ms."""
TINY = 0.5
"""Seconds at the end of a session's sound without words that are no gap."""
BAD_KEY = (401, 403)

Connect = Callable[[], AbstractAsyncContextManager[Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """Times, in seconds."""

    gather: float = 0.1
    """Sound is sent in pieces of about this length."""
    finalize_after: float = 2.0
    """Without sound, the last words are asked for."""
    keep_alive_every: float = 4.0
    """Without sound: after 10 s Deepgram closes the connection."""
    idle_after: float = 60.0
    """Without sound, the connection is closed; the next sound opens another."""
    send_within: float = 10.0
    """A message that takes longer ends the connection."""
    first_retry: float = 0.5
    last_retry: float = 30.0
    """Between two attempts to connect; they double."""


class RefusedError(Exception):
    """Deepgram will not have it, however often it is tried."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(f"Deepgram refused with status {status}{reason}")
        self.bad_key = status in BAD_KEY


class UnreachableError(Exception):
    """No connection, or no more; the next one may do."""


class DeepgramStream:
    """Takes sound at once and sends it when it can."""

    def __init__(
        self,
        session_id: str,
        connect: Connect,
        take: TakeTranscript,
        *,
        pace: Pace,
        works: Callable[[], None],
        fails: Callable[[Trouble], None],
    ) -> None:
        """`connect` gives the SDK's socket."""
        self.state = StreamState.IDLE
        self.why = ""
        self._id = session_id
        self._connect = connect
        self._take = take
        self._pace = pace
        self._works = works
        self._fails = fails
        self._backlog = Backlog()
        self._fed = asyncio.Event()
        self._closing = False
        self._answered = False
        self._task: asyncio.Task[None] | None = None

    def feed(self, at: float, pcm: bytes) -> None:
        """Whole samples; never waits."""
        if self._closing or self.state is StreamState.REFUSED:
            return
        self._backlog.add(at, pcm)
        self._fed.set()
        if self._task is None:
            self._task = asyncio.create_task(self._run(), name=f"transcription {self._id}")

    async def close(self, patience: float) -> None:
        """Wait for the last words, at most so many seconds."""
        self._closing = True
        self._fed.set()
        if self._task is not None:
            if self.state is not StreamState.RETRYING:
                await asyncio.wait([self._task], timeout=patience)
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        if self.state is StreamState.REFUSED:
            return
        self.state = StreamState.ENDED
        if (rest := self._backlog.unsettled()) is not None and rest[1] - rest[0] > TINY:
            self._tell_gap(*rest)

    async def _run(self) -> None:
        retry = self._pace.first_retry
        while True:
            if not self._fed.is_set():
                self.state = StreamState.IDLE
                await self._fed.wait()
            if self._closing and self._backlog.unsettled() is None:
                return
            self.state, self._answered = StreamState.CONNECTING, False
            try:
                async with self._connect() as socket:
                    await self._converse(socket)
                continue
            except RefusedError as error:
                self._give_up(error)
                return
            except Exception as error:
                self._complain(error)
            if self._answered:
                retry = self._pace.first_retry
            if self._backlog.unsettled() is not None:
                self._fed.set()
            await asyncio.sleep(retry * random.uniform(0.75, 1.25))
            retry = min(2 * retry, self._pace.last_retry)

    async def _converse(self, socket: Any) -> None:
        """Until nothing was heard for long, or the session closes. Raises UnreachableError."""
        self.state, self.why = StreamState.CONNECTED, ""
        if (lost := self._backlog.begin()) is not None:
            self._tell_gap(*lost)
        self._works()
        listening = asyncio.create_task(self._listen(socket))
        sending = asyncio.create_task(self._send(socket))
        try:
            await asyncio.wait({listening, sending}, return_when=asyncio.FIRST_COMPLETED)
            if not sending.done():
                listening.result()
                raise UnreachableError("it closed the connection")
            sending.result()
            async with asyncio.timeout(self._pace.send_within):
                await listening
            self._backlog.settle()
        finally:
            for task in (listening, sending):
                task.cancel()
            await asyncio.gather(listening, sending, return_exceptions=True)

    async def _send(self, socket: Any) -> None:
        """What waits, until the session closes or nothing comes for long."""
        while await self._some_sound(socket):
            if not self._closing:
                await asyncio.sleep(self._pace.gather)
            while piece := self._next_piece():
                async with asyncio.timeout(self._pace.send_within):
                    await socket.send_media(piece)
        await socket.send_close_stream()

    async def _some_sound(self, socket: Any) -> bool:
        """True once some waits; False: none came for long, or none will."""
        pace, loop = self._pace, asyncio.get_running_loop()
        since = loop.time()
        duties = [(pace.finalize_after, socket.send_finalize)]
        times = int(pace.idle_after / pace.keep_alive_every)
        duties += [(n * pace.keep_alive_every, socket.send_keep_alive) for n in range(1, times + 1)]
        for after, duty in sorted(duties, key=itemgetter(0)):
            if await self._fed_before(since + after):
                return bool(len(self._backlog))
            await duty()
        return await self._fed_before(since + pace.idle_after) and bool(len(self._backlog))

    async def _fed_before(self, time: float) -> bool:
        if not len(self._backlog) and not self._closing:
            self._fed.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout_at(time):
                    await self._fed.wait()
        return self._closing or bool(len(self._backlog))

    def _next_piece(self) -> bytes:
        if self._backlog.overrun:
            raise UnreachableError("it takes sound too slowly")
        return self._backlog.next(PIECE)

    async def _listen(self, socket: Any) -> None:
        async for message in socket:
            kind = getattr(message, "type", None)
            if kind == "Results":
                self._answered = True
                self._read(message)
            elif kind == "Error":
                self.why = str(getattr(message, "description", "") or "an error")
                logger.error("Deepgram reports: %s", self.why, extra={"session": self._id})

    def _read(self, message: Any) -> None:
        try:
            results = read_results(message, self._backlog)
        except (AttributeError, IndexError, TypeError, ValueError):
            logger.exception("Deepgram's results make no sense", extra={"session": self._id})
            return
        if results.transcript is not None:
            self._take(results.transcript)
        if results.final:
            self._backlog.settle(results.until)

    def _tell_gap(self, begin: float, end: float | None) -> None:
        self._take(Transcript(state=TranscriptState.GAP, started_at=begin, ended_at=end))

    def _give_up(self, error: RefusedError) -> None:
        self.state, self.why = StreamState.REFUSED, str(error)
        logger.error("%s; not trying again", error, extra={"session": self._id})
        mend = "set a DEEPGRAM_API_KEY that is valid" if error.bad_key else "see the reason"
        self._fails(Trouble(why=self.why, mend=f"{mend}, and begin another session"))
        if (rest := self._backlog.unsettled()) is not None:
            self._tell_gap(rest[0], None)

    def _complain(self, error: Exception) -> None:
        why, expected = _words(error)
        self.state, said = StreamState.RETRYING, self.why
        self.why = f"Deepgram cannot be used at present: {why}"
        if self.why != said:
            logger.warning(
                "%s; trying again",
                self.why,
                exc_info=None if expected else error,
                extra={"session": self._id},
            )
        self._fails(Trouble(why=self.why, mend="none: it is tried again"))


def _words(error: Exception) -> tuple[str, bool]:
    """What to say, and whether such things happen; of others' errors the kind alone is said."""
    if isinstance(error, TimeoutError):
        return "it does not answer", True
    if isinstance(error, UnreachableError | OSError):
        return str(error) or type(error).__name__, True
    closed = getattr(error, "rcvd", None)
    if closed is not None:
        return f"it closed the connection: {closed.code} {closed.reason}", True
    return type(error).__name__, type(error).__module__.startswith("websockets")
