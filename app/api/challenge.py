"""`/v1/sessions/{id}/challenge`: the candidate is asked to turn the head, to a random side."""

from typing import Annotated

from fastapi import APIRouter, Depends, status

from app.api.challenge_views import ChallengeView, NewChallenge
from app.api.deps import SessionId, get_registry
from app.api.watching import watched
from app.errors import ChallengeError
from app.session.calibration import CalibrationState
from app.session.registry import Registry
from app.session.session import Session
from app.types import SessionInfo

router = APIRouter(prefix="/v1/sessions/{session_id}/challenge", tags=["challenge"])

TheRegistry = Annotated[Registry, Depends(get_registry)]


@router.post("", status_code=status.HTTP_202_ACCEPTED)
async def begin(
    session_id: SessionId, registry: TheRegistry, body: NewChallenge | None = None
) -> ChallengeView:
    """Announce a turn of the head, as an event that the candidate's page shows.

    From then on, and until 2 s after its end, neither head nor gaze are judged. The next one may
    begin 20 s after that.
    """
    info = await registry.get(session_id)
    session, now = _watched(info, registry.find(session_id))
    wish = body or NewChallenge()
    session.challenge.begin(now, wish.seconds, wish.lead_seconds)
    return ChallengeView.of(session.challenge, now)


@router.get("")
async def get(session_id: SessionId, registry: TheRegistry) -> ChallengeView:
    """How the one under way goes, else what the newest one came to since the session opened."""
    await registry.get(session_id)
    session = registry.find(session_id)
    if session is None:
        return ChallengeView.of(None, None)
    return ChallengeView.of(session.challenge, session.tracks.now)


@router.delete("", status_code=status.HTTP_204_NO_CONTENT)
async def cancel(session_id: SessionId, registry: TheRegistry) -> None:
    """End the one under way; those before it stay."""
    await registry.get(session_id)
    if (session := registry.find(session_id)) is not None:
        session.challenge.cancel(session.tracks.now)


def _watched(info: SessionInfo, session: Session | None) -> tuple[Session, float]:
    """Raises ChallengeError."""
    found, now = watched(
        info, session, ChallengeError, purpose="ask for a turn", reason="a turn has to be seen"
    )
    if found.calibration.state is CalibrationState.RUNNING:
        raise ChallengeError("the screen is being calibrated: ask for a turn when that is over")
    return found, now
