"""An episode as its alerts told it."""

from dataclasses import dataclass, field

from app.types import Alert, Label, Track

OF_SOUND = frozenset(
    {
        Label.SEVERAL_SPEAKERS,
        Label.VOICE_WITHOUT_LIPS,
        Label.HOT_WORD,
        Label.AUDIO_GAP,
        Label.MICROPHONE_UNPUBLISHED,
        Label.MUTED,
        Label.CLIPPED,
        Label.NOISY,
        Label.TOO_LITTLE_SOUND,
    }
)
"""What is told on the clock of the sound, which need not be that of the pictures."""


def track_of(label: Label) -> Track:
    """On whose clock its times lie."""
    return Track.AUDIO if label in OF_SOUND else Track.VIDEO


@dataclass(slots=True, kw_only=True)
class Past:
    """What is stored of one episode; its start or its end is there."""

    start: Alert | None = None
    """None: it was never stored, and only the end is known."""
    end: Alert | None = None
    """None: it lasts, or nobody could tell its end."""
    seqs: list[int] = field(default_factory=list)
    """The numbers of its alerts, in order."""

    @property
    def known(self) -> Alert:
        """Its start, else its end."""
        told = self.start or self.end
        assert told is not None
        return told

    @property
    def ended_at(self) -> float | None:
        """Seconds on the session's clock; None: it is open."""
        return None if self.end is None else self.end.ended_at

    @property
    def is_cut(self) -> bool:
        """Whether it may have lasted longer: the process died that saw it."""
        return self.end is not None and self.end.evidence.get("closed_by") == "restart"

    def milliseconds(self, until: float) -> int:
        """How long it lasted; one that is open, so far. `until`: the session's newest time."""
        ended_at = until if self.ended_at is None else self.ended_at
        return max(0, round((ended_at - self.known.started_at) * 1000))
