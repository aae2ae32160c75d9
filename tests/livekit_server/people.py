"""Somebody in a room of a LiveKit server."""

import asyncio
import json
from datetime import timedelta
from typing import Any

from livekit import api, rtc

from client_adapter import receive_alerts
from client_adapter.room_alerts import MESSAGE, TOPIC
from tests.livekit_server.film import Player
from tests.livekit_server.server import KEY, SECRET, URL

CAMERA, MICROPHONE = rtc.TrackSource.SOURCE_CAMERA, rtc.TrackSource.SOURCE_MICROPHONE
CONNECTING_SECONDS = 30.0


def room_token(room: str, identity: str) -> str:
    """As an integrator makes it for a person."""
    grants = api.VideoGrants(room_join=True, room=room)
    token = api.AccessToken(KEY, SECRET).with_identity(identity).with_grants(grants)
    return token.with_ttl(timedelta(hours=1)).to_jwt()


class Person:
    """A candidate or a proctor, and all that reaches them."""

    def __init__(self, identity: str) -> None:
        self.identity = identity
        self.room = rtc.Room()
        self.met: set[str] = set()
        """Identities of all whom they ever saw in the room."""
        self.alerts: list[dict[str, Any]] = []
        """What `receive_alerts` gave."""
        self.texts: list[tuple[str, str]] = []
        """Senders and contents of streams on the alerts' topic, where `overhears` was called."""
        self.data: list[tuple[str | None, str | None, dict[str, Any]]] = []
        """Senders, topics and contents of data messages; no sender: nobody who is visible."""
        self.expelled: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        """Why the server ended the connection, once it did."""
        self._reading: set[asyncio.Task[None]] = set()
        self.room.on("participant_connected", lambda other: self.met.add(other.identity))
        self.room.on("data_received", self._received)
        self.room.on("disconnected", self._disconnected)

    async def enter(self, room: str) -> None:
        async with asyncio.timeout(CONNECTING_SECONDS):
            await self.room.connect(URL, room_token(room, self.identity))
        assert self.room.name == room
        self.met |= {*self.room.remote_participants}

    async def leave(self) -> None:
        async with asyncio.timeout(CONNECTING_SECONDS):
            await self.room.disconnect()
        await asyncio.gather(*self._reading, return_exceptions=True)

    async def publish(
        self, player: Player, *, camera: bool = True, microphone: bool = True
    ) -> list[rtc.LocalTrackPublication]:
        """From the film."""
        wanted: list[tuple[rtc.LocalTrack, rtc.TrackSource.ValueType]] = []
        if camera:
            wanted.append((player.camera(), CAMERA))
        if microphone:
            wanted.append((player.microphone(), MICROPHONE))
        me = self.room.local_participant
        async with asyncio.timeout(CONNECTING_SECONDS):
            return [
                await me.publish_track(
                    track, rtc.TrackPublishOptions(source=source, simulcast=False)
                )
                for track, source in wanted
            ]

    def receives_alerts(self) -> None:
        """As a proctor's own program does it."""
        receive_alerts(self.room, self.alerts.append)

    def overhears(self) -> None:
        """Whatever comes on the alerts' topic, from whomever."""

        def opened(reader: rtc.TextStreamReader, identity: str) -> None:
            task = asyncio.create_task(self._read(reader, identity))
            self._reading.add(task)
            task.add_done_callback(self._reading.discard)

        self.room.register_text_stream_handler(TOPIC, opened)

    async def _read(self, reader: rtc.TextStreamReader, identity: str) -> None:
        text = await reader.read_all()
        self.texts.append((identity, text or (reader.info.attributes or {}).get(MESSAGE, "")))

    def _received(self, packet: rtc.DataPacket) -> None:
        sender = None if packet.participant is None else packet.participant.identity
        self.data.append((sender, packet.topic, json.loads(packet.data)))

    def _disconnected(self, reason: int) -> None:
        if not self.expelled.done():
            self.expelled.set_result(reason)
