"""One challenge: a turn of the head to a side that nobody could foresee, and whether it was seen.

A photograph turns nothing, and a film turns when it turns. What counts is the head's yaw from the
session's neutral: it faced the front for a while, went as far as was asked to the side that was
asked and not much farther, not before a human could react, and came back. Two looks in a row must
show it: a single wild one passes nobody. What could not be seen is not judged.

It is no proof. A film that swings its head all the time never faces the front for long enough, but
one that rests there between its turns has the side right one time in two; and whoever has clips of
turns to both sides and plays the one that is asked passes.
"""

import math
from collections import Counter
from dataclasses import dataclass
from enum import StrEnum

LEAST = 20.0
"""Degrees, at least, whatever the rule allows."""
FRONT = 10.0
"""Degrees from the neutral within which the head faces the front."""
FACING = 0.75
"""Seconds of facing the front, before the announcement or after it, from which a turn begins."""
OVERSHOOT = 20.0
"""Degrees beyond what was asked that are still an answer."""
BETWEEN = 0.45
"""Seconds between two looks that see a turn; in longer gaps nothing was seen."""
SEEN = 0.7
"""Seconds before the announcement: who was seen so long, and then is not, may be hiding."""
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
    TOO_FAR = "too_far"
    WRONG_SIDE = "wrong_side"
    TOO_EARLY = "too_early"
    NOT_FACING = "not_facing"
    """The head did not rest near the front, from where a turn begins."""
    NOT_BACK = "not_back"
    FACE_LOST = "face_lost"
    """It faced the front, and then was not seen in pictures that could be judged."""
    NO_FACE = "no_face"
    NOT_ASSESSABLE = "not_assessable"
    NO_PICTURES = "no_pictures"
    NOT_RUNNING = "session_not_running"
    ON_REQUEST = "on_request"


PICTURES = frozenset({Reason.NO_FACE, Reason.NOT_ASSESSABLE, Reason.NO_PICTURES})
"""Reasons that the candidate can bring about: a hand before the lens, a step aside."""


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
    evaded: bool
    """Not judged, and all was well seen until the announcement: a weak hint, no failure."""


class ChallengeRun:
    """Follows the looks at one face until the answer is known.

    Looks from before the announcement only tell whether the head was at rest, and seen.
    """

    def __init__(self, challenge: Challenge) -> None:
        self.challenge = challenge
        self.turned = False
        """The turn was seen; only the way back is missing."""
        self._side = 1.0 if challenge.side is Side.LEFT else -1.0
        self._last = -math.inf
        self._previous: float | None = None
        self._facing: float | None = None
        """Since when the head faces the front; None: it does not."""
        self._aside = 0
        """Looks in a row in which it did not."""
        self._seen: tuple[float, float] | None = None
        """From when until when it was seen without a break, before the announcement."""
        self._ready = self._faced = self._near = False
        """A turn may begin; one might have; the head was near the front, however briefly."""
        self._early = self._hasty = False
        """A turn began before anybody could react; one began without a rest at the front."""
        self._left: float | None = None
        self._reaction: float | None = None
        self._toward = self._opposite = 0.0
        self._unseen: Counter[Reason] = Counter()
        """In milliseconds."""

    def look(self, at: float, yaw: float | Reason) -> Answer | None:
        """One look: degrees from the neutral, or why there are none; the answer, once it is known.

        The candidate's own left is positive.
        """
        if at < self._last:
            return None
        if at > self.challenge.ends + (RETURN if self.turned else 0.0):
            return self.finish(at)
        begins = self.challenge.begins
        before, passed = at <= begins, at - max(self._last, begins)
        if broken := at - self._last > BETWEEN:
            self._miss(Reason.NO_PICTURES, passed)
            self._break(self._last <= begins)
        self._last = at
        if isinstance(yaw, Reason) or not math.isfinite(yaw):
            unseen = yaw if isinstance(yaw, Reason) else Reason.NOT_ASSESSABLE
            self._miss(unseen, 0.0 if broken else passed)
            self._break(before)
            self._seen = None if before else self._seen
            return None
        if before:
            since = at if broken or self._seen is None else self._seen[0]
            self._seen = since, at
        return self._turn(at, yaw * self._side)

    def finish(self, at: float) -> Answer:
        """Its time is over, or nothing comes any more."""
        rest = self.challenge.ends - max(self._last, self.challenge.begins)
        if rest > BETWEEN:
            self._miss(Reason.NO_PICTURES, rest)
        if self._unseen.total() > 1000 * UNSEEN * self.challenge.seconds:
            ((reason, _),) = self._unseen.most_common(1)
            if reason is not Reason.NO_FACE or not (self._faced or self.turned):
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
            evaded=result is Result.NOT_JUDGED and reason in PICTURES and self._seen_until_then(),
        )

    def _seen_until_then(self) -> bool:
        if self._seen is None:
            return False
        since, until = self._seen
        begins = self.challenge.begins
        return begins - since >= SEEN and begins - until <= BETWEEN

    def _break(self, before: bool) -> None:
        """Nothing was seen for a moment; `before`: the announcement."""
        self._previous = self._facing = None
        self._aside = 0
        if before:
            self._ready = self._faced = False

    def _turn(self, at: float, yaw: float) -> Answer | None:
        """`yaw`: positive to the side that was asked."""
        before = at <= self.challenge.begins
        self._face(at, yaw, before)
        if before:
            return None
        if self.turned and abs(yaw) <= FRONT:
            return self.answer(at, Result.PASSED)
        previous, self._previous = self._previous, yaw
        if previous is None:
            return None
        toward, opposite = min(previous, yaw), min(-previous, -yaw)
        if self._near and not self._ready and toward >= self.challenge.degrees:
            self._hasty = True
        if not self._faced:
            return None
        self._toward = max(self._toward, toward)
        self._opposite = max(self._opposite, opposite)
        if not self.turned and opposite >= self.challenge.degrees:
            return self.answer(at, Result.FAILED, Reason.WRONG_SIDE)
        if not self.turned and self._ready and toward >= self.challenge.degrees:
            self._reach((at if self._left is None else self._left) - self.challenge.begins)
        if self.turned and toward > self.challenge.degrees + OVERSHOOT:
            return self.answer(at, Result.FAILED, Reason.TOO_FAR)
        return None

    def _face(self, at: float, yaw: float, before: bool) -> None:
        """Whether a turn may begin: one look aside does not end a rest at the front."""
        if abs(yaw) <= FRONT:
            self._aside, self._left, self._near = 0, None, True
            if self._facing is None:
                self._facing = at
            if at - self._facing >= FACING:
                self._ready = self._faced = True
            return
        self._aside += 1
        if yaw < 0:
            self._left = None
        elif self._left is None:
            self._left = at
        if self._aside > 1:
            self._facing = None
            self._ready = self._ready and yaw > 0 and not before
            self._faced = self._faced and not before

    def _reach(self, reaction: float) -> None:
        """A turn that began before anybody could react counts for nothing: again from the front."""
        if reaction < REACTION:
            self._early, self._ready = True, False
        else:
            self.turned, self._reaction = True, reaction

    def _flaw(self) -> Reason:
        if self.turned:
            return Reason.NOT_BACK
        if self._early:
            return Reason.TOO_EARLY
        if not self._faced or self._hasty:
            return Reason.NOT_FACING
        if self._opposite > max(self._toward, FRONT):
            return Reason.WRONG_SIDE
        return Reason.TOO_SMALL if self._toward > FRONT else Reason.NO_TURN

    def _miss(self, reason: Reason, seconds: float) -> None:
        self._unseen[reason] += round(1000 * max(seconds, 0.0))
