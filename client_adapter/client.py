"""A client of the service that outlives its absence: pictures and sound go in, alerts come out."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable
from functools import partial
from types import TracebackType
from typing import Any, Self

from websockets.asyncio.client import ClientConnection

from client_adapter.hand_over import BROKEN
from client_adapter.line import Line
from client_adapter.picture_sender import Picture, PictureSender
from client_adapter.plan import Plan
from client_adapter.retry import Retry
from client_adapter.sent import Sent
from client_adapter.sessions import Sessions
from client_adapter.sockets import ProctorClosed, open_socket
from client_adapter.sound_sender import SoundSender
from client_adapter.tokens import Scope, TokenProvider, token_for

DEFAULT_URL = "ws://localhost:8000/ws/proctor"
CANDIDATE, REFERENCE = "candidate", "reference"
SOUND_SECONDS = 10.0
"""Of sound that wait through an outage; as many as the service itself holds."""
HEARTBEAT = 5.0
"""Seconds between signs of life on a connection that only listens."""


class ProctorClient:
    """One session, for as long as it takes: it reconnects, and keeps what it can meanwhile.

    Nothing waits for the network: a newer picture displaces one that could not be sent yet, and
    sound waits for `sound_seconds`; what is lost beyond that is told to the service, which raises
    `audio_gap`, and to `on_gap`. After an outage the events go on where they ended.
    """

    def __init__(
        self,
        url: str = DEFAULT_URL,
        *,
        session_id: str,
        plan: Plan | None = None,
        token_provider: TokenProvider | None = None,
        retry: Retry | None = None,
        sound_seconds: float = SOUND_SECONDS,
        on_gap: Callable[[float], None] | None = None,
        after: asyncio.Event | None = None,
    ) -> None:
        """`session_id`: any printable text of 1 to 256 characters.

        `on_gap` is told the seconds of sound that were lost, once the service is back. `after`:
        the service is not spoken to before it is set.
        """
        self.sent = Sent()
        self._url = url
        self._retry = retry or Retry()
        self._tokens = token_provider
        self._sound_seconds = sound_seconds
        self._on_gap = on_gap
        self._sessions = Sessions(url, plan or Plan(), session_id, self._token, after)
        self._pictures = PictureSender(
            Line(
                f"video of {session_id!r}",
                self._open_video,
                self._retry,
                partial(self._is_free, "video"),
            ),
            self.sent,
            self._sessions.forget,
        )
        self._sounds: dict[str, SoundSender] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._viewers: set[Line] = set()
        self._closed = False

    @property
    def session_id(self) -> str:
        """Another than was asked for, where that belongs to somebody of another room."""
        return self._sessions.id

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        await self.close()

    async def close(self, flush_seconds: float = 1.0) -> None:
        """Close every socket; what waits is sent before, if it can be in so many seconds."""
        if self._closed:
            return
        self._closed = True
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(flush_seconds):
                await self._flush()
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)
        await asyncio.gather(*(viewer.close() for viewer in [*self._viewers]))
        await self._sessions.close()

    async def send_frame(self, picture: Picture) -> None:
        """Hand over the newest picture; an older one that still waits is given up.

        Raises ProctorClosed once the service has refused the session's pictures for good.
        """
        self._keep_sending("video", self._pictures)
        self._pictures.put(picture)
        await asyncio.sleep(0)  # whoever sends in a tight loop would never let anything be sent

    async def send_pcm(self, pcm: bytes, track: str = CANDIDATE) -> None:
        """Hand over sound: s16le, mono, 16 kHz, whole samples.

        `track` "reference" is what the candidate hears. Raises ProctorClosed once the service has
        refused the session's sound for good.
        """
        if track not in (CANDIDATE, REFERENCE):
            raise ValueError(f"track is {CANDIDATE} or {REFERENCE}, not {track!r}")
        if len(pcm) % 2:
            raise ValueError("sound comes in whole samples of two bytes")
        sender = self._sender(track)
        self._keep_sending(track, sender)
        sender.put(pcm)
        await asyncio.sleep(0)

    async def announce(self) -> None:
        """Pictures and sound are to come: the session begins now, and says so if they do not.

        Raises ProctorClosed once the service has refused them for good.
        """
        self._pictures.announce()
        self._keep_sending("video", self._pictures)
        self._sender(CANDIDATE).announce()
        self._keep_sending(CANDIDATE, self._sender(CANDIDATE))

    async def challenge(self, seconds: float = 6.0) -> dict[str, Any]:
        """Ask the candidate for a turn of the head to a random side; as the service tells it.

        Events of the kind `challenge` tell its two ends. Raises NotNowError where nobody can be
        asked at present, ValueError, ConnectionError, and ProctorClosed where the service refuses
        the session.
        """
        return await self._sessions.challenge(seconds)

    async def events(self, after: int | None = None) -> AsyncIterator[dict[str, Any]]:
        """The service's messages, `{"alerts": [...], "events": [...]}`, until the client closes.

        `after` begins with the stored alerts whose `seq` is above it; without it only what happens
        from now on is told. Nothing is left out and nothing told twice, however often the
        connection breaks. Raises ProctorClosed once the service refuses.
        """
        known = after

        async def open_one() -> ClientConnection:
            nonlocal known
            if known is None:
                self._sessions.forget()
            newest = await self._sessions.ensure()
            known = newest if known is None else known
            return await self._open("events", Scope.EVENTS, after=known, heartbeat=HEARTBEAT)

        line = Line(f"events of {self.session_id!r}", open_one, self._retry)
        self._viewers.add(line)
        try:
            while True:
                socket = await line.connect()
                line.works()
                try:
                    while True:
                        message: dict[str, Any] = json.loads(await socket.recv())
                        seqs = [event["seq"] for event in message.get("events", ())]
                        if seqs and known is not None:
                            if seqs[-1] <= known:
                                continue
                            known = seqs[-1]
                        yield message
                except BROKEN as error:
                    if not self._closed:
                        self._sessions.forget()
                        line.broke(error)
        except ProctorClosed:
            if not self._closed:
                raise
        finally:
            self._viewers.discard(line)
            await line.hang_up()

    def _sender(self, track: str) -> SoundSender:
        if track not in self._sounds:
            self._sounds[track] = self._sound(track)
        return self._sounds[track]

    def _sound(self, track: str) -> SoundSender:
        async def open_sound(lost: float | None) -> ClientConnection:
            await self._sessions.ensure()
            named = None if track == CANDIDATE else track
            return await self._open("audio", Scope.INGEST, track=named, lost=lost)

        return SoundSender(
            f"{track}'s sound of {self.session_id!r}",
            open_sound,
            self._retry,
            is_free=partial(self._is_free, "audio" if track == CANDIDATE else track),
            seconds=self._sound_seconds,
            sent=self.sent,
            lost=self._sessions.forget,
            on_gap=self._on_gap,
        )

    def _keep_sending(self, name: str, sender: PictureSender | SoundSender) -> None:
        """Raises what ended it."""
        if self._closed:
            raise RuntimeError("the client is closed")
        task = self._tasks.get(name)
        if task is None:
            self._tasks[name] = asyncio.create_task(
                sender.run(), name=f"{name} of {self.session_id}"
            )
        elif task.done():
            try:
                task.result()
            except ProctorClosed as closed:  # anew: the old one's traceback would grow
                raise ProctorClosed(closed.code, closed.reason) from None

    async def _flush(self) -> None:
        senders: list[PictureSender | SoundSender] = [self._pictures, *self._sounds.values()]
        while any(sender.waits for sender in senders) and not all(
            task.done() for task in self._tasks.values()
        ):
            await asyncio.sleep(0.01)

    async def _is_free(self, track: str) -> bool:
        return not await self._sessions.is_sent(track)

    async def _open_video(self) -> ClientConnection:
        await self._sessions.ensure()
        return await self._open("video", Scope.INGEST)

    async def _open(
        self, channel: str, scope: Scope, *, heartbeat: float = 20.0, **query: str | float | None
    ) -> ClientConnection:
        token = await self._token(scope)
        socket = await open_socket(
            self._url, self.session_id, channel, token=token, heartbeat=heartbeat, query=query
        )
        self.sent.connections += 1
        return socket

    async def _token(self, scope: Scope) -> str | None:
        return await token_for(self._tokens, self.session_id, scope)
