"""For how much of its time a session could be judged, by alert kind, when, and why not."""

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from app.session.periods import Periods
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
BY_ARRIVAL = "by_arrival"
"""In what is stored, whether the session's clock is this machine's."""


class Coverage:
    """Adds up one session's judged time. Pauses are no part of it."""

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
        self.periods = Periods.stored((earlier or {}).get("periods", ()))
        """When it was watched; nothing of what was before these were kept."""
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
        last = at if self._at is None else self._at
        if at < last:
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
            if at - spoke <= SPEAKS and passed <= SPEAKS and not suspended(kind):
                self._judged[kind] += passed

    def interrupt(self, why: str) -> None:
        """What comes next does not continue what was; in a word, why."""
        self.periods.end(why)
        self._at = None
        self._spoke.clear()

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
        }


def combined(sight: Coverage, sound: Coverage, *, by_arrival: bool) -> dict[str, Any] | None:
    """Of pictures and of sound, as it is stored; None: nothing came yet.

    `by_arrival`: its times are seconds since the session was created.
    """
    if not sight.seconds and not sound.seconds:
        return None
    heard = sound.as_dict() if sound.seconds else None
    return sight.as_dict() | {"sound": heard, BY_ARRIVAL: by_arrival}
