"""Whether sound can be judged: from its levels to `not_assessable`, and what that suspends.

A muted microphone and one whose noise is gated away both send silence in numbers. They are told
apart by what was heard before: after an open microphone's noise a silence is a muted one soon;
after a gate's silences between words, or after nothing at all, only a long one is, since nobody may
have spoken. Whether a gate hides a muted microphone until then cannot be known from sound.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from app.types import AlertKind, AlertRule, Label, Level, Signal, Track

OF_SOUND = frozenset({AlertKind.SEVERAL_SPEAKERS, AlertKind.VOICE_WITHOUT_LIPS})
"""Kinds that are judged from sound and suspended with it; words that were heard stay heard."""


class _Check(NamedTuple):
    """One number against its limit."""

    label: Label
    name: str
    """The number's, with its unit."""
    value: float
    limit: str
    """The limit's name in the rule."""
    at_most: bool = False
    """Whether the limit is the most instead of the least."""


class Audible:
    """Decides for one session's sound; it remembers what is wrong, for the hysteresis."""

    def __init__(self, rule: AlertRule) -> None:
        self.reason: Label | None = None
        """What is wrong; None: nothing, or nothing is known."""
        self._limits = rule.limits
        self._hysteresis = rule.limits["hysteresis_percent"] / 100
        self._failing: frozenset[Label] = frozenset()

    def suspends(self, kind: AlertKind) -> bool:
        """Whether nothing may be said of this kind at present."""
        return self.reason is not None and kind in OF_SOUND

    def listen(self, at: float, level: Level, received: float | None) -> Signal:
        """After one block. `received`: seconds of sound that came in each second, of late.

        None: too little time has passed to tell.
        """
        rate = [] if received is None else [_rate(received)]
        return self._decide(at, [*rate, *_checks(level, self._limits)])

    def wait(self, at: float, received: float) -> Signal | None:
        """While no sound comes: only too little of it can be told; None: not yet."""
        check = _rate(received)
        return self._decide(at, [check]) if self._fails(check) else None

    def _decide(self, at: float, checks: Sequence[_Check]) -> Signal:
        failing = [check for check in checks if self._fails(check)]
        self._failing = frozenset(check.label for check in failing)
        self.reason = failing[0].label if failing else None
        evidence: Mapping[str, float] = {}
        since = None
        if failing:
            first = failing[0]
            evidence = {first.name: first.value, "limit_" + first.name: self._limits[first.limit]}
            since = at - first.value if first.label is Label.MUTED else None
        return Signal(
            kind=AlertKind.NOT_ASSESSABLE,
            at=at,
            entered=bool(failing),
            remains=bool(failing),
            label=self.reason or Label.MUTED,
            since=since,
            evidence=evidence,
            track=Track.AUDIO,
        )

    def _fails(self, check: _Check) -> bool:
        limit = self._limits[check.limit]
        easier = self._hysteresis if check.label in self._failing else 0.0
        if check.at_most:
            return check.value >= limit * (1 - easier)
        return check.value < limit * (1 + easier)


def _rate(received: float) -> _Check:
    return _Check(
        label=Label.TOO_LITTLE_SOUND,
        name="received_fraction",
        value=received,
        limit="received_fraction",
    )


def _checks(level: Level, limits: Mapping[str, float]) -> Iterator[_Check]:
    """The plainest reason first."""
    yield _Check(
        label=Label.MUTED,
        name="flat_seconds",
        value=level.flat_seconds,
        limit="flat_seconds" if level.open_microphone else "gated_flat_seconds",
        at_most=True,
    )
    yield _Check(
        label=Label.CLIPPED,
        name="clipped_fraction",
        value=level.clipped,
        limit="clipped_fraction",
        at_most=True,
    )
    if level.signal_to_noise is not None:
        yield _Check(
            label=Label.NOISY,
            name="signal_to_noise_decibels",
            value=level.signal_to_noise,
            limit="signal_to_noise_decibels",
        )
    else:  # noise so loud that a voice beside it would not be told
        yield _Check(
            label=Label.NOISY,
            name="noise_below_full_decibels",
            value=-level.noise_decibels,
            limit="noise_below_full_decibels",
        )
