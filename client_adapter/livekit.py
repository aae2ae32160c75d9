"""Three lines in a LiveKit worker: `Procturing` watches one participant of a room."""

from collections.abc import Sequence
from weakref import WeakKeyDictionary

from livekit import rtc

from client_adapter.candidate import Candidate
from client_adapter.client import DEFAULT_URL, ProctorClient
from client_adapter.plan import Plan
from client_adapter.retry import Retry
from client_adapter.room_alerts import Audience, OnAlert
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
        publish_to: Sequence[str] | None = None,
        publish_to_everyone: bool = False,
        legacy_messages: bool = False,
        fps: float = FPS,
        screen_share: bool = False,
        plan: Plan | None = None,
        token_provider: TokenProvider | None = None,
        retry: Retry | None = None,
    ) -> None:
        """`segment_seconds` and `mongo_service` are accepted and ignored: nothing is recorded.

        `on_alert` is given each message, `{"alerts": [...], "events": [...]}`; it may be a
        coroutine function. `publish_to` names the participants who get them in the room, on the
        topic `proctor.alerts`; `publish_to_everyone` sends them to all, the candidate too;
        `legacy_messages` adds the older data messages on the topic `proctoring`. `fps`: at most so
        many pictures a second are sent; the service looks at every third of 30. `screen_share`
        watches a shared screen while there is no camera. `plan`: purpose and rules of the session.
        `token_provider` makes the service's tokens; without it they are minted from
        LIVEKIT_API_KEY and LIVEKIT_API_SECRET, where both are set.

        Raises ValueError where `publish_to` would let the candidate read the alerts.
        """
        if publish_to is not None and not publish_to and not publish_to_everyone:
            raise ValueError(
                "publish_to is empty, and LiveKit sends to all, the candidate too, where nobody is "
                "named; name the proctors, leave it out, or say publish_to_everyone=True"
            )
        self.participant = participant
        self.room = room
        self.segment_seconds = segment_seconds
        self.session_id = f"{room.name}_{participant.identity}"
        self.video_track: rtc.Track | None = None
        self.audio_track: rtc.Track | None = None
        self.is_running = False
        self._url = api_url
        self._fps = fps
        self._screen_share = screen_share
        self._on_alert = on_alert
        self._audience = Audience(
            proctors=tuple(publish_to or ()), everyone=publish_to_everyone, legacy=legacy_messages
        )
        self._audience.check(participant.identity)
        self._plan = plan or Plan()
        self._tokens = token_provider or from_environment(room.name)
        self._retry = retry
        self._candidate: Candidate | None = None

    @property
    def client(self) -> ProctorClient | None:
        """The session's sockets and what was sent over them; None: not started."""
        return None if self._candidate is None else self._candidate.client

    async def start(self) -> None:
        """Begin the session, though there is nothing to send yet, and bring its alerts."""
        self._start()

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

    async def stop(self) -> None:
        """End; where it is the last object of its participant, the session's sockets close."""
        candidate, self._candidate = self._candidate, None
        self.is_running = False
        if candidate is None:
            return
        if not candidate.release(self):
            return
        of_room = _watched.get(self.room, {})
        of_room.pop((self._url, self.session_id), None)
        await candidate.close()

    def _start(self) -> Candidate:
        if self._candidate is None:
            of_room = _watched.setdefault(self.room, {})
            key = (self._url, self.session_id)
            if key not in of_room:
                of_room[key] = Candidate(
                    self.room,
                    self.participant.identity,
                    self._client(),
                    fps=self._fps,
                    screen_share=self._screen_share,
                )
            self._candidate = of_room[key]
            self._candidate.hold(self, self._on_alert, self._audience)
            self.is_running = True
        return self._candidate

    def _client(self) -> ProctorClient:
        plan = self._plan.of(self.room.name, self.participant.identity)
        return ProctorClient(
            self._url,
            session_id=self.session_id,
            plan=plan,
            token_provider=self._tokens,
            retry=self._retry,
        )
