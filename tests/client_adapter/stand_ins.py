"""A LiveKit room without a server: the SDK's own objects, fed as its native part would feed them.

Participants, publications and the room are `livekit.rtc`'s; tracks play real sources. What only a
server could answer is answered here: a subscription brings the track, and what the agent writes
into the room is kept instead of sent.
"""

import asyncio
import json
from collections.abc import Sequence
from itertools import count
from typing import Any

from livekit import rtc
from livekit.rtc._proto import participant_pb2, room_pb2, track_pb2
from livekit.rtc._utils import BroadcastQueue
from livekit.rtc.data_stream import TextStreamInfo

from client_adapter.room_alerts import INLINE_PROTOCOL, MESSAGE, TOPIC
from client_adapter.room_challenge import TOPIC as CHALLENGE

STANDARD = rtc.ParticipantKind.PARTICIPANT_KIND_STANDARD
AGENT = rtc.ParticipantKind.PARTICIPANT_KIND_AGENT
EGRESS = rtc.ParticipantKind.PARTICIPANT_KIND_EGRESS
CAMERA = rtc.TrackSource.SOURCE_CAMERA
MICROPHONE = rtc.TrackSource.SOURCE_MICROPHONE
SCREEN = rtc.TrackSource.SOURCE_SCREENSHARE
sids = (f"stand-in-{number}" for number in count())


class Publication(rtc.RemoteTrackPublication):
    """Of a participant; whoever subscribes is given the source's track."""

    def __init__(
        self, room: "Room", by: str, track: rtc.LocalTrack, source: rtc.TrackSource.ValueType
    ) -> None:
        kind = track.kind
        info = track_pb2.TrackPublicationInfo(
            sid=next(sids), kind=kind, source=source, remote=True, muted=False
        )
        super().__init__(track_pb2.OwnedTrackPublication(info=info))
        self._room = room
        self._by = by
        self._native = track
        self.arrived = asyncio.Event()
        """Set once the track is here."""
        self.subscriptions: list[bool] = []
        """What was asked of the server, one after the other."""

    def set_subscribed(self, subscribed: bool) -> None:
        self.subscriptions.append(subscribed)
        if subscribed:
            asyncio.get_running_loop().call_soon(self._arrive)

    def _arrive(self) -> None:
        if self.sid not in self._room.rtc.remote_participants[self._by].track_publications:
            return
        info = track_pb2.TrackInfo(sid=self.sid, kind=self.kind, remote=True)
        owned = track_pb2.OwnedTrack(info=info)
        owned.handle.id = self._native._ffi_handle.handle
        arrived = room_pb2.TrackSubscribed(participant_identity=self._by, track=owned)
        self._room.happens(track_subscribed=arrived)
        assert self.track is not None
        self.track._ffi_handle.mark_consumed()  # it belongs to the source's own track
        self.arrived.set()


class Written(rtc.LocalParticipant):
    """The agent itself: what it writes into the room is kept."""

    def __init__(self, identity: str, *, fails: int = 0) -> None:
        """The first `fails` messages do not get through."""
        info = participant_pb2.ParticipantInfo(identity=identity, kind=AGENT)
        super().__init__(BroadcastQueue(), participant_pb2.OwnedParticipant(info=info))
        self.texts: list[tuple[dict[str, Any], tuple[str, ...] | None]] = []
        """Alerts, and to whom; None: to everybody."""
        self.bare: list[str] = []
        """Texts of streams, which everybody in the room can read where they are long."""
        self.data: list[tuple[dict[str, Any], tuple[str, ...] | None]] = []
        """Older messages, and to whom."""
        self.challenges: list[tuple[dict[str, Any], tuple[str, ...] | None, str]] = []
        """Challenges, to whom, and the bare text."""
        self._fails = fails

    async def send_text(
        self,
        text: str,
        *,
        destination_identities: list[str] | None = None,
        topic: str = "",
        attributes: dict[str, str] | None = None,
        reply_to_id: str | None = None,
        compress: bool = True,
    ) -> TextStreamInfo:
        assert topic in (TOPIC, CHALLENGE)
        if self._fails:
            self._fails -= 1
            raise ConnectionError("the room is on its way back")
        message = json.loads(text or (attributes or {})[MESSAGE])
        to = tuple(destination_identities or ()) or None
        if topic == CHALLENGE:
            self.challenges.append((message, to, text))
        else:
            self.bare.append(text)
            self.texts.append((message, to))
        return TextStreamInfo("id", "text/plain", topic, 0, len(text), attributes, [])

    async def publish_data(
        self,
        payload: bytes | str,
        *,
        reliable: bool = True,
        destination_identities: Sequence[str] = (),
        topic: str = "",
    ) -> None:
        assert reliable
        self.data.append((json.loads(payload), tuple(destination_identities) or None))


class Room:
    """A room that nobody connected, and all that happens in it."""

    def __init__(self, name: str, *, fails: int = 0) -> None:
        self.rtc = rtc.Room()
        self.rtc._info = room_pb2.RoomInfo(name=name)
        self.agent = Written("proctor-1", fails=fails)
        self.rtc._local_participant = self.agent

    def happens(self, **event: Any) -> None:
        """One of the SDK's own events, by its name in its protocol."""
        self.rtc._on_room_event(room_pb2.RoomEvent(**event))

    def joins(
        self,
        identity: str,
        kind: rtc.ParticipantKind.ValueType = STANDARD,
        *,
        protocol: int = INLINE_PROTOCOL,
    ) -> rtc.RemoteParticipant:
        """`protocol`: what its client can do."""
        info = participant_pb2.ParticipantInfo(
            identity=identity, sid=next(sids), kind=kind, client_protocol=protocol
        )
        owned = participant_pb2.OwnedParticipant(info=info)
        self.happens(participant_connected=room_pb2.ParticipantConnected(info=owned))
        return self.rtc.remote_participants[identity]

    def leaves(self, identity: str) -> None:
        gone = room_pb2.ParticipantDisconnected(participant_identity=identity)
        self.happens(participant_disconnected=gone)

    def publishes(
        self, identity: str, track: rtc.LocalTrack, source: rtc.TrackSource.ValueType
    ) -> Publication:
        publication = Publication(self, identity, track, source)
        by = self.rtc.remote_participants[identity]
        by._track_publications[publication.sid] = publication
        self.rtc.emit("track_published", publication, by)
        return publication

    def unpublishes(self, identity: str, publication: Publication) -> None:
        """The track ends first, as the server tells it."""
        if publication.subscribed:
            ended = room_pb2.TrackUnsubscribed(
                participant_identity=identity, track_sid=publication.sid
            )
            self.happens(track_unsubscribed=ended)
        gone = room_pb2.TrackUnpublished(
            participant_identity=identity, publication_sid=publication.sid
        )
        self.happens(track_unpublished=gone)

    def mutes(self, identity: str, publication: Publication, muted: bool = True) -> None:
        told: Any = room_pb2.TrackMuted if muted else room_pb2.TrackUnmuted
        event = told(participant_identity=identity, track_sid=publication.sid)
        self.happens(**{"track_muted" if muted else "track_unmuted": event})

    def ends(self) -> None:
        reason = rtc.DisconnectReason.ROOM_DELETED
        self.happens(disconnected=room_pb2.Disconnected(reason=reason))
