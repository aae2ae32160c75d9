"""A session's challenges: asked for, announced, followed in its looks, and told as an event."""

import math
import secrets
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence

from app.alerts.challenge import (
    Answer,
    Challenge,
    ChallengeRun,
    Reason,
    Result,
    Side,
)
from app.alerts.engine import AlertEngine
from app.alerts.signals import Signals
from app.errors import ChallengeError
from app.types import Alert, AlertKind, AlertRule, FrameAnalysis, Label, Signal

BEYOND = 10.0
"""Degrees: so much more than the least may be asked."""
FARTHEST = 50.0
"""Degrees: more is never asked; the eyes leave the picture."""
SURPRISE = 2.0
"""Seconds: so much longer than its lead a challenge may be waited for."""
PAUSE = 20.0
"""Seconds between the end of one and the next."""
AFTER = 2.0
"""Seconds after a challenge for which the head is still on its way back."""
SILENT = 3.0
"""Seconds of the machine's clock without a look, its time being over, that end a challenge."""
RECENT = 1.5
"""Seconds of looks that are kept: whether the head was at rest, and seen, before it is asked."""
LONGEST = 60.0
"""Seconds of the machine's clock that end one, whatever the sender's clock says."""
SINCE = "announcement"
"""Of an answer that was evaded: since when nothing could be judged."""
LABELS = {Side.LEFT: Label.TURN_LEFT, Side.RIGHT: Label.TURN_RIGHT}
OF_THE_TURN = frozenset({AlertKind.GAZE_AWAY, AlertKind.HEAD_TURNED})
"""What is not judged while somebody is asked to turn."""

Raise = Callable[[Sequence[Alert]], None]


