"""What only a running session has to show."""

from typing import Any

from pydantic import BaseModel, Field

from app.api.now_views import Now, now_view, rounded
from app.session.intake import Intake
from app.session.lane import Lane
from app.session.session import Session
from app.types import Alert, AlertKind, Label, Severity, Track


class FrameNumbers(BaseModel):
    """received = analysed + not_due + superseded + stale + failed + invalid + waiting + in_work."""

    received: int
    analysed: int
    not_due: int
    superseded: int
    stale: int
    failed: int
    invalid: dict[str, int]
    waiting: int
    in_work: int


class SampleNumbers(BaseModel):
    """received = analysed + gapped + buffered, in samples of 16 kHz mono."""

    received: int
    analysed: int
    gapped: int
    buffered: int
    invalid: dict[str, int]


class HearingNow(BaseModel):
    """What was heard so far, as judged now."""

    at: float
    speakers: int = Field(description="Voices told apart; known ones from elsewhere left out.")
    several_confidence: float = Field(description="That more than one person spoke: 0 to 1.")
    other_share: float = Field(description="Of the speech, what others than the candidate said.")
    similarity: float | None = Field(description="Cosine of the candidate's voice and the other's.")
    speech_seconds: float
    speaking: bool
    level_decibels: float = Field(description="Of full scale, newest block.")
    noise_decibels: float = Field(description="The noise floor of the last 10 s.")
    signal_to_noise: float | None = Field(description="Decibels; null: too little speech of late.")
    clipped: float = Field(description="Share of samples in flat tops: 0 to 1.")
    not_assessable: str | None = Field(description="Why no sound is judged at present.")


class SpeechToText(BaseModel):
    """What becomes of the sound of a session that asked for its words."""

    state: str = Field(description="idle, connecting, connected, retrying, refused or ended.")
    why: str = Field(description="What went wrong last; empty: nothing.")


class OpenEpisode(BaseModel):
    """An episode that lasts, as its start told it."""

    id: str
    kind: AlertKind
    label: Label
    severity: Severity
    started_at: float
    confidence: float


class Live(BaseModel):
    """What only a running session has."""

    publishing: list[str]
    calibrated: bool = Field(description="Whether head and gaze have found their neutral.")
    screen: bool = Field(description="Whether a calibrated screen sets the limits of the gaze.")
    frames: FrameNumbers
    """Looks at faces."""
    object_frames: FrameNumbers
    """Looks for objects; frames that came before there was a detector, or bad ones, not counted."""
    samples: SampleNumbers
    reference_samples: SampleNumbers
    """Of what the candidate hears."""
    states: dict[AlertKind, str]
    open: list[OpenEpisode] = Field(description="The oldest first.")
    transcription: SpeechToText | None = Field(description="null: the session did not ask.")
    now: Now | None
    hearing: HearingNow | None


def live_view(session: Session) -> Live:
    return Live(
        publishing=[*session.tracks.publishing],
        calibrated=session.signals.calibrated,
        screen=session.calibration.screen is not None,
        frames=_numbers(session.faces),
        object_frames=_numbers(session.objects),
        samples=_samples(session.ears.intakes[Track.AUDIO]),
        reference_samples=_samples(session.ears.intakes[Track.REFERENCE]),
        states=states_view(session),
        open=[_open(alert) for alert in session.engine.open],
        transcription=_speech_to_text(session),
        now=now_view(session),
        hearing=_hearing(session),
    )


def states_view(session: Session) -> dict[AlertKind, str]:
    """Where each rule stands."""
    return {kind: state.value for kind, state in session.engine.states.items()}


def _open(start: Alert) -> OpenEpisode:
    return OpenEpisode(
        id=start.id,
        kind=start.kind,
        label=start.label,
        severity=start.severity,
        started_at=round(start.started_at, 3),
        confidence=round(start.confidence, 3),
    )


def _samples(intake: Intake) -> SampleNumbers:
    samples = intake.samples
    return SampleNumbers(
        received=samples.received,
        analysed=samples.analysed,
        gapped=samples.gapped,
        buffered=intake.buffered,
        invalid=dict(samples.invalid),
    )


def _hearing(session: Session) -> HearingNow | None:
    ears = session.ears
    voices, level = ears.voices, ears.level
    if voices is None or level is None:
        return None
    return HearingNow(
        at=round(voices.at, 3),
        speakers=voices.speakers,
        several_confidence=round(voices.confidence, 3),
        other_share=round(voices.share, 3),
        similarity=rounded(voices.similarity),
        speech_seconds=round(voices.speech, 2),
        speaking=ears.speakers.is_speaking,
        level_decibels=round(level.rms_decibels, 1),
        noise_decibels=round(level.noise_decibels, 1),
        signal_to_noise=rounded(level.signal_to_noise),
        clipped=round(level.clipped, 4),
        not_assessable=ears.not_assessable,
    )


def _speech_to_text(session: Session) -> SpeechToText | None:
    if session.info.transcription is None:
        return None
    part = session.transcription
    return SpeechToText(state=part.state, why=part.why)


def _numbers(lane: Lane[Any]) -> FrameNumbers:
    counters = lane.counters
    return FrameNumbers(
        received=counters.received,
        analysed=counters.analysed,
        not_due=counters.not_due,
        superseded=counters.superseded,
        stale=counters.stale,
        failed=counters.failed,
        invalid=dict(counters.invalid),
        waiting=lane.waiting,
        in_work=lane.in_work,
    )
