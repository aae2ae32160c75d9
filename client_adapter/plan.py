"""What a session shall be, as the service is told before its first picture."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

LONGEST_ID = 256
"""Characters."""
JOINERS = "\N{ZERO WIDTH JOINER}\N{ZERO WIDTH NON-JOINER}"
Rules = Mapping[str, Mapping[str, float | bool]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Of one session; it counts only for a session that does not exist yet."""

    purpose: str | None = None
    """ "exam", "interview", "personal" or "research"; None: the service's first."""
    rules: Rules | None = None
    """What differs from the default rules, such as {"gaze_away": {"hold": 3}}."""
    mirrored: bool = False
    """Whether the pictures are flipped sideways."""
    transcription: Mapping[str, str | bool | Sequence[str]] | None = None
    """How speech becomes text; None: it does not."""
    room: str | None = None
    """The LiveKit room."""
    participant: str | None = None
    """The candidate's identity there."""

    def of(self, room: str, participant: str) -> "Plan":
        """The same, for this participant of a room."""
        return replace(self, room=room or None, participant=(room and participant) or None)

    def other_id(self, session_id: str) -> str:
        """For a session whose id somebody in another room has: as sure, and never theirs."""
        if self.room is None:
            return session_id
        return f"{session_id[:200]} {_fingerprint(self.room, self.participant or '')}"

    def body(self, session_id: str) -> dict[str, Any]:
        """As `POST /v1/sessions` takes it."""
        given = {
            "purpose": self.purpose,
            "rules": self.rules,
            "mirrored": self.mirrored or None,
            "transcription": self.transcription,
            "room": self.room,
            "participant": self.participant,
        }
        return {"id": session_id} | {name: v for name, v in given.items() if v is not None}


def session_id(room: str, participant: str) -> str:
    """Of a participant: both names, as they are wherever they can be an id."""
    plain = f"{room}_{participant}"
    shown = "".join(each if _may_be_shown(each) else "\N{REPLACEMENT CHARACTER}" for each in plain)
    if shown == plain and len(plain) <= LONGEST_ID:
        return plain
    return f"{shown[:200]} {_fingerprint(room, participant)}"


def _may_be_shown(character: str) -> bool:
    """Printable, or what joins letters, as in Persian names."""
    return character.isprintable() or character in JOINERS


def _fingerprint(room: str, participant: str) -> str:
    names = f"{len(room)} {room} {participant}".encode(errors="replace")
    return hashlib.sha256(names).hexdigest()[:16]
