"""The three tables."""

from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import JSON, Double, Enum, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, MappedAsDataclass, mapped_column

from app.types import (
    AlertKind,
    Edge,
    Label,
    Purpose,
    SessionState,
    Severity,
    TranscriptState,
)

MAX_ID = 256
"""Characters of a session's id."""
MAX_NAME = 512
"""Characters of LiveKit's names."""
MAX_WORD = 64
"""Characters of every other text."""

WORDS = (AlertKind, Edge, Label, Purpose, SessionState, Severity, TranscriptState)


def _word(enum: type[StrEnum]) -> Enum:
    """A column that holds the enum's text value."""
    return Enum(
        enum,
        native_enum=False,
        length=MAX_WORD,
        values_callable=lambda members: [member.value for member in members],
    )


class Base(MappedAsDataclass, DeclarativeBase, kw_only=True):
    """A row; what may be null is None, and nothing has a default."""

    type_annotation_map: ClassVar[dict[Any, Any]] = {
        float: Double,
        str: String(MAX_WORD),
        dict[str, Any]: JSON,
        **{enum: _word(enum) for enum in WORDS},
    }


class SessionRow(Base):
    """A session, or what is left of an erased one: its id and the state DELETED."""

    __tablename__ = "sessions"

    id: Mapped[str] = mapped_column(String(MAX_ID), primary_key=True)
    purpose: Mapped[Purpose]
    state: Mapped[SessionState]
    mirrored: Mapped[bool]
    rules: Mapped[dict[str, Any]]
    created_at: Mapped[float]
    """UNIX seconds."""
    ended_at: Mapped[float | None]
    """UNIX seconds."""
    ended_by: Mapped[str | None]
    last_seq: Mapped[int]
    calibration: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    coverage: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    transcription: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    room: Mapped[str | None] = mapped_column(String(MAX_NAME), index=True)
    participant: Mapped[str | None] = mapped_column(String(MAX_NAME))


class AlertRow(Base):
    """One end of an episode."""

    __tablename__ = "alerts"
    __table_args__ = (UniqueConstraint("session_id", "episode", "edge", name="alerts_once"),)

    session_id: Mapped[str] = mapped_column(
        String(MAX_ID), ForeignKey("sessions.id"), primary_key=True
    )
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    episode: Mapped[str]
    kind: Mapped[AlertKind]
    edge: Mapped[Edge]
    label: Mapped[Label]
    severity: Mapped[Severity]
    at: Mapped[float]
    """Seconds on the session's clock, like the next two."""
    started_at: Mapped[float]
    ended_at: Mapped[float | None]
    confidence: Mapped[float]
    evidence: Mapped[dict[str, Any]]
    rule: Mapped[str]
    announced: Mapped[bool]


class TranscriptRow(Base):
    """A piece of what was said in a session that wants it kept."""

    __tablename__ = "transcripts"

    session_id: Mapped[str] = mapped_column(
        String(MAX_ID), ForeignKey("sessions.id"), primary_key=True
    )
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    state: Mapped[TranscriptState]
    started_at: Mapped[float]
    """Seconds on the session's clock, like the next one."""
    ended_at: Mapped[float | None]
    text: Mapped[str] = mapped_column(Text)
    words: Mapped[list[Any]] = mapped_column(JSON)
    """Of each its text, start, end and confidence."""
    confidence: Mapped[float | None]
    language: Mapped[str | None]
