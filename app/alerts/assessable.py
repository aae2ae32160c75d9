"""Whether a picture can be judged: from its quality to `not_assessable`, and what that suspends.

Below a limit a picture says nothing about the candidate, at once: no other signal moves from it.
Only the episode has a hold. A face that is too small suspends what needs its eyes, all else
everything.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from app.types import AlertKind, AlertRule, FrameAnalysis, Label, Quality, Signal

OF_THE_EYES = frozenset({AlertKind.GAZE_AWAY, AlertKind.DROWSY})
"""Kinds that a face which is too small suspends."""


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


class Assessable:
    """Decides for one session; it remembers what is wrong at present, for the hysteresis."""

    def __init__(self, rule: AlertRule) -> None:
        self.reason: Label | None = None
        """What is wrong; None: nothing, or nothing is known."""
        self._limits = rule.limits
        self._hysteresis = rule.limits["hysteresis_percent"] / 100
        self._failing: frozenset[Label] = frozenset()

    def suspends(self, kind: AlertKind) -> bool:
        """Whether nothing may be said of this kind at present."""
        if self.reason is None or kind is AlertKind.NOT_ASSESSABLE:
            return False
        return self.reason is not Label.FACE_TOO_SMALL or kind in OF_THE_EYES

    def look(
        self, at: float, quality: Quality, still_seconds: float, pictures_hertz: float | None
    ) -> Signal:
        """After one picture. `pictures_hertz` None: too few came to tell."""
        rate = [] if pictures_hertz is None else [_rate(pictures_hertz)]
        return self._decide(at, [*rate, *_checks(quality, still_seconds, self._limits)])

    def wait(self, at: float, pictures_hertz: float) -> Signal | None:
        """While no picture comes: only too few of them can be told; None: not yet."""
        check = _rate(pictures_hertz)
        return self._decide(at, [check]) if self._fails(check) else None

    def part(self, analysis: FrameAnalysis) -> FrameAnalysis | None:
        """What of the analysis may be judged; None: nothing."""
        if self.reason is None:
            return analysis
        if self.reason is not Label.FACE_TOO_SMALL:
            return None
        faces = analysis.faces and tuple(replace(face, gaze=None) for face in analysis.faces)
        return replace(analysis, faces=faces)

    def _decide(self, at: float, checks: Sequence[_Check]) -> Signal:
        failing = [check for check in checks if self._fails(check)]
        self._failing = frozenset(check.label for check in failing)
        self.reason = failing[0].label if failing else None
        evidence: Mapping[str, float] = {}
        since = None
        if failing:
            first = failing[0]
            evidence = {first.name: first.value, "limit_" + first.name: self._limits[first.limit]}
            since = at - first.value if first.label is Label.FROZEN else None
        return Signal(
            kind=AlertKind.NOT_ASSESSABLE,
            at=at,
            entered=bool(failing),
            remains=bool(failing),
            label=self.reason or Label.TOO_DARK,
            since=since,
            evidence=evidence,
        )

    def _fails(self, check: _Check) -> bool:
        limit = self._limits[check.limit]
        easier = self._hysteresis if check.label in self._failing else 0.0
        if check.at_most:
            return check.value >= limit * (1 - easier)
        return check.value < limit * (1 + easier)


def _rate(hertz: float) -> _Check:
    return _Check(
        label=Label.TOO_FEW_PICTURES, name="pictures_hertz", value=hertz, limit="pictures_hertz"
    )


def _checks(
    quality: Quality, still_seconds: float, limits: Mapping[str, float]
) -> Iterator[_Check]:
    """The plainest reason first: a dark picture is without contrast too, and seems to stand."""
    face = quality.face_width is not None
    what = "face" if face else "picture"
    brightness, contrast = quality.brightness, quality.contrast
    for label, limit in ((Label.BLACK, "black_fraction"), (Label.TOO_DARK, "dark_fraction")):
        yield _Check(label=label, name="brightness_fraction", value=brightness, limit=limit)
    yield _Check(
        label=Label.LOW_CONTRAST,
        name="contrast_fraction",
        value=contrast,
        limit=f"{what}_contrast_fraction",
    )
    if face or contrast >= limits["plain_contrast_fraction"]:  # a plain wall has nothing sharp
        yield _Check(
            label=Label.BLURRED,
            name="sharpness_fraction",
            value=quality.sharpness,
            limit=f"{what}_sharpness_fraction",
        )
    yield _Check(
        label=Label.FROZEN,
        name="still_seconds",
        value=still_seconds,
        limit="still_seconds",
        at_most=True,
    )
    if quality.face_width is not None:
        yield _Check(
            label=Label.FACE_TOO_SMALL,
            name="face_pixels",
            value=quality.face_width,
            limit="face_pixels",
        )
