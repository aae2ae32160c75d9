"""What a socket's address asks for. Everything raises BadQueryError."""

import re

from fastapi import WebSocket

from app.api.schemas import LARGEST_SEQ
from app.audio.form import SoundForm
from app.errors import ProctorError

LONGEST_LOSS = 86_400.0
"""Seconds of sound that a sender may say it lost."""
SECONDS = re.compile(r"[0-9]{1,9}(\.[0-9]{1,20})?")


class BadQueryError(ProctorError):
    """A query parameter that means nothing."""


def wants_analysis(websocket: WebSocket) -> bool:
    """Whether a viewer wants to see what each look at a face found."""
    detail = websocket.query_params.get("detail")
    if detail not in (None, "analysis"):
        raise BadQueryError("detail is analysis, or not given")
    return detail is not None


def by_source(websocket: WebSocket) -> bool:
    """Whether the sender's clock counts."""
    clock = websocket.query_params.get("clock", "arrival")
    if clock not in ("arrival", "source"):
        raise BadQueryError("clock is arrival or source")
    return clock == "source"


def is_reference(websocket: WebSocket) -> bool:
    """Whether it is what the candidate hears."""
    track = websocket.query_params.get("track", "candidate")
    if track not in ("candidate", "reference"):
        raise BadQueryError("track is candidate or reference")
    return track == "reference"


def sound_form(websocket: WebSocket) -> SoundForm:
    """How the sound comes."""
    rate, channels = number(websocket, "rate"), number(websocket, "channels")
    usual = SoundForm()
    return SoundForm(
        rate=usual.rate if rate is None else rate,
        channels=usual.channels if channels is None else channels,
    )


def lost(websocket: WebSocket) -> float:
    """Seconds that the sender lost before its first sample; 0: none."""
    text = websocket.query_params.get("lost")
    if text is None:
        return 0.0
    if not (SECONDS.fullmatch(text) and 0 < float(text) <= LONGEST_LOSS):
        raise BadQueryError(f"lost is a number of seconds above 0 and up to {LONGEST_LOSS:.0f}")
    return float(text)


def number(websocket: WebSocket, name: str) -> int | None:
    """None: it is not given."""
    text = websocket.query_params.get(name)
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 16 and int(text) <= LARGEST_SEQ):
        raise BadQueryError(f"{name} is a number from 0 to {LARGEST_SEQ}")
    return int(text)
