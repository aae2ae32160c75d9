"""What clients send and receive about a challenge."""

from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field

from app.alerts.challenge import Answer, Challenge, Reason, Side
from app.session.challenges import Challenges

AGAIN = "Face the camera, and ask again."
SENTENCES = {
    Reason.NO_TURN: f"The head did not turn. {AGAIN}",
    Reason.TOO_SMALL: f"The head did not turn far enough. {AGAIN}",
    Reason.TOO_FAR: f"The head turned much farther than was asked. {AGAIN}",
    Reason.WRONG_SIDE: f"The head turned to the other side. {AGAIN}",
    Reason.TOO_EARLY: f"The head turned before anybody could have reacted. {AGAIN}",
    Reason.NOT_FACING: f"The head did not rest at the front before it turned. {AGAIN}",
    Reason.NOT_BACK: f"The head turned, but did not come back. {AGAIN}",
    Reason.FACE_LOST: f"The face was there, and then was not seen any more. {AGAIN}",
    Reason.NO_FACE: f"No face was seen. {AGAIN}",
    Reason.NOT_ASSESSABLE: "The pictures could not be judged. Mend light or camera, and ask again.",
    Reason.NO_PICTURES: "Too few pictures came. Check the camera, and ask again.",
    Reason.NOT_RUNNING: "The session was paused or stopped. Start it, and ask again.",
}
HIDDEN = " All was well seen until it was announced: look at the picture."


class ChallengeState(StrEnum):
    """Where a session's challenges stand."""

    NONE = "none"
    WAITING = "waiting"
    RUNNING = "running"
    PASSED = "passed"
    FAILED = "failed"
    NOT_JUDGED = "not_judged"


class NewChallenge(BaseModel):
    """The body of `POST /v1/sessions/{id}/challenge`; it may be left out. No side can be asked."""

    model_config = ConfigDict(extra="forbid")

    seconds: Annotated[
        float, Field(ge=3.0, le=15.0, description="For the turn; the way back may take 2 s more.")
    ] = 6.0
    lead_seconds: Annotated[
        float,
        Field(
            ge=0.0,
            le=10.0,
            description="Until it is announced, up to 2 s more at random; 0: it is at once.",
        ),
    ] = 0.0


class ChallengeView(BaseModel):
    """Where a session's challenges stand: the one under way, else the newest that was answered."""

    state: ChallengeState
    now: float | None = Field(description="The session's clock; null: no picture came yet.")
    id: str | None = Field(description="As in its events; null: none, or not announced yet.")
    side: Side | None = Field(description="The candidate's own.")
    degrees: float | None = Field(description="To be reached, from the session's neutral.")
    seconds: float | None = Field(description="For the turn.")
    seconds_left: float | None = Field(description="While it runs.")
    turned: bool = Field(description="While it runs: only the way back is missing.")
    at: float | None = Field(description="When it was answered, on the session's clock.")
    turned_degrees: float | None = Field(description="To the side that was asked.")
    reaction_seconds: float | None = Field(description="Until the head left the front.")
    reason: Reason | None = Field(description="Why it was not passed.")
    since: Literal["announcement"] | None = Field(
        description="Not judged, though all was well seen until it was announced."
    )
    message: str | None = Field(description="What to do.")

    @classmethod
    def of(cls, challenges: Challenges | None, now: float | None) -> Self:
        """`challenges` None: of a session that does not run; `now` is its clock."""
        if challenges is None:
            return cls._showing(ChallengeState.NONE, now)
        if (run := challenges.run) is not None:
            left = run.challenge.ends - (run.challenge.begins if now is None else now)
            return cls._showing(
                ChallengeState.RUNNING,
                now,
                run.challenge,
                seconds_left=round(max(left, 0.0), 3),
                turned=run.turned,
            )
        if challenges.under_way:
            return cls._showing(ChallengeState.WAITING, now)
        if (newest := challenges.newest) is None:
            return cls._showing(ChallengeState.NONE, now)
        return cls._answered(newest, now)

    @classmethod
    def _answered(cls, answer: Answer, now: float | None) -> Self:
        reaction, reason = answer.reaction_seconds, answer.reason
        return cls._showing(
            ChallengeState(answer.result),
            now,
            answer.challenge,
            at=round(answer.at, 3),
            turned_degrees=round(answer.turned_degrees, 1),
            reaction_seconds=None if reaction is None else round(reaction, 2),
            reason=reason,
            since="announcement" if answer.evaded else None,
            message=None if reason is None else f"{SENTENCES[reason]}{HIDDEN * answer.evaded}",
        )

    @classmethod
    def _showing(
        cls,
        state: ChallengeState,
        now: float | None,
        challenge: Challenge | None = None,
        *,
        seconds_left: float | None = None,
        turned: bool = False,
        at: float | None = None,
        turned_degrees: float | None = None,
        reaction_seconds: float | None = None,
        reason: Reason | None = None,
        since: Literal["announcement"] | None = None,
        message: str | None = None,
    ) -> Self:
        return cls(
            state=state,
            now=None if now is None else round(now, 3),
            id=None if challenge is None else challenge.id,
            side=None if challenge is None else challenge.side,
            degrees=None if challenge is None else challenge.degrees,
            seconds=None if challenge is None else challenge.seconds,
            seconds_left=seconds_left,
            turned=turned,
            at=at,
            turned_degrees=turned_degrees,
            reaction_seconds=reaction_seconds,
            reason=reason,
            since=since,
            message=message,
        )
