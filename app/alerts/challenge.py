"""One challenge: a turn of the head to a side that nobody could foresee, and whether it was seen.

A photograph turns nothing, and a film turns when it turns. What counts is the head's yaw from the
session's neutral: it was near the front, went as far as was asked to the side that was asked, not
before a human could react, and came back. Two looks in a row must show it: a single wild one
passes nobody. What could not be seen is not judged.
"""

import math
from collections import Counter
from dataclasses import dataclass
from enum import StrEnum

from app.alerts.machine import UNBROKEN

LEAST = 20.0
"""Degrees, at least, whatever the rule allows."""
FRONT = 10.0
"""Degrees from the neutral within which the head faces the front."""
REACTION = 0.15
"""Seconds in which nobody begins to answer."""
RETURN = 2.0
"""Seconds beyond the time for coming back."""
UNSEEN = 1 / 3
"""Share of the time that may be unseen; what is missing then is no failure."""


class Side(StrEnum):
    """The candidate's own."""

    LEFT = "left"
    RIGHT = "right"


class Result(StrEnum):
    """What a challenge came to."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_JUDGED = "not_judged"
    CANCELLED = "cancelled"


class Reason(StrEnum):
    """Why it was not passed."""

    NO_TURN = "no_turn"
    TOO_SMALL = "too_small"
    WRONG_SIDE = "wrong_side"
    TOO_EARLY = "too_early"
    NOT_FACING = "not_facing"
    """The head never came near the front, from where a turn begins."""
    NOT_BACK = "not_back"
    FACE_LOST = "face_lost"
    """It faced the front, and then was not seen in pictures that could be judged."""
    NO_FACE = "no_face"
    NOT_ASSESSABLE = "not_assessable"
    NO_PICTURES = "no_pictures"
    NOT_RUNNING = "session_not_running"
    ON_REQUEST = "on_request"


@dataclass(frozen=True, slots=True, kw_only=True)
class Challenge:
    """What is asked."""

    id: str
    """A word that nobody could foresee."""
    side: Side
    degrees: float
    """From the neutral, at least."""
    begins: float
    """When it was announced, in seconds on the session's clock."""
    seconds: float
    """From then on, until the angle is reached; coming back may take longer."""

    @property
    def ends(self) -> float:
        """Seconds on the session's clock."""
        return self.begins + self.seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came of a challenge."""

    challenge: Challenge
    result: Result
    reason: Reason | None
    """None: passed."""
    at: float
    """Seconds on the session's clock, when that was known."""
    turned_degrees: float
    """As far as two looks in a row saw the head turned; negative: to the other side."""
    reaction_seconds: float | None
    """From the announcement until the head left the front; None: it did not turn as asked."""


class ChallengeRun:
    """Follows the looks at one face until the answer is known."""

    def __init__(self, challenge: Challenge) -> None:
        self.challenge = challenge
        self.turned = False
        """The turn was seen; only the way back is missing."""
        self._side = 1.0 if challenge.side is Side.LEFT else -1.0
        self._last = challenge.begins
        self._previous: float | None = None
        self._ready = self._early = False
        self._left: float | None = None
        self._reaction: float | None = None
        self._toward = self._opposite = 0.0
        self._unseen: Counter[Reason] = Counter()
        """In milliseconds."""

    def look(self, at: float, yaw: float | Reason) -> Answer | None:
        """One look: degrees from the neutral, or why there are none; the answer, once it is known.

        The candidate's own left is positive.
        """
        passed = at - self._last
        if passed < 0:
            return None
        if at > self.challenge.ends + (RETURN if self.turned else 0.0):
            return self.finish(at)
        self._last = at
        if passed > UNBROKEN:
            self._miss(Reason.NO_PICTURES, passed)
            self._previous = None
        if isinstance(yaw, Reason) or not math.isfinite(yaw):
            unseen = yaw if isinstance(yaw, Reason) else Reason.NOT_ASSESSABLE
            self._miss(unseen, passed if passed <= UNBROKEN else 0.0)
            self._previous = None
            return None
        return self._turn(at, yaw * self._side)

    def finish(self, at: float) -> Answer:
        """Its time is over, or nothing comes any more."""
        if self.challenge.ends - self._last > UNBROKEN:
            self._miss(Reason.NO_PICTURES, self.challenge.ends - self._last)
        if self._unseen.total() > 1000 * UNSEEN * self.challenge.seconds:
            ((reason, _),) = self._unseen.most_common(1)
            if reason is not Reason.NO_FACE or not (self._ready or self.turned):
                return self.answer(at, Result.NOT_JUDGED, reason)
            return self.answer(at, Result.FAILED, Reason.FACE_LOST)
        return self.answer(at, Result.FAILED, self._flaw())

    def answer(self, at: float, result: Result, reason: Reason | None = None) -> Answer:
        """This, with the numbers that are known."""
        far = self._toward if self._toward >= self._opposite else -self._opposite
        return Answer(
            challenge=self.challenge,
            result=result,
            reason=reason,
            at=at,
            turned_degrees=far,
            reaction_seconds=self._reaction,
        )

    def _turn(self, at: float, yaw: float) -> Answer | None:
        """`yaw`: positive to the side that was asked."""
        if abs(yaw) <= FRONT:
            if self.turned:
                return self.answer(at, Result.PASSED)
            self._ready, self._left = True, None
        elif yaw < 0:
            self._left = None
        elif self._left is None:
            self._left = at
        previous, self._previous = self._previous, yaw
        if previous is None or not self._ready:
            return None
        self._toward = max(self._toward, min(previous, yaw))
        self._opposite = max(self._opposite, min(-previous, -yaw))
        if self.turned:
            return None
        if min(-previous, -yaw) >= self.challenge.degrees:
            return self.answer(at, Result.FAILED, Reason.WRONG_SIDE)
        if min(previous, yaw) >= self.challenge.degrees and self._left is not None:
            self._reach(self._left - self.challenge.begins)
        return None

    def _reach(self, reaction: float) -> None:
        """A turn that began before anybody could react counts for nothing: again from the front."""
        if reaction < REACTION:
            self._early = True
        else:
            self.turned, self._reaction = True, reaction

    def _flaw(self) -> Reason:
        if self.turned:
            return Reason.NOT_BACK
        if self._early:
            return Reason.TOO_EARLY
        if not self._ready:
            return Reason.NOT_FACING
        if self._opposite > max(self._toward, FRONT):
            return Reason.WRONG_SIDE
        return Reason.TOO_SMALL if self._toward > FRONT else Reason.NO_TURN

    def _miss(self, reason: Reason, seconds: float) -> None:
        self._unseen[reason] += round(1000 * seconds)
