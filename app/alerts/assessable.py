"""Whether a picture can be judged: from its quality to `not_assessable`, and what that suspends.

Below a limit a picture says nothing about the candidate, at once: no other signal moves from it.
Only the episode has a hold. A face that is too small suspends what needs its eyes, all else
everything.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from app.alerts.checks import Check, Checks
from app.types import AlertKind, AlertRule, FrameAnalysis, Label, Quality, Signal, Track

OF_THE_EYES = frozenset({AlertKind.GAZE_AWAY, AlertKind.DROWSY})
"""Kinds that a face which is too small suspends."""


class Assessable:
    """Decides for one session."""

    def __init__(self, rule: AlertRule) -> None:
        self._limits = rule.limits
        self._checks = Checks(rule, Track.VIDEO, Label.TOO_DARK)

    @property
    def reason(self) -> Label | None:
        """What is wrong; None: nothing, or nothing is known."""
        return self._checks.reason

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
        return self._checks.decide(at, [*rate, *_checks(quality, still_seconds, self._limits)])

    def wait(self, at: float, pictures_hertz: float) -> Signal | None:
        """While no picture comes: only too few of them can be told; None: not yet."""
        check = _rate(pictures_hertz)
        return self._checks.decide(at, [check]) if self._checks.fails(check) else None

    def part(self, analysis: FrameAnalysis) -> FrameAnalysis | None:
        """What of the analysis may be judged; None: nothing."""
        if self.reason is None:
            return analysis
        if self.reason is not Label.FACE_TOO_SMALL:
            return None
        faces = analysis.faces and tuple(replace(face, gaze=None) for face in analysis.faces)
        return replace(analysis, faces=faces)


def _rate(hertz: float) -> Check:
    return Check(
        label=Label.TOO_FEW_PICTURES, name="pictures_hertz", value=hertz, limit="pictures_hertz"
    )


def _checks(quality: Quality, still_seconds: float, limits: Mapping[str, float]) -> Iterator[Check]:
    """The plainest reason first: a dark picture is without contrast too, and seems to stand."""
    face = quality.face_width is not None
    what = "face" if face else "picture"
    brightness, contrast = quality.brightness, quality.contrast
    for label, limit in ((Label.BLACK, "black_fraction"), (Label.TOO_DARK, "dark_fraction")):
        yield Check(label=label, name="brightness_fraction", value=brightness, limit=limit)
    yield Check(
        label=Label.LOW_CONTRAST,
        name="contrast_fraction",
        value=contrast,
        limit=f"{what}_contrast_fraction",
    )
    if face or contrast >= limits["plain_contrast_fraction"]:  # a plain wall has nothing sharp
        yield Check(
            label=Label.BLURRED,
            name="sharpness_fraction",
            value=quality.sharpness,
            limit=f"{what}_sharpness_fraction",
        )
    yield Check(
        label=Label.FROZEN,
        name="still_seconds",
        value=still_seconds,
        limit="still_seconds",
        at_most=True,
    )
    if quality.face_width is not None:
        yield Check(
            label=Label.FACE_TOO_SMALL,
            name="face_pixels",
            value=quality.face_width,
            limit="face_pixels",
        )
