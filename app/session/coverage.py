"""For how much of its time a session could be judged, by alert kind, when, and why not."""

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from copy import copy
from typing import Any, Self

from app.session.periods import SILENCE, Periods
from app.types import AlertKind, Label

SPEAKS = 1.5
"""Seconds for which a look speaks: objects are looked for once per second, and a blink hides
the gaze."""
HEARD = (AlertKind.SEVERAL_SPEAKERS, AlertKind.VOICE_WITHOUT_LIPS)
"""Kinds that are judged by sound."""
TOLD = (
    AlertKind.HOT_WORD,
    AlertKind.FEED_LOOP,
    AlertKind.FEED_TIMING,
    AlertKind.FEED_CHANGE,
    AlertKind.CHALLENGE,
    AlertKind.AUDIO_GAP,
    AlertKind.UNPUBLISHED,
    AlertKind.NOT_ASSESSABLE,
)
"""Kinds that need no judging."""
SEEN = tuple(kind for kind in AlertKind if kind not in (*HEARD, *TOLD))
"""Kinds that are judged by pictures alone."""


class Coverage:
    """Adds up one session's judged time. Pauses are no part of it.

    No second counts twice: what a sender's clock that began again tells anew is left out.
    """

    def __init__(
        self,
        kinds: Iterable[AlertKind],
        earlier: Mapping[str, Any] | None = None,
        *,
        absent: Label = Label.TOO_FEW_PICTURES,
    ) -> None:
        """`kinds` that are watched for; `earlier`: what `as_dict` said before a restart.

        `absent`: why nothing is judged where nothing came for long.
        """
        self.seconds = 0.0
        """All that was watched."""
        self._kinds = tuple(kind for kind in kinds if kind is not AlertKind.NOT_ASSESSABLE)
        self._absent = absent
        self._judged: defaultdict[AlertKind, float] = defaultdict(float)
        self._reasons: defaultdict[Label, float] = defaultdict(float)
        self._spoke: dict[AlertKind, float] = {}
        self._at: float | None = None
        self._reason: Label | None = None
        self._suspended: Callable[[AlertKind], bool] = _none
        self.by_source: bool | None = (earlier or {}).get("by_source")
        """Whose clock it is: the sender's, or the service's; None: nothing came yet."""
        self.periods = Periods.stored((earlier or {}).get("periods", ()))
        """When it was watched; nothing of what was before these were kept."""
        self._over = max((p.until for p in self.periods.all), default=-math.inf)
        """Until when all is told."""
        if earlier:
            self.seconds = float(earlier["seconds"])
            for kind, share in earlier["judged"].items():
                self._judged[AlertKind(kind)] = share * self.seconds
            for reason, seconds in earlier["not_assessable"].items():
                self._reasons[Label(reason)] = seconds

    def update(
        self,
        at: float,
        spoken: Iterable[AlertKind],
        reason: Label | None,
        suspended: Callable[[AlertKind], bool],
    ) -> None:
        """A look: which kinds were judged in it, and what else forbids it.

        Objects are looked for beside the faces: what their later, older look says still counts,
        its time has passed already. Where no look came for long, pictures were too few.
        """
        for kind in spoken:
            self._spoke[kind] = max(at, self._spoke.get(kind, at))
        self._reason, self._suspended = reason, suspended
        self._pass(at, reason)

    def _pass(self, at: float, reason: Label | None) -> None:
        last = at if self._at is None else self._at
        if at < max(last, self._over):
            return
        self._at = at
        self.periods.look(at)
        passed = at - last
        self.seconds += passed
        if passed > SPEAKS:
            reason = self._absent
        if reason is not None:
            self._reasons[reason] += passed
        for kind in self._kinds:
            spoke = self._spoke.get(kind, -math.inf)
            if at - spoke <= SPEAKS and passed <= SPEAKS and not self._suspended(kind):
                self._judged[kind] += passed

    def tell_clock(self, *, by_source: bool) -> None:
        """Whose clock it is from now on; periods by another one say nothing on it."""
        if self.by_source is not None and self.by_source is not by_source:
            self.periods, self._over, self._at = Periods(), -math.inf, None
        self.by_source = by_source

    def expect(self, at: float) -> None:
        """Something should come from now on, by the service's clock; nothing new if it does."""
        if self._at is None and not self.by_source:
            self.tell_clock(by_source=False)
            self._pass(at, None)

    def interrupt(self, why: str, at: float | None = None) -> None:
        """What comes next does not continue what was; in a word, why.

        `at`: the present; None: it is not known. By a sender's clock, what it made lately is under
        way and will not be judged: it was not watched.
        """
        if at is not None and self._at is not None:
            if not self.by_source or at - self._at > SILENCE:
                self._pass(at, self._reason)
            self._over = max(self._over, self._at)
        self.periods.end(why)
        self._at = None
        self._spoke.clear()

    def until(self, at: float | None) -> Self:
        """The same at the present: that nothing came lately is told, too. None: as it is."""
        if at is None or self._at is None or at <= self._at:
            return self
        ahead = copy(self)
        ahead._judged, ahead._reasons = self._judged.copy(), self._reasons.copy()
        ahead.periods = copy(self.periods)
        ahead._pass(at, self._reason)
        return ahead

    @property
    def shares(self) -> Mapping[AlertKind, float]:
        """0 to 1 of each kind; empty before anything was watched."""
        if self.seconds <= 0:
            return {}
        return {kind: min(self._judged[kind] / self.seconds, 1.0) for kind in self._kinds}

    @property
    def not_assessable(self) -> Mapping[Label, float]:
        """Seconds of each reason."""
        return dict(self._reasons)

    def as_dict(self) -> dict[str, Any]:
        """In plain words and numbers, to be stored or sent."""
        return {
            "seconds": round(self.seconds, 2),
            "judged": {str(kind): round(share, 4) for kind, share in self.shares.items()},
            "not_assessable": {
                str(reason): round(seconds, 2) for reason, seconds in self._reasons.items()
            },
            "periods": self.periods.told(),
            "by_source": self.by_source,
        }


def combined(sight: Coverage, sound: Coverage) -> dict[str, Any] | None:
    """Of pictures and of sound, as it is stored; None: nothing came yet."""
    if not sight.seconds and not sound.seconds:
        return None
    return sight.as_dict() | {"sound": sound.as_dict() if sound.seconds else None}


def _none(_kind: AlertKind) -> bool:
    return False
