"""When a session was watched: its periods, and why each ended."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, Self

MOST = 500
"""Periods that are kept: beyond these, the shortest gap closes and is told no more. It stays out of
the seconds that were watched."""
SILENCE = 5.0
"""Seconds without a look that end a period; shorter ones are in the coverage's reasons alone."""
SHORTEST = 1.0
"""Seconds after the last period, if that has ended, from which they are a gap."""
UNDER_WAY = 1.5
"""Seconds beyond the last look for which media of a sender that has gone may still be looked at."""
SILENT, LEFT, INTERRUPTED = "silent", "left", "interrupted"
"""Why a period ended that nobody ended: nothing came, whoever sent it had gone, or the process died
before it could say, with no more than the last 30 s."""
STOPPED = "stopped"
"""Why a period ended when a request ended the session: of the time before, the two above tell
more."""
ENDED = (STOPPED, "idle", "room")
"""Why a session ends: until then something may have been under way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A stretch that was watched."""

    since: float
    """Seconds on the session's clock."""
    until: float
    """Seconds on the session's clock, of the last look."""
    why: str | None
    """Why it ended: as `Session.end_episodes` was told, or one of the three above; None: it goes
    on, or went on when this was stored."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A stretch between periods, or after the last one."""

    since: float
    """Seconds on the session's clock."""
    until: float
    """Seconds on the session's clock."""
    why: str
    """Why the period before it ended."""


class Periods:
    """One session's, of pictures or of sound."""

    def __init__(self, earlier: Iterable[Period] = ()) -> None:
        """`earlier`: what stood there before a restart."""
        self._over: list[Period] = []
        for period in earlier:
            self._keep(replace(period, why=period.why or INTERRUPTED))
        self._since: float | None = None
        self._until = 0.0
        self._left: float | None = None
        """The last look before its sender went; None: that is long over, or it never did."""
        self._back = False

    @classmethod
    def stored(cls, told: Sequence[Any]) -> Self:
        """What `told` said of another one's."""
        return cls(read(told))

    def look(self, at: float) -> None:
        """Something was looked at or heard."""
        if self._since is not None and at - self._until > SILENCE:
            self.end(SILENT if self._left is None else LEFT)
        if self._since is None:
            self._since = at
        self._until = at
        if self._back and self._left is not None and at - self._left > UNDER_WAY:
            self._left = None

    def leave(self) -> None:
        """Its sender has gone."""
        self._left, self._back = self._until, False

    def come(self) -> None:
        """A sender is there again: what it sends comes next."""
        self._back = True

    def end(self, why: str) -> None:
        """What comes next does not continue what was. Only the first reason counts."""
        if self._since is not None:
            if why == STOPPED and self._left is not None and not self._back:
                why = LEFT
            self._keep(Period(since=self._since, until=self._until, why=why))
            self._since = None

    @property
    def all(self) -> list[Period]:
        """In order, none touching another."""
        if self._since is None:
            return list(self._over)
        now = Period(since=self._since, until=self._until, why=None)
        return _bounded(_joined(self._over, now))

    def told(self) -> list[list[Any]]:
        """Of each its start, its end and why, to be stored."""
        return [[round(p.since, 2), round(p.until, 2), p.why] for p in self.all]

    def _keep(self, period: Period) -> None:
        self._over = _bounded(_joined(self._over, period))


def read(told: Sequence[Any]) -> list[Period]:
    """What was stored, or nothing, where an older process stored it."""
    return [Period(since=since, until=until, why=why) for since, until, why in told]


def gaps(periods: Sequence[Period], until: float, why: str) -> list[Gap]:
    """Between them, and from the last one until then, where it is long enough to be one.

    `why`: nothing came after the last one, if that has not ended.
    """
    between = [
        Gap(since=one.until, until=other.since, why=one.why or INTERRUPTED)
        for one, other in pairwise(periods)
    ]
    if not periods:
        return between
    last = periods[-1]
    ended = SILENT if last.why == STOPPED else last.why  # it came to be stopped in a silence
    after = Gap(since=last.until, until=until, why=ended or why)
    shortest = SILENCE if last.why in (None, LEFT, *ENDED) else SHORTEST
    return [*between, after] if until - last.until > shortest else between


def _joined(periods: Sequence[Period], new: Period) -> list[Period]:
    """In order; a sender's clock may have begun again, so that the new one may lie anywhere."""
    before = [p for p in periods if p.until < new.since]
    after = [p for p in periods if p.since > new.until]
    for old in periods[len(before) : len(periods) - len(after)]:
        why = old.why if old.until > new.until else new.why
        new = Period(since=min(old.since, new.since), until=max(old.until, new.until), why=why)
    return [*before, new, *after]


def _bounded(periods: list[Period]) -> list[Period]:
    while len(periods) > MOST:
        shortest = min(
            range(1, len(periods)), key=lambda i: periods[i].since - periods[i - 1].until
        )
        one, other = periods[shortest - 1], periods[shortest]
        periods[shortest - 1 : shortest + 1] = [replace(other, since=one.since)]
    return periods
