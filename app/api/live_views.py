"""What only a running session has to show."""

from typing import Any

from pydantic import BaseModel, Field

from app.alerts.liveness import Suspicion
from app.session.intake import Intake
from app.session.lane import Lane
from app.session.session import Session
from app.types import AlertKind, Detection, ObjectClass, Track


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


class Angles(BaseModel):
    """Degrees; yaw positive to the candidate's left, pitch upwards, roll to the right shoulder."""

    yaw: float
    pitch: float
    roll: float | None = None


class ObjectSeen(BaseModel):
    """At the newest look for objects; the box is in fractions of the picture."""

    name: ObjectClass
    confidence: float
    left: float
    top: float
    width: float
    height: float


class LivenessNow(BaseModel):
    """Whether a living person is before the camera, by all that speaks for or against one."""

    fraction: float | None = Field(
        description="0 to 1; below the rule's limit it is suspected; null: nothing is known."
    )
    confidence: float = Field(description="How much is known, and how far it agrees: 0 to 1.")
    suspicion: Suspicion
    against: list[str] = Field(description="What speaks against one, the weightiest first.")
    numbers: dict[str, float | str] = Field(
        description="What was measured; the unit ends each name."
    )


class Now(BaseModel):
    """The newest picture's numbers; angles are less the neutral, or less the screen's middle."""

    at: float
    faces: int | None
    persons: int | None = Field(description="Those sure enough for the rule, or the faces.")
    phones: int | None = Field(description="Those sure enough for the rule; null: not looked for.")
    objects: list[ObjectSeen] | None = Field(description="All that was found; null: not looked.")
    head: Angles | None
    gaze: Angles | None
    gaze_confidence: float | None
    eye_aspect_ratio: float | None
    brightness: float | None = Field(description="Of the face, else of the picture: 0 to 1.")
    contrast: float | None = Field(description="Standard deviation of the same: 0 to 0.5.")
    sharpness: float | None = Field(description="Of the same: a sharp face has about 0.15.")
    face_width: float | None = Field(description="Pixels of the picture as it was sent.")
    still_seconds: float = Field(description="How long the picture has not changed.")
    pictures_per_second: float | None
    blinks_per_minute: float | None
    perclos: float | None = Field(description="Share of a minute with the eyes closed: 0 to 1.")
    liveness: LivenessNow | None = Field(description="null: not judged at present.")
    not_assessable: str | None = Field(description="Why nothing is judged at present.")
    latency_ms: float


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
        states={kind: state.value for kind, state in session.engine.states.items()},
        transcription=_speech_to_text(session),
        now=_now(session),
        hearing=_hearing(session),
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
        similarity=_rounded(voices.similarity),
        speech_seconds=round(voices.speech, 2),
        speaking=ears.speakers.is_speaking,
        level_decibels=round(level.rms_decibels, 1),
        noise_decibels=round(level.noise_decibels, 1),
        signal_to_noise=_rounded(level.signal_to_noise),
        clipped=round(level.clipped, 4),
        not_assessable=ears.not_assessable,
    )


def _speech_to_text(session: Session) -> SpeechToText | None:
    if session.info.transcription is None:
        return None
    part = session.transcription
    return SpeechToText(state=part.state, why=part.why)


def _seen(detection: Detection) -> ObjectSeen:
    box = detection.box
    return ObjectSeen(
        name=detection.object_class,
        confidence=round(detection.confidence, 3),
        left=round(box.left, 4),
        top=round(box.top, 4),
        width=round(box.width, 4),
        height=round(box.height, 4),
    )


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


def _now(session: Session) -> Now | None:
    analysis = session.analysis
    if analysis is None:
        return None
    face = analysis.faces[0] if analysis.faces else None
    objects = None
    if session.detections is not None and not session.objects.failing:
        objects = [_seen(detection) for detection in session.detections]
    sight = session.eyes.now
    reading = session.signals.reading
    head = reading.head if session.eyes.judges(AlertKind.HEAD_TURNED) else None
    gaze = reading.gaze if session.eyes.judges(AlertKind.GAZE_AWAY) else None
    return Now(
        at=round(analysis.at, 3),
        faces=session.face_count,
        persons=session.signals.persons,
        phones=None if objects is None else session.signals.phones,
        objects=objects,
        head=None if head is None else _angles(*head),
        gaze=None if gaze is None else _angles(*gaze),
        gaze_confidence=_rounded(face.gaze.confidence) if face and face.gaze else None,
        eye_aspect_ratio=_rounded(face.eye_aspect_ratio) if face else None,
        brightness=_rounded(sight.brightness),
        contrast=_rounded(sight.contrast),
        sharpness=_rounded(sight.sharpness),
        face_width=_rounded(sight.face_width),
        still_seconds=round(sight.still_seconds, 2),
        pictures_per_second=_rounded(sight.pictures_per_second),
        blinks_per_minute=_rounded(sight.blinks_per_minute),
        perclos=_rounded(sight.perclos),
        liveness=_liveness(session),
        not_assessable=sight.not_assessable,
        latency_ms=round(session.latency * 1000, 1),
    )


def _liveness(session: Session) -> LivenessNow | None:
    judged = session.eyes.liveness.newest
    if judged is None or not session.eyes.judges(AlertKind.SPOOF):
        return None
    return LivenessNow(
        fraction=round(judged.fraction, 3) if judged.confidence else None,
        confidence=round(judged.confidence, 3),
        suspicion=judged.suspicion,
        against=list(judged.against),
        numbers={
            name: value if isinstance(value, str) else round(value, 3)
            for name, value in judged.numbers.items()
        },
    )


def _angles(yaw: float, pitch: float, roll: float | None = None) -> Angles:
    return Angles(yaw=round(yaw, 2), pitch=round(pitch, 2), roll=_rounded(roll))


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
