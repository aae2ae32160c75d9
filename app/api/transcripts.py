"""Speech as text: what a session may ask for, and how it is told."""

import re
from collections.abc import Mapping
from typing import Annotated, Any, Self

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, ConfigDict, Field, field_validator

from app.alerts.hot_words import pieces
from app.api.deps import Services, SessionId, get_services
from app.session.names import is_printable
from app.types import Transcript, TranscriptionPlan

router = APIRouter(prefix="/v1/sessions", tags=["sessions"])

MOST_HOT_WORDS = 50
LONGEST_HOT_WORD = 64
"""Characters."""
LARGEST_NUMBER = 2**31 - 1
LANGUAGE = re.compile(r"multi|[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,2}")
"""A BCP 47 tag, as far as it is used for speech."""


class TranscriptionBody(BaseModel):
    """What a session asks for."""

    model_config = ConfigDict(extra="forbid")

    enabled: bool = True
    language: str = Field("en", description='Such as "en" or "de-CH"; "multi" for several.')
    interim: bool = Field(False, description="Whether guesses are told before they are final.")
    hot_words: list[str] = Field(
        default_factory=list,
        max_length=MOST_HOT_WORDS,
        description="Words and phrases that raise an alert; case and accents do not matter.",
    )
    store: bool = Field(False, description="Whether what was said is kept with the session.")

    @field_validator("language")
    @classmethod
    def _is_a_language(cls, value: str) -> str:
        if not LANGUAGE.fullmatch(value):
            raise ValueError('a language is a tag such as "en" or "de-CH", or "multi"')
        return value

    @field_validator("hot_words")
    @classmethod
    def _are_words(cls, value: list[str]) -> list[str]:
        different: dict[tuple[str, ...], str] = {}
        for word in map(str.strip, value):
            if not 0 < len(word) <= LONGEST_HOT_WORD or not is_printable(word):
                raise ValueError(f"a hot word has 1 to {LONGEST_HOT_WORD} printable characters")
            if not (said := pieces(word)):
                raise ValueError("a hot word has at least one letter or digit")
            different.setdefault(said, word)
        return [*different.values()]

    def plan(self) -> TranscriptionPlan | None:
        """As the registry takes it."""
        if not self.enabled:
            return None
        return TranscriptionPlan(
            language=self.language,
            interim=self.interim,
            hot_words=tuple(self.hot_words),
            store=self.store,
        )

    @classmethod
    def of(cls, plan: TranscriptionPlan | None) -> Self | None:
        """As stored; None: nobody asked."""
        if plan is None:
            return None
        return cls(
            language=plan.language,
            interim=plan.interim,
            hot_words=[*plan.hot_words],
            store=plan.store,
        )


@router.get("/{session_id}/transcript")
async def transcript(
    session_id: SessionId,
    services: Annotated[Services, Depends(get_services)],
    after: Annotated[
        int, Query(ge=0, le=LARGEST_NUMBER, description="The last number that is known.")
    ] = 0,
    limit: Annotated[int, Query(ge=1, le=1000)] = 500,
) -> dict[str, Any]:
    """What was said, in order; empty where the session does not keep it."""
    info = await services.registry.get(session_id)
    stored = await services.transcripts.after(session_id, after, limit)
    return {
        "stored": info.transcription is not None and info.transcription.store,
        "transcript": [{"number": s.number, **transcript_view(s.transcript)} for s in stored],
    }


def transcript_message(transcript: Transcript) -> dict[str, Any]:
    """The message on the events socket; clients that know alerts alone find none in it."""
    return {"alerts": [], "events": [], "transcript": transcript_view(transcript)}


def transcript_view(transcript: Transcript) -> Mapping[str, Any]:
    """One piece."""
    return {
        "state": transcript.state,
        "text": transcript.text,
        "started_at": _rounded(transcript.started_at),
        "ended_at": _rounded(transcript.ended_at),
        "confidence": _rounded(transcript.confidence),
        "language": transcript.language,
        "words": [
            {
                "text": word.text,
                "started_at": _rounded(word.started_at),
                "ended_at": _rounded(word.ended_at),
                "confidence": _rounded(word.confidence),
            }
            for word in transcript.words
        ],
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 3)
