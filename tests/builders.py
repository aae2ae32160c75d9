"""Builds faces, analyses and signals: what is not said is of no matter to the test."""

import numpy as np

from app.types import (
    AlertKind,
    BoundingBox,
    Detection,
    FaceObservation,
    FrameAnalysis,
    Gaze,
    HeadPose,
    Label,
    LivenessLook,
    ObjectClass,
    Quality,
    Signal,
)

BOX = BoundingBox(left=0.4, top=0.3, width=0.2, height=0.3)
LANDMARKS = np.zeros((478, 3), dtype=np.float32)


def face(
    *,
    yaw: float = 0.0,
    pitch: float = 0.0,
    roll: float = 0.0,
    gaze: tuple[float, float] | None = (0.0, 0.0),
    gaze_confidence: float = 1.0,
    eye_aspect_ratio: float = 0.3,
    eye_width: float = 30.0,
    mouth_open: float = 0.0,
    shape: float = 1.0,
    liveness: LivenessLook | None = None,
) -> FaceObservation:
    """A face whose head is turned by `yaw`, `pitch`, `roll`; `gaze` is yaw and pitch (degrees)."""
    return FaceObservation(
        box=BOX,
        landmarks=LANDMARKS,
        head_pose=HeadPose(yaw=yaw, pitch=pitch, roll=roll),
        gaze=None if gaze is None else Gaze(yaw=gaze[0], pitch=gaze[1], confidence=gaze_confidence),
        eye_aspect_ratio=eye_aspect_ratio,
        eye_width=eye_width,
        mouth_open=mouth_open,
        shape=shape,
        liveness=liveness,
    )


def quality(
    *,
    brightness: float = 0.4,
    contrast: float = 0.16,
    sharpness: float = 0.15,
    face_width: float | None = 150.0,
    seed: int = 0,
) -> Quality:
    """Of a good picture of a face; pictures of other seeds look different."""
    thumbnail = np.random.default_rng(seed).integers(0, 256, (60, 80), np.uint8)
    return Quality(
        brightness=brightness,
        contrast=contrast,
        sharpness=sharpness,
        face_width=face_width,
        thumbnail=thumbnail,
    )


def detection(object_class: ObjectClass, *, confidence: float = 0.9) -> Detection:
    """One object in the picture's middle."""
    return Detection(object_class=object_class, confidence=confidence, box=BOX)


def detections(
    *, persons: int = 1, phones: int = 0, confidence: float = 0.9
) -> tuple[Detection, ...]:
    """So many persons and phones."""
    person = detection(ObjectClass.PERSON, confidence=confidence)
    phone = detection(ObjectClass.PHONE, confidence=confidence)
    return (person,) * persons + (phone,) * phones


def analysis(
    *,
    at: float = 0.0,
    faces: tuple[FaceObservation, ...] | None = None,
    face_count: int | None = None,
    detections: tuple[Detection, ...] | None = None,
    quality: Quality | None = None,
) -> FrameAnalysis:
    """One picture's analysis at `at` seconds; what is not named was not measured."""
    return FrameAnalysis(
        at=at,
        received_at=at,
        width=640,
        height=480,
        faces=faces,
        face_count=face_count,
        detections=detections,
        quality=quality,
    )


def signal(
    at: float,
    *,
    kind: AlertKind = AlertKind.GAZE_AWAY,
    label: Label = Label.LOOKING_LEFT,
    entered: bool = True,
    remains: bool = True,
    since: float | None = None,
    confidence: float = 1.0,
    **evidence: float | str,
) -> Signal:
    """A signal beyond both of its limits, where nothing else is said."""
    return Signal(
        kind=kind,
        at=at,
        entered=entered,
        remains=remains,
        label=label,
        since=since,
        confidence=confidence,
        evidence=evidence,
    )
