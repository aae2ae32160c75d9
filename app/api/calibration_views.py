"""What clients send and receive about the calibration of the screen."""

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field

from app.alerts.screen import Screen
from app.alerts.screen_run import SETTLING, Failure, Flaw, ScreenRun
from app.session.calibration import Calibration, CalibrationState, Interruption

SENTENCES = {
    Flaw.TOO_FEW: "The eyes were not seen often enough at this dot. Sit facing the camera, in good"
    " light, look at each dot until it is gone, and begin again.",
    Flaw.UNSTEADY: "The eyes did not rest at this dot. Look at each dot until it is gone, and begin"
    " again.",
    Flaw.MIRRORED: "The eyes went left where the dots went right: the pictures seem to be mirrored."
    " Send them unmirrored, or create the session with mirrored=true.",
    Flaw.NOT_FOLLOWED: "The eyes did not follow the dots. Look at each dot until it is gone, and"
    " begin again.",
    Flaw.TOO_WIDE: "The eyes went farther aside than to a screen before the camera. Sit farther"
    " from the screen or put the camera at its middle, and begin again.",
    Interruption.NO_PICTURES: "No picture was analysed for a while. Check the camera, and begin"
    " again.",
    Interruption.NOT_RUNNING: "The session was paused or stopped. Start it, and begin again.",
}


class NewCalibration(BaseModel):
    """The body of `POST /v1/sessions/{id}/calibration`; it may be left out."""

    model_config = ConfigDict(extra="forbid")

    lead_seconds: Annotated[
        float, Field(ge=0.0, le=10.0, description="Until the first dot is shown.")
    ] = 1.5
    dot_seconds: Annotated[
        float,
        Field(
            ge=SETTLING + 0.8,
            le=5.0,
            description=f"For each dot; its first {SETTLING} s are left to the eyes.",
        ),
    ] = 2.0


class DotView(BaseModel):
    """A place to look at; fractions of the screen, from the candidate's left and from the top."""

    x: float
    y: float
    in_seconds: float = Field(description="From now until it is shown; negative: it was.")
    for_seconds: float
    at: float = Field(description="On the session's clock.")


class ScreenView(BaseModel):
    """The calibrated screen; degrees from the line to the camera, limits from its middle."""

    left: float
    right: float
    up: float
    down: float
    yaw_limit: float
    pitch_limit: float
    at: float = Field(description="When it was calibrated, on the session's clock.")

    @classmethod
    def of(cls, screen: Screen | None) -> Self | None:
        """None: not calibrated."""
        if screen is None:
            return None
        return cls(
            left=round(screen.left, 2),
            right=round(screen.right, 2),
            up=round(screen.up, 2),
            down=round(screen.down, 2),
            yaw_limit=round(screen.yaw_limit, 2),
            pitch_limit=round(screen.pitch_limit, 2),
            at=round(screen.at, 3),
        )


class FailureView(BaseModel):
    """Why the last run gave no screen."""

    reason: Flaw | Interruption
    dot: int | None = Field(description="The number of the dot that it concerns, from 0.")
    message: str = Field(description="What to do.")


class CalibrationView(BaseModel):
    """Where the calibration of a session's screen stands."""

    state: CalibrationState = Field(description="Of the last run, or of an earlier process's.")
    now: float | None = Field(description="The session's clock; null: no picture came yet.")
    dots: list[DotView] = Field(description="The schedule of the run under way.")
    dot: int | None = Field(description="The number of the dot that is shown, from 0.")
    screen: ScreenView | None = Field(description="In force, whatever the last run came to.")
    failure: FailureView | None

    @classmethod
    def of(cls, calibration: Calibration, now: float | None) -> Self:
        """Of a session that runs; `now` is its clock."""
        state, run = calibration.state, calibration.run
        dots = [] if run is None or now is None else _dots(run, now)
        return cls(
            state=state,
            now=None if now is None else round(now, 3),
            dots=dots,
            dot=None if run is None or now is None else run.shown(now),
            screen=ScreenView.of(calibration.screen),
            failure=_failure(calibration.failure),
        )

    @classmethod
    def stored(cls, screen: Screen | None) -> Self:
        """Of a session that does not run."""
        return cls(
            state=CalibrationState.NONE if screen is None else CalibrationState.DONE,
            now=None,
            dots=[],
            dot=None,
            screen=ScreenView.of(screen),
            failure=None,
        )


def _dots(run: ScreenRun, now: float) -> list[DotView]:
    return [
        DotView(
            x=dot.x,
            y=dot.y,
            in_seconds=round(dot.begins - now, 3),
            for_seconds=round(dot.ends - dot.begins, 3),
            at=round(dot.begins, 3),
        )
        for dot in run.dots
    ]


def _failure(failure: Failure | Interruption | None) -> FailureView | None:
    if failure is None:
        return None
    if isinstance(failure, Interruption):
        return FailureView(reason=failure, dot=None, message=SENTENCES[failure])
    return FailureView(reason=failure.flaw, dot=failure.dot, message=SENTENCES[failure.flaw])
