"""How a report says what was watched of a session, and what was not."""

from typing import Self

from pydantic import BaseModel, Field

from app.session.periods import INTERRUPTED, LEFT, SILENT, WATCHED, Gap
from app.types import AlertKind

WHYS = {
    "paused": "paused",
    "stopped": "the session was stopped",
    "idle": "nothing came for long, and the session ended",
    "room": "the candidate left the room, or it was closed",
    "shutdown": "the service was shut down",
    INTERRUPTED: "the service was interrupted",
    LEFT: "the sender left",
}
"""Of why a period ended, for people."""
SILENT_WHYS = {False: "no pictures came", True: "no sound came"}
LONG = 90
"""Seconds, and minutes, from which the next larger unit is used."""


class GapView(BaseModel):
    """A time in which nothing was watched."""

    since: float = Field(serialization_alias="from")
    until: float = Field(serialization_alias="to")
    seconds: float
    why: str
    in_coverage: bool = Field(
        description="Part of the coverage's seconds: somebody should have been seen."
    )

    @classmethod
    def of(cls, gap: Gap, *, of_sound: bool) -> Self:
        """In words. `of_sound`: it was sound that did not come."""
        silent = SILENT_WHYS[of_sound] if gap.why == SILENT else gap.why
        return cls(
            since=round(gap.since, 2),
            until=round(gap.until, 2),
            seconds=round(gap.until - gap.since, 2),
            why=WHYS.get(gap.why, silent),
            in_coverage=gap.why in WATCHED,
        )


class SoundWatched(BaseModel):
    """For how much of its sound's time the session could be judged."""

    seconds: float
    judged: dict[AlertKind, float]
    not_assessable: dict[str, float]
    gaps: list[GapView] = Field(description="When none was heard.")


class Watched(BaseModel):
    """For how much of its time the session could be judged; pauses are no part of it."""

    seconds: float = Field(
        description="Watched, times without any picture included: the clock's, less the gaps that "
        "are not in the coverage."
    )
    judged: dict[AlertKind, float] = Field(description="Shares of these seconds, 0 to 1.")
    not_assessable: dict[str, float] = Field(description="Seconds of each reason.")
    sound: SoundWatched | None = Field(description="null: none came.")
    sentence: str | None = Field(
        description="The share in which the gaze could be judged (else the head, else whether "
        "somebody is there, else who speaks), rounded down, and of how long. The gaze cannot be "
        "judged while nobody is there."
    )


def sentence(share: float, seconds: float, *, of_sound: bool) -> str:
    """Such as "judged 94 % of 52 min"; the share is rounded down."""
    sound = " of sound" if of_sound else ""
    return f"judged {int(100 * share + 1e-9)} % of {lasted(seconds)}{sound}"


def lasted(seconds: float) -> str:
    """Such as "45 s", "52 min" or "3 h 05 min"."""
    if seconds < LONG:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < LONG else f"{minutes // 60} h {minutes % 60:02} min"
