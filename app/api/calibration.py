"""`/v1/sessions/{id}/calibration`: five dots tell where the candidate's screen is."""

from typing import Annotated

from fastapi import APIRouter, Depends, status

from app.alerts.screen import Screen
from app.api.calibration_views import CalibrationView, NewCalibration
from app.api.deps import SessionId, get_registry
from app.api.watching import watched
from app.errors import CalibrationError
from app.session.registry import Registry
from app.session.session import Session
from app.types import SessionInfo

router = APIRouter(prefix="/v1/sessions/{session_id}/calibration", tags=["calibration"])

TheRegistry = Annotated[Registry, Depends(get_registry)]


@router.post("", status_code=status.HTTP_202_ACCEPTED)
async def begin(
    session_id: SessionId, registry: TheRegistry, body: NewCalibration | None = None
) -> CalibrationView:
    """Begin a run: show the dots at these times, then ask how it went.

    A run under way is given up for this one. While dots are shown, the gaze is not judged.
    """
    info = await registry.get(session_id)
    session, now = _watched(info, registry.find(session_id))
    wish = body or NewCalibration()
    session.calibration.begin(now + wish.lead_seconds, wish.dot_seconds)
    return CalibrationView.of(session.calibration, now)


@router.get("")
async def get(session_id: SessionId, registry: TheRegistry) -> CalibrationView:
    """How the last run goes or went, and the screen that is in force."""
    info = await registry.get(session_id)
    if (session := registry.find(session_id)) is not None:
        return CalibrationView.of(session.calibration, session.tracks.now)
    stored = info.calibration
    return CalibrationView.stored(None if stored is None else Screen.read(stored))


@router.delete("", status_code=status.HTTP_204_NO_CONTENT)
async def forget(session_id: SessionId, registry: TheRegistry) -> None:
    """End a run under way and forget the screen: the gaze is judged by its rule again."""
    await registry.forget_calibration(session_id)


@router.delete("/run", status_code=status.HTTP_204_NO_CONTENT)
async def cancel(session_id: SessionId, registry: TheRegistry) -> None:
    """End a run under way only: what was calibrated before it stays."""
    await registry.get(session_id)
    if (session := registry.find(session_id)) is not None:
        session.calibration.cancel()


def _watched(info: SessionInfo, session: Session | None) -> tuple[Session, float]:
    """Raises CalibrationError."""
    found, now = watched(
        info,
        session,
        CalibrationError,
        purpose="calibrate the screen",
        reason="the screen is calibrated by the candidate's eyes",
    )
    if found.challenge.under_way:
        raise CalibrationError("a turn of the head is asked for: calibrate when that is over")
    return found, now
