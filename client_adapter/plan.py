"""What a session shall be, as the service is told before its first picture."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

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
        return replace(self, room=room or None, participant=participant or None)

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