class Challenges:
    """One session's, at most one at a time. Times are seconds on the session's clock."""

    def __init__(
        self,
        rules: Mapping[AlertKind, AlertRule],
        signals: Signals,
        engine: AlertEngine,
        tell: Raise,
    ) -> None:
        """`tell` takes the alerts of a challenge's two ends."""
        self.run: ChallengeRun | None = None
        """Announced."""
        self.newest: Answer | None = None
        """Of the newest that was answered, or that could not be judged; cancelled ones are none."""
        self._rule = rules[AlertKind.CHALLENGE]
        self._signals = signals
        self._engine = engine
        self._tell = tell
        self._random = secrets.SystemRandom()
        self._waiting: tuple[float, float] | None = None
        """When the next one is announced, and its seconds."""
        self._asked = 0.0
        """When the newest was asked for."""
        self._recent: deque[tuple[float, float | Reason]] = deque()
        self._begun = self._fed = 0.0
        self._over: float | None = None
        """When the last one ended."""

    @property
    def under_way(self) -> bool:
        """Whether one is announced, or soon will be."""
        return self.run is not None or self._waiting is not None

    def begin(self, now: float, seconds: float, lead: float = 0.0) -> None:
        """Announce one of so many seconds: at once, or, after a `lead`, when nobody foresees it.

        Raises ChallengeError.
        """
        if not self._rule.enabled:
            raise ChallengeError("the session's rules have switched challenges off")
        if self.under_way:
            raise ChallengeError("a challenge is under way: wait until it is over, or cancel it")
        rest = 0.0 if self._over is None else self._over + PAUSE - now
        if rest > 0:
            rest = math.ceil(rest)
            raise ChallengeError(f"between two challenges lie {PAUSE:g} s: wait for {rest} s")
        self._begun = self._fed = time.monotonic()
        self._asked = now
        if lead > 0:
            self._waiting = now + lead + self._random.uniform(0.0, SURPRISE), seconds
        else:
            self._announce(now, seconds)

    def follow(self, analysis: FrameAnalysis, signals: list[Signal]) -> list[Signal]:
        """After each look: its signals, those of a turn left out while one is asked for."""
        at = analysis.at
        if analysis.faces is not None:
            self._look(at, {signal.kind for signal in signals})
        if self.run is not None and at >= self.run.challenge.begins:
            signals = [*signals, self._signal(self.run.challenge, at)]
        elif self._over is None or at >= self._over + AFTER:
            return signals
        return [signal for signal in signals if signal.kind not in OF_THE_TURN]

    def wait(self, now: float, at: float | None) -> None:
        """Now and then, by the machine's monotonic clock; `at`: the session's time."""
        silent, late = now - self._fed > SILENT, now - self._begun > LONGEST
        if self._waiting is not None and (silent or late):
            self._never_announced(at, Reason.NO_PICTURES)
        if (run := self.run) is None:
            return
        over = now - self._begun > run.challenge.seconds + SILENT
        if late or (silent and over):
            self._end(run.finish(max(run.challenge.begins, at or 0.0)))

    def interrupt(self, at: float | None) -> None:
        """The session does not run any more."""
        if self._waiting is not None:
            self._never_announced(at, Reason.NOT_RUNNING)
        self._recent.clear()
        self._give_up(at, Result.NOT_JUDGED, Reason.NOT_RUNNING)

    def cancel(self, at: float | None) -> None:
        """End one that is under way; those before it stay."""
        self._give_up(at, Result.CANCELLED, Reason.ON_REQUEST)

    def _give_up(self, at: float | None, result: Result, reason: Reason) -> None:
        self._waiting = None
        if (run := self.run) is not None:
            self._end(run.answer(max(run.challenge.begins, at or 0.0), result, reason))

    def _look(self, at: float, measured: set[AlertKind]) -> None:
        """At a face, or where one should be; `measured`: of what this look says something."""
        self._fed, yaw = time.monotonic(), self._yaw(measured)
        if self._waiting is not None and at >= self._waiting[0]:
            seconds, self._waiting, self._begun = self._waiting[1], None, self._fed
            self._announce(at, seconds)
        self._recent.append((at, yaw))
        while self._recent[0][0] < at - RECENT:
            self._recent.popleft()
        if self.run is not None and (answer := self.run.look(at, yaw)) is not None:
            self._end(answer)

    def _yaw(self, measured: set[AlertKind]) -> float | Reason:
        head = self._signals.reading.head
        if head is not None and AlertKind.HEAD_TURNED in measured:
            return head[0]
        return Reason.NO_FACE if AlertKind.NOBODY in measured else Reason.NOT_ASSESSABLE

    def _never_announced(self, at: float | None, reason: Reason) -> None:
        """It waited in vain: told as both its ends at once; the next one need not wait for it."""
        if self._waiting is None:
            return
        over, seconds, self._waiting = self._over, self._waiting[1], None
        self._recent.clear()  # whoever was never told hides from nothing
        run = self._announce(max(self._asked, at or 0.0), seconds)
        self._end(run.answer(run.challenge.begins, Result.NOT_JUDGED, reason))
        self._over = over

    def _announce(self, at: float, seconds: float) -> ChallengeRun:
        least = self._rule.limits["turn_degrees"]
        challenge = Challenge(
            id=secrets.token_hex(8),
            side=self._random.choice([*Side]),
            degrees=round(self._random.uniform(least, min(least + BEYOND, FARTHEST)), 1),
            begins=at,
            seconds=seconds,
        )
        self.run = run = ChallengeRun(challenge)
        for look in self._recent:
            run.look(*look)
        self._tell(self._engine.update([self._signal(challenge, at)]))
        return run

    def _end(self, answer: Answer) -> None:
        self.run, self._over = None, answer.at
        if answer.result is not Result.CANCELLED:
            self.newest = answer
        evidence: dict[str, float | str] = {"result": answer.result}
        if answer.reason is not None:
            evidence["reason"] = answer.reason
        if answer.evaded:
            evidence["since"] = SINCE
        evidence["turned_degrees"] = round(answer.turned_degrees, 1)
        if answer.reaction_seconds is not None:
            evidence["reaction_seconds"] = round(answer.reaction_seconds, 2)
        self._tell(self._engine.end(self._signal(answer.challenge, answer.at), evidence))

    @staticmethod
    def _signal(challenge: Challenge, at: float) -> Signal:
        return Signal(
            kind=AlertKind.CHALLENGE,
            at=at,
            entered=True,
            remains=True,
            label=LABELS[challenge.side],
            evidence={
                "limit_degrees": challenge.degrees,
                "limit_seconds": challenge.seconds,
                "challenge": challenge.id,
            },
        )
