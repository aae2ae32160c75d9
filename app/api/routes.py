"""All that the service answers."""

from app.api import (
    calibration,
    challenge,
    enrolment,
    event_stream,
    livekit_webhook,
    mjpeg,
    ops,
    page,
    report,
    sessions,
    sockets,
    transcripts,
    wall,
)

PARTS = (
    sockets,
    sessions,
    wall,
    report,
    calibration,
    challenge,
    enrolment,
    transcripts,
    event_stream,
    mjpeg,
    livekit_webhook,
    ops,
    page,
)
"""Each has a `router`; what matches first answers."""
