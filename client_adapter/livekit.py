"""Three lines in a LiveKit worker: `Procturing` watches one participant of a room."""

import asyncio
from collections.abc import Sequence
from functools import partial
from typing import Any
from weakref import WeakKeyDictionary

from livekit import rtc

from client_adapter.candidate import Candidate, OnRefused, Told
from client_adapter.client import DEFAULT_URL, ProctorClient
from client_adapter.plan import Plan, session_id
from client_adapter.retry import Retry
from client_adapter.room_alerts import Audience, OnAlert
from client_adapter.sampler import Sampler
from client_adapter.sessions import rest_url
from client_adapter.sockets import ProctorClosed
from client_adapter.tokens import TokenProvider, from_environment

FPS = 30.0

_watched: WeakKeyDictionary[rtc.Room, dict[tuple[str, str], Candidate]] = WeakKeyDictionary()
"""By room, then by url and session: objects for the same participant share one session."""


class Procturing:
    """Watches one participant: sends camera and microphone, brings the alerts back.

    Several objects for the same participant, such as one for each track, share one session; the
    last `stop()` closes it. A track that is muted sends nothing; one that is republished, or that
    comes with a participant who returns, goes on by itself.
    """

    def __init__(
        self,
        participant: rtc.Participant,
        room: rtc.Room,
        segment_seconds: int = 60,
        mongo_service: object = None,
        api_url: str = DEFAULT_URL,
        *,
        on_alert: OnAlert | None = None,
        on_refused: OnRefused | None = None,
        publish_to: Sequence[str] | None = None,
        publish_to_everyone: bool = False,
        legacy_messages: bool = False,
        fps: float = FPS,
        screen_share: bool = False,
        challenges: bool = True,
        plan: Plan | None = None,
        token_provider: TokenProvider | None = None,
        retry: Retry | None = None,
    ) -> None:
        """`segment_seconds` and `mongo_service` are accepted and ignored: nothing is recorded.

        `on_alert` is given each message, `{"alerts": [...], "events": [...]}`, and `on_refused` the
        ProctorClosed that ends the watch: the service will not have this session, or it was
        deleted; either may be a coroutine function. `publish_to` names the participants who get
        the messages in the room, on the topic `proctor.alerts`; `publish_to_everyone` sends them to
        all, the candidate too; `legacy_messages` adds the older ones on the topic `proctoring`.
        `fps`: at most so many pictures a second are sent; the service looks at every third of 30.
        `screen_share` watches a shared screen while there is no camera. `challenges` hands the
        candidate, on the topic `proctor.challenge`, what they are asked to do, and nothing else.
        `plan`: purpose and rules of the session. `token_provider` makes the service's tokens;
        without it they are minted from LIVEKIT_API_KEY and LIVEKIT_API_SECRET, where both are set.

        Raises ValueError where an option cannot be, or `publish_to` would let the candidate read
        the alerts.
        """
        if isinstance(publish_to, str):
            raise ValueError(f"publish_to is a list of identities, such as [{publish_to!r}]")
        if publish_to is not None and not publish_to and not publish_to_everyone:
            raise ValueError(
                "publish_to is empty, and LiveKit sends to all, the candidate too, where nobody is "
                "named; name the proctors, leave it out, or say publish_to_everyone=True"
            )
        self.participant = participant
        self.room = room
        self.segment_seconds = segment_seconds
        self.session_id = session_id(room.name, participant.identity)
        self.video_track: rtc.Track | None = None
        self.audio_track: rtc.Track | None = None
        self._url = api_url
        self._fps = fps
        self._screen_share = screen_share
        audience = Audience(
            proctors=tuple(publish_to or ()), everyone=publish_to_everyone, legacy=legacy_messages
        )
        audience.check(participant.identity)
        Sampler(fps)
        rest_url(api_url)
        self._told = Told(
            on_alert=on_alert, on_refused=on_refused, audience=audience, challenges=challenges
        )
        self._plan = plan or Plan()
        self._tokens = token_provider or from_environment(room.name)
        self._retry = retry
        self._candidate: Candidate | None = None

    @property
    def client(self) -> ProctorClient | None:
        """The session's sockets and what was sent over them; None: not started."""
        return None if self._candidate is None else self._candidate.client

    @property
    def is_running(self) -> bool:
        """Whether the participant is watched: from the start to the stop, or to a refusal."""
        candidate = self._candidate
        return candidate is not None and not candidate.closing and candidate.refused is None

    @property
    def refused(self) -> ProctorClosed | None:
        """Why the service will not have the session; None: it does."""
        return None if self._candidate is None else self._candidate.refused

    async def start(self) -> None:
        """Begin the session, though there is nothing to send yet, and bring its alerts.

        A camera or a microphone that never comes is an event then: too few pictures, too little
        sound.
        """
        await self._start().client.announce()

    async def start_if_ready(self) -> None:
        """Begin to send the camera, once `video_track` is set; `audio_track`, where set, too."""
        if self.video_track is None:
            return
        self._start().show(self.video_track)
        if self.audio_track is not None:
            self._start().hear(self.audio_track)

    async def enable_audio(self, track: rtc.Track) -> None:
        """Begin to send this microphone, with or without a camera."""
        self.audio_track = track
        self._start().hear(track)

    async def enable_reference(self, track: rtc.Track) -> None:
        """The candidate hears this track, such as the interviewer or a talking agent.

        What leaks of it from a loudspeaker into the microphone is then no second speaker.
        """
        self._start().add_reference(track)

    async def disable_reference(self, track: rtc.Track) -> None:
        """The candidate hears it no more."""
        if self._candidate is not None:
            self._candidate.remove_reference(track)

    async def challenge(self, seconds: float = 6.0) -> dict[str, Any]:
        """Ask the candidate for a turn of the head, 3 to 15 seconds long; as the service tells it.

        What comes of it is an event of the kind `challenge`. Raises NotNowError where nobody can be
        asked at present, ConnectionError, and ProctorClosed where the service refuses the session.
        """
        return await self._start().client.challenge(seconds)

    async def stop(self) -> None:
        """End; where it is the last object of its participant, the session's sockets close."""
        candidate, self._candidate = self._candidate, None
        if candidate is not None and candidate.release(self):
            await candidate.close()

    @property
    def _key(self) -> tuple[str, str]:
        return self._url, self.session_id

    def _start(self) -> Candidate:
        if self._candidate is not None and not self._candidate.closing:
            return self._candidate
        of_room = _watched.setdefault(self.room, {})
        there = of_room.get(self._key)
        if there is None or there.closing:  # whoever comes next waits until the last one is gone
            of_room[self._key] = there = Candidate(
                self.room,
                self.participant.identity,
                self._client(None if there is None else there.closed),
                fps=self._fps,
                screen_share=self._screen_share,
                forget=partial(_forget, self.room, self._key),
            )
        self._candidate = there
        there.hold(self, self._told)
        return there

    def _client(self, after: asyncio.Event | None) -> ProctorClient:
        plan = self._plan.of(self.room.name, self.participant.identity)
        return ProctorClient(
            self._url,
            session_id=self.session_id,
            plan=plan,
            token_provider=self._tokens,
            retry=self._retry,
            after=after,
        )


def _forget(room: rtc.Room, key: tuple[str, str], candidate: Candidate) -> None:
    """Unless another one has its place already."""
    of_room = _watched.get(room, {})
    if of_room.get(key) is candidate:
        del of_room[key]
