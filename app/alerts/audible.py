"""Whether sound can be judged: from its levels to `not_assessable`, and what that suspends.

A muted microphone and one whose noise is gated away both send silence in numbers. They are told
apart by what was heard before: after an open microphone's noise a silence is a muted one soon;
after a gate's silences between words, or after nothing at all, only a long one is, since nobody may
have spoken. Whether a gate hides a muted microphone until then cannot be known from sound.
"""

from collections.abc import Iterator, Mapping

from app.alerts.checks import Check, Checks
from app.types import AlertKind, AlertRule, Label, Level, Signal, Track

OF_SOUND = frozenset({AlertKind.SEVERAL_SPEAKERS, AlertKind.VOICE_WITHOUT_LIPS})
"""Kinds that are judged from sound and suspended with it; words that were heard stay heard."""


class Audible:
    """Decides for one session's sound."""

    def __init__(self, rule: AlertRule) -> None:
        self._limits = rule.limits
        self._checks = Checks(rule, Track.AUDIO, Label.MUTED)

    @property
    def reason(self) -> Label | None:
        """What is wrong; None: nothing, or nothing is known."""
        return self._checks.reason

    def suspends(self, kind: AlertKind) -> bool:
        """Whether nothing may be said of this kind at present."""
        return self.reason is not None and kind in OF_SOUND

    def listen(self, at: float, level: Level, received: float | None) -> Signal:
        """After one block. `received`: seconds of sound that came in each second, of late.

        None: too little time has passed to tell.
        """
        rate = [] if received is None else [_rate(received)]
        return self._checks.decide(at, [*rate, *_checks(level, self._limits)])

    def wait(self, at: float, received: float) -> Signal | None:
        """While no sound comes: only too little of it can be told; None: not yet."""
        check = _rate(received)
        return self._checks.decide(at, [check]) if self._checks.fails(check) else None


def _rate(received: float) -> Check:
    return Check(
        label=Label.TOO_LITTLE_SOUND,
        name="received_fraction",
        value=received,
        limit="received_fraction",
    )


def _checks(level: Level, limits: Mapping[str, float]) -> Iterator[Check]:
    """The plainest reason first."""
    yield Check(
        label=Label.MUTED,
        name="flat_seconds",
        value=level.flat_seconds,
        limit="flat_seconds" if level.open_microphone else "gated_flat_seconds",
        at_most=True,
    )
    yield Check(
        label=Label.CLIPPED,
        name="clipped_fraction",
        value=level.clipped,
        limit="clipped_fraction",
        at_most=True,
    )
    if level.signal_to_noise is not None:
        yield Check(
            label=Label.NOISY,
            name="signal_to_noise_decibels",
            value=level.signal_to_noise,
            limit="signal_to_noise_decibels",
        )
    else:  # noise so loud that a voice beside it would not be told
        yield Check(
            label=Label.NOISY,
            name="noise_below_full_decibels",
            value=-level.noise_decibels,
            limit="noise_below_full_decibels",
        )
