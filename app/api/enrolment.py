"""`/v1/sessions/{id}/enrol`: whose voice is the candidate's."""

from enum import StrEnum
from typing import Annotated, Self

from fastapi import APIRouter, Depends, status
from pydantic import BaseModel, Field

from app.api.deps import SessionId, get_registry
from app.errors import EnrolmentError
from app.session.registry import Registry
from app.session.session import Session
from app.types import SessionState, Track

router = APIRouter(prefix="/v1/sessions/{session_id}/enrol", tags=["enrolment"])

TheRegistry = Annotated[Registry, Depends(get_registry)]


class EnrolmentState(StrEnum):
    """Where it stands."""

    NONE = "none"
    RUNNING = "running"
    DONE = "done"


class NewEnrolment(BaseModel, extra="forbid"):
    """How much has to be heard."""

    speech_seconds: float = Field(
        default=6.0, ge=2.0, le=60.0, description="Of speech from now on; pauses do not count."
    )


class EnrolmentView(BaseModel):
    """How far it is. The voice is kept in memory alone, and only while the session runs."""

    state: EnrolmentState
    progress: float = Field(description="Of the speech that was asked for: 0 to 1.")

    @classmethod
    def of(cls, session: Session | None) -> Self:
        """Of a session that runs, or does not."""
        progress = None if session is None else session.ears.speakers.enrolled
        if progress is None:
            return cls(state=EnrolmentState.NONE, progress=0.0)
        state = EnrolmentState.DONE if progress >= 1.0 else EnrolmentState.RUNNING
        return cls(state=state, progress=round(progress, 3))


@router.post("", status_code=status.HTTP_202_ACCEPTED)
async def enrol(
    session_id: SessionId, registry: TheRegistry, body: NewEnrolment | None = None
) -> EnrolmentView:
    """From now on only the candidate should speak, until enough was heard.

    Whoever spoke first counted as the candidate until now. A second request begins anew.
    """
    info = await registry.get(session_id)
    session = registry.find(session_id)
    if info.state is not SessionState.RUNNING:
        raise EnrolmentError(f"the session {info.id!r} is {info.state}: start it, then enrol")
    if session is None or Track.AUDIO not in session.tracks.publishing:
        raise EnrolmentError(
            f"nobody sends sound to the session {info.id!r}: connect its microphone first"
        )
    if not session.ears.speakers.able:
        raise EnrolmentError("voices are not told apart: PROCTOR_SPEAKERS=off")
    await session.ears.speakers.enrol((body or NewEnrolment()).speech_seconds)
    return EnrolmentView.of(session)


@router.get("")
async def get(session_id: SessionId, registry: TheRegistry) -> EnrolmentView:
    """How far the newest one is."""
    await registry.get(session_id)
    return EnrolmentView.of(registry.find(session_id))
