"""Alerts inside a LiveKit room: to the proctors who are named, and to nobody else."""

import asyncio
import json
import logging
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from livekit import rtc

logger = logging.getLogger(__name__)

TOPIC = "proctor.alerts"
LEGACY_TOPIC = "proctoring"
TRIES = 3
SECONDS = 5.0
"""For one try."""
CALLBACK_SECONDS = 10.0
"""What a callback may take; then the next message is told."""
MESSAGE = "message"
"""The stream's attribute that holds the message where its text is empty."""
INLINE_PROTOCOL = 2
"""LiveKit's client protocol from which on a short text travels in its stream's header."""
LONGEST = 10_000
"""Bytes that surely fit into a stream's header; of 15,000 with all that it also holds."""
HIDDEN = ""
"""The identity of a hidden participant, as others see it."""

Step = Callable[[], Awaitable[None]]
Send = Callable[[str, list[str] | None, dict[str, str]], Awaitable[None]]
"""A text, to whom, and its stream's attributes."""
OnAlert = Callable[[dict[str, Any]], object | Awaitable[object]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """Who may read a candidate's alerts in the room."""

    proctors: tuple[str, ...] = ()
    """Identities."""
    everyone: bool = False
    """Also those who are watched: without destinations LiveKit sends to all."""
    legacy: bool = False
    """Whether they also get the older `proctoring` data messages."""

    def check(self, candidate: str) -> None:
        """Raises ValueError where the candidate would read what is said about them."""
        if not self.everyone and candidate in self.proctors:
            raise ValueError(
                f"publish_to names the candidate {candidate!r}; publish_to_everyone=True allows it"
            )

    def __or__(self, other: "Audience") -> "Audience":
        """Whoever is in one of them."""
        return Audience(
            proctors=tuple(dict.fromkeys((*self.proctors, *other.proctors))),
            everyone=self.everyone or other.everyone,
            legacy=self.legacy or other.legacy,
        )

    @property
    def anybody(self) -> bool:
        """Whether there is somebody to tell."""
        return self.everyone or bool(self.proctors)

    @property
    def destinations(self) -> list[str]:
        """As LiveKit takes them; empty: all."""
        return [] if self.everyone else list(self.proctors)


class RoomAlerts:
    """Publishes one candidate's alerts.

    Only the header of a text stream goes to the named alone: the SDK sends its chunks to the whole
    room, where a changed client can read them. So a message travels in the header, as the text
    itself to clients that know of this (protocol 2), as the attribute `message` to older ones.
    """

    def __init__(self, room: rtc.Room, candidate: str, audience: Audience) -> None:
        audience.check(candidate)
        self.audience = audience
        self._room = room
        self._candidate = candidate

    async def publish(self, message: dict[str, Any], *, hears: bool) -> None:
        """One of the service's messages, as it is; `hears`: whether there is sound at present."""
        if not self.audience.anybody:
            return
        for part in parts(message):
            for step in self._steps(part, hears):
                await attempt(step)

    def _steps(self, message: dict[str, Any], hears: bool) -> Iterator[Step]:
        """Each is tried by itself: what got through is not sent again."""
        text = json.dumps(message)
        if self.audience.everyone:
            yield partial(self._send, text, None, {})
        else:
            yield from self._steps_to_named(text)
        if self.audience.legacy and message["alerts"]:
            older = legacy_message(self._candidate, message["alerts"], hears=hears, at=time.time())
            yield partial(self._send_data, json.dumps(older))

    def _steps_to_named(self, text: str) -> Iterator[Step]:
        steps = [*steps_to_named(self._room, self.audience.proctors, text, self._send)]
        if not steps:
            logger.info("an alert waits at the service: no proctor is in the room")
        yield from steps

    async def _send(self, text: str, to: list[str] | None, attributes: dict[str, str]) -> None:
        await self._room.local_participant.send_text(
            text,
            topic=TOPIC,
            destination_identities=to,
            attributes={"participant": self._candidate, **attributes},
        )

    async def _send_data(self, payload: str) -> None:
        await self._room.local_participant.publish_data(
            payload,
            reliable=True,
            destination_identities=self.audience.destinations,
            topic=LEGACY_TOPIC,
        )


def steps_to_named(
    room: rtc.Room, identities: Iterable[str], text: str, send: Send
) -> Iterator[Step]:
    """To those of them who are in the room, so that nobody else can read it."""
    known = room.remote_participants
    here = [known[identity] for identity in identities if identity in known]
    able = {each.identity for each in here if each._info.client_protocol >= INLINE_PROTOCOL}
    if len(text) > LONGEST:
        able = set()  # as an attribute the SDK refuses what is too long
    if able:
        yield partial(send, text, sorted(able), {})
    if older := sorted({each.identity for each in here} - able):
        yield partial(send, "", older, {MESSAGE: text})


async def attempt(step: Step) -> None:
    """A few times: the room may be on its way back. Raises nothing."""
    for left in reversed(range(TRIES)):
        try:
            async with asyncio.timeout(SECONDS):
                await step()
            return
        except Exception as error:
            if not left:
                logger.error("an alert did not reach the room: %s", error or "no answer")
                return
        await asyncio.sleep(1.0)


def parts(message: dict[str, Any]) -> list[dict[str, Any]]:
    """The same in messages that are short enough, as far as there is more than one event."""
    events = message.get("events", [])
    if len(events) < 2 or len(json.dumps(message)) <= LONGEST:
        return [message]
    half = len(events) // 2
    rest = message | {"alerts": [], "events": events[half:]}
    return [*parts(message | {"events": events[:half]}), *parts(rest)]


def legacy_message(
    candidate: str, alerts: Sequence[str], *, hears: bool, at: float
) -> dict[str, Any]:
    """The older system's; its `cheating` says no more than that there are alerts."""
    return {
        "type": "proctoring_result",
        "participant_id": candidate,
        "cheating": bool(alerts),
        "audio_present": hears,
        "reasons": list(alerts),
        "timestamp": at,
    }


def receive_alerts(room: rtc.Room, on_alert: OnAlert) -> Callable[[], None]:
    """For proctors: `on_alert` is given each message that the room's agent sent; returns an end.

    Anybody in the room can send on the same topic. What does not come from an agent, by LiveKit's
    own word (its kind, or the empty identity that only hidden participants have), is dropped.
    """
    tasks: set[asyncio.Task[None]] = set()
    in_order = asyncio.Lock()

    def opened(reader: rtc.TextStreamReader, identity: str) -> None:
        if not comes_from_agent(room, identity):
            logger.warning("dropped an alert that %r forged", identity)
            reader.close()
            return
        task = asyncio.create_task(_deliver(reader, on_alert, in_order))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    def end() -> None:
        room.unregister_text_stream_handler(TOPIC)
        for task in tasks:
            task.cancel()

    room.register_text_stream_handler(TOPIC, opened)
    return end


def comes_from_agent(room: rtc.Room, identity: str) -> bool:
    """Whether LiveKit says that this sender is an agent."""
    if identity == HIDDEN:
        return True
    sender = room.remote_participants.get(identity)
    return sender is not None and sender.kind == rtc.ParticipantKind.PARTICIPANT_KIND_AGENT


async def _deliver(reader: rtc.TextStreamReader, on_alert: OnAlert, in_order: asyncio.Lock) -> None:
    async with in_order:
        try:
            async with asyncio.timeout(SECONDS):
                text = await reader.read_all()
            message = json.loads(text or (reader.info.attributes or {})[MESSAGE])
            if not isinstance(message, dict):
                raise ValueError("no JSON object")
            await call(on_alert, message)
        except Exception:
            logger.exception("an alert could not be read")
        finally:
            reader.close()


async def call(callback: Callable[[Any], object], what: object) -> None:
    """A callback may be a coroutine function or not. Raises what it raises, and TimeoutError."""
    async with asyncio.timeout(CALLBACK_SECONDS):
        outcome = callback(what)
        if isinstance(outcome, Awaitable):
            await outcome
