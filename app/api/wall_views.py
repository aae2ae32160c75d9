"""What the wall shows of each session: few numbers, so that many sessions stay cheap."""

import time
from collections.abc import Iterable, Mapping
from typing import Self

from pydantic import BaseModel, Field

from app.alerts.past import track_of
from app.api.now_views import WHEN_FRESH, Angles, fresh
from app.session.session import Session
from app.session.tracks import OWN
from app.storage.tallies import Begun, Tallied
from app.types import Alert, AlertKind, AlertState, Purpose, SessionState, Severity, Track

ALIKE = 2.0
"""Seconds by which a session's tracks may differ in their present."""
FACE = (AlertKind.GAZE_AWAY, AlertKind.HEAD_TURNED, AlertKind.NOBODY)
"""Kinds that need a face; the first that the session watches for says how much was judged."""


class WallEpisode(BaseModel):
    """An episode, as its start told it."""

    id: str
    kind: AlertKind
    label: str
    severity: Severity
    started_at: float
    confidence: float
    seconds: float | None = Field(description="Since it started; null: the time is not known.")

    @classmethod
    def of(cls, told: Begun | Alert, presents: Mapping[Track, float]) -> Self:
        """`presents`: seconds on the clock of pictures, and of sound."""
        return cls(
            id=told.id,
            kind=told.kind,
            label=told.label,
            severity=told.severity,
            started_at=round(told.started_at, 3),
            confidence=round(told.confidence, 3),
            seconds=_since(told.started_at, presents[track_of(told.label)]),
        )


class WallLive(BaseModel):
    """The newest numbers of a session that runs in this process; null: not measured."""

    publishing: list[str]
    picture_seconds: float | None = Field(description="Since a picture came; null: none did yet.")
    sound_seconds: float | None = Field(description="Since sound came; null: none did yet.")
    calibrated: bool
    states: dict[AlertKind, str] = Field(description="Rules that are not inactive.")
    faces: int | None = Field(description=WHEN_FRESH)
    persons: int | None = Field(description=WHEN_FRESH)
    phones: int | None = Field(description=WHEN_FRESH)
    head: Angles | None = Field(description=f"Less the neutral; {WHEN_FRESH}")
    gaze: Angles | None = Field(
        description=f"Less the neutral, or less the screen's middle; {WHEN_FRESH}"
    )
    speaking: bool | None
    speakers: int | None
    not_assessable: str | None = Field(description="Why no picture is judged at present.")
    sound_not_assessable: str | None = Field(description="Why no sound is judged at present.")

    @classmethod
    def of(cls, session: Session, now: float) -> Self:
        """`now`: a reading of the machine's monotonic clock."""
        signals, ears, eyes = session.signals, session.ears, session.eyes
        looked = session.detections is not None and not session.objects.failing
        seen = fresh(session, now)
        head = signals.reading.head if seen and eyes.judges(AlertKind.HEAD_TURNED) else None
        gaze = signals.reading.gaze if seen and eyes.judges(AlertKind.GAZE_AWAY) else None
        voices = ears.voices
        return cls(
            publishing=[*session.tracks.publishing],
            picture_seconds=_tenths(session.tracks.silent(Track.VIDEO, now)),
            sound_seconds=_tenths(session.tracks.silent(Track.AUDIO, now)),
            calibrated=signals.calibrated,
            states={
                kind: state.value
                for kind, state in session.engine.states.items()
                if state is not AlertState.INACTIVE
            },
            faces=session.face_count if seen else None,
            persons=signals.persons if seen else None,
            phones=signals.phones if seen and looked else None,
            head=None if head is None else Angles(yaw=round(head[0], 1), pitch=round(head[1], 1)),
            gaze=None if gaze is None else Angles(yaw=round(gaze[0], 1), pitch=round(gaze[1], 1)),
            speaking=None if voices is None else ears.speakers.is_speaking,
            speakers=None if voices is None else voices.speakers,
            not_assessable=eyes.now.not_assessable,
            sound_not_assessable=ears.not_assessable,
        )


class WallSession(BaseModel):
    """A session that runs or pauses."""

    id: str
    purpose: Purpose
    state: SessionState
    room: str | None
    participant: str | None
    created_at: float
    last_seq: int
    at: float = Field(description="Its clock's present, in seconds.")
    open: list[WallEpisode] = Field(description="Episodes that have no end, the oldest first.")
    episodes: dict[Severity, int] = Field(description="How many began so far.")
    newest: WallEpisode | None = Field(description="The episode that began last.")
    told_seconds: float | None = Field(
        description="Since a warning or a critical one began or ended; null: none did."
    )
    judged: float | None = Field(
        description="For how much of its time a face could be judged, 0 to 1; null: not known."
    )
    live: WallLive | None = Field(description="null: it does not run in this process.")

    @classmethod
    def of(cls, stored: Tallied, session: Session | None) -> Self:
        """As stored, and as it runs."""
        tally = stored.tally
        presents = _presents(stored, session)
        at = presents[Track.VIDEO]
        started = tally.open if session is None else session.engine.open
        return cls(
            id=stored.id,
            purpose=stored.purpose,
            state=stored.state,
            room=stored.room,
            participant=stored.participant,
            created_at=stored.created_at,
            last_seq=stored.last_seq,
            at=round(at, 1),
            open=[WallEpisode.of(each, presents) for each in started],
            episodes={severity: tally.episodes.get(severity, 0) for severity in Severity},
            newest=None if tally.newest is None else WallEpisode.of(tally.newest, presents),
            told_seconds=_told(tally.told_at, presents.values()),
            judged=None if session is None else _judged(session),
            live=None if session is None else WallLive.of(session, time.monotonic()),
        )


class WallView(BaseModel):
    """Sessions that run or pause, the newest first."""

    sessions: list[WallSession]
    total: int


def _presents(stored: Tallied, session: Session | None) -> dict[Track, float]:
    """The present of pictures and of sound; of a session that runs nowhere here, as if its clock
    were the service's. A track of which nothing came has the other's."""
    if session is None:
        return dict.fromkeys(OWN, max(0.0, time.time() - stored.created_at))
    now = time.monotonic()
    known = {track: session.tracks.present(track, now) for track in OWN}
    other = next((at for at in known.values() if at is not None), session.tracks.clock.now(now))
    return {track: other if at is None else at for track, at in known.items()}


def _told(then: float | None, presents: Iterable[float]) -> float | None:
    """By the nearer clock: which it was is not told."""
    if then is None:
        return None
    return min((ago for at in presents if (ago := _since(then, at)) is not None), default=None)


def _judged(session: Session) -> float | None:
    shares = session.eyes.coverage.shares
    share = next((shares[kind] for kind in FACE if kind in shares), None)
    return None if share is None else round(share, 3)


def _since(then: float, now: float) -> float | None:
    """None as well where it lies far ahead: then the two are of different clocks."""
    return None if now < then - ALIKE else max(0.0, round(now - then, 1))


def _tenths(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 1)
