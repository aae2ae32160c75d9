"""Everybody in a room: who is watched, who listens, and what each candidate hears."""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Mapping
from typing import Any

from livekit import rtc

from client_adapter.job import Job
from client_adapter.livekit import Procturing
from client_adapter.tokens import TokenProvider

logger = logging.getLogger(__name__)

PERSONS = frozenset(
    {
        rtc.ParticipantKind.PARTICIPANT_KIND_STANDARD,
        rtc.ParticipantKind.PARTICIPANT_KIND_INGRESS,
        rtc.ParticipantKind.PARTICIPANT_KIND_SIP,
    }
)
"""Kinds of participants who may be candidates; agents and recorders never are."""


class RoomWatch:
    """Gives each candidate of a room a session, from arrival to leaving."""

    def __init__(
        self, room: rtc.Room, job: Job, api_url: str, tokens: TokenProvider | None = None
    ) -> None:
        self._room = room
        self._job = job
        self._api_url = api_url
        self._tokens = tokens
        self.watched: dict[str, Procturing] = {}
        """By identity."""
        self._heard: dict[rtc.Track, str] = {}
        """Tracks of sound in the room, and whose they are."""
        self._work: set[asyncio.Task[None]] = set()
        self._handlers: Mapping[str, Callable[..., None]] = {
            "participant_connected": self._came,
            "participant_disconnected": self._left,
            "track_published": self._published,
            "track_subscribed": self._subscribed,
            "track_unsubscribed": self._unsubscribed,
        }

    def start(self) -> None:
        """Watch those who are here, and those who come."""
        for event, handler in self._handlers.items():
            self._room.on(event, handler)  # type: ignore[arg-type]  # its names are literals
        for participant in self._room.remote_participants.values():
            self._came(participant)
            for publication in participant.track_publications.values():
                self._published(publication, participant)
                if publication.track is not None:
                    self._subscribed(publication.track, publication, participant)

    async def close(self) -> None:
        """End all sessions' sockets."""
        for event, handler in self._handlers.items():
            self._room.off(event, handler)  # type: ignore[arg-type]
        watched, self.watched = self.watched, {}
        await asyncio.gather(*self._work, return_exceptions=True)
        await asyncio.gather(*(each.stop() for each in watched.values()), return_exceptions=True)

    def is_candidate(self, participant: rtc.Participant) -> bool:
        """By the job's word alone: what participants say of themselves they may change."""
        if self._job.candidates:
            return participant.identity in self._job.candidates
        return participant.kind in PERSONS and participant.identity not in self._job.proctors

    def _came(self, participant: rtc.Participant) -> None:
        """A session at once: whoever never shows a camera is not overlooked."""
        if self.is_candidate(participant):
            self._do(self._candidate(participant).start())

    def _published(self, publication: rtc.TrackPublication, by: rtc.Participant) -> None:
        """Subscribe to what is needed: a proctor's picture is not."""
        if publication.source == rtc.TrackSource.SOURCE_UNKNOWN and self.is_candidate(by):
            logger.warning("%r publishes a track that says not what it is", by.identity)
        if not isinstance(publication, rtc.RemoteTrackPublication) or publication.subscribed:
            return
        if publication.kind == rtc.TrackKind.KIND_AUDIO or (
            self.is_candidate(by) and self._watches(publication.source)
        ):
            publication.set_subscribed(True)

    def _watches(self, source: rtc.TrackSource.ValueType) -> bool:
        if source == rtc.TrackSource.SOURCE_SCREENSHARE:
            return self._job.screen_share
        return source == rtc.TrackSource.SOURCE_CAMERA

    def _subscribed(
        self, track: rtc.Track, publication: rtc.TrackPublication, by: rtc.Participant
    ) -> None:
        if not self.is_candidate(by):
            self._hear(track, publication, by)
            return
        if publication.source == rtc.TrackSource.SOURCE_MICROPHONE:
            self._do(self._candidate(by).enable_audio(track))
        elif self._watches(publication.source):
            candidate = self._candidate(by)
            candidate.video_track = track
            self._do(candidate.start_if_ready())

    def _hear(
        self, track: rtc.Track, publication: rtc.TrackPublication, by: rtc.Participant
    ) -> None:
        """Interviewers and agents; another candidate's voice is never excused."""
        if publication.kind == rtc.TrackKind.KIND_AUDIO:
            self._heard[track] = by.identity
            for candidate in self.watched.values():
                self._do(candidate.enable_reference(track))

    def _unsubscribed(
        self, track: rtc.Track, publication: rtc.TrackPublication, by: rtc.Participant
    ) -> None:
        if self._heard.pop(track, None) is not None:
            for candidate in self.watched.values():
                self._do(candidate.disable_reference(track))

    def _left(self, participant: rtc.Participant) -> None:
        for track in [track for track, by in self._heard.items() if by == participant.identity]:
            del self._heard[track]
            for candidate in self.watched.values():
                self._do(candidate.disable_reference(track))
        if (gone := self.watched.pop(participant.identity, None)) is not None:
            logger.info("%r left", participant.identity)
            self._do(gone.stop())

    def _candidate(self, participant: rtc.Participant) -> Procturing:
        identity = participant.identity
        if identity not in self.watched:
            to = self._job.proctors or None
            self.watched[identity] = candidate = Procturing(
                participant,
                self._room,
                api_url=self._api_url,
                publish_to=to,
                publish_to_everyone=self._job.everyone,
                legacy_messages=self._job.legacy,
                fps=self._job.fps,
                screen_share=self._job.screen_share,
                challenges=self._job.challenges,
                plan=self._job.plan,
                token_provider=self._tokens,
            )
            for track in self._heard:
                self._do(candidate.enable_reference(track))
        return self.watched[identity]

    def _do(self, work: Coroutine[Any, Any, None]) -> None:
        """Handlers of events cannot wait. Tasks begin in their order, and only `stop` waits."""
        task = asyncio.create_task(work)
        self._work.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._work.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            logger.error("watching failed", exc_info=error)
