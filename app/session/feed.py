"""What a session knows of its feed: whether it repeats, its times, and what changed at once."""

from collections.abc import Mapping

import cv2

from app.alerts.feed import FeedSignals
from app.types import AlertKind, AlertRule, BoundingBox, FrameAnalysis, Label, Quality, Signal
from app.vision.decode import TURNED
from app.vision.feed_change import NoiseChange, NoiseWatch, SizeChange, SizeWatch
from app.vision.frame_times import FrameTimes, Regularity
from app.vision.loops import Loop, LoopFinder

FACE_STANDS = 3.0
"""Seconds for which a face is taken to be where it was seen last."""
PERSONS = {True: "repeats", False: "does not repeat", None: "not known"}
"""Words for whether the person repeats with the pictures."""


class Feed:
    """One session's. Only pictures that can be judged are handed in."""

    def __init__(self, rules: Mapping[AlertKind, AlertRule]) -> None:
        self.changed_at: float | None = None
        """When the newest sudden change began, in seconds on the session's clock; None: never."""
        self._signals = FeedSignals(rules)
        self._regular_after = rules[AlertKind.FEED_TIMING].limits["regular_seconds"]
        self._loops = LoopFinder()
        self._times = FrameTimes()
        self._sizes = SizeWatch()
        self._noise = NoiseWatch()
        self._face: tuple[float, BoundingBox] | None = None

    @property
    def loop(self) -> Loop | None:
        """What repeats at present; None: nothing, or nothing can be said."""
        return self._loops.loop

    @property
    def regular(self) -> Regularity | None:
        """The times of the newest pictures; None: they jitter, or have not been so for long."""
        regular = self._times.regular
        return regular if regular is not None and regular.seconds >= self._regular_after else None

    def arrived(
        self,
        at: float,
        received_at: float,
        *,
        width: int,
        height: int,
        orientation: int,
        by_source: bool,
    ) -> None:
        """A picture came, whether it is looked at or not; as its header says."""
        self._times.arrived(at, received_at, by_source=by_source)
        turned = orientation in TURNED
        self._sizes.arrived(at, (height, width) if turned else (width, height))

    def update(self, analysis: FrameAnalysis, quality: Quality) -> list[Signal]:
        """What a look says that can be judged."""
        at = analysis.at
        if analysis.faces:
            self._face = at, analysis.faces[0].box
        elif self._face is not None and at - self._face[0] > FACE_STANDS:
            self._face = None
        self._loops.update(at, quality.thumbnail, None if self._face is None else self._face[1])
        told = (self._about_loops(at), self._about_times(at))
        return [*filter(None, told), *self._about_changes(at, analysis.width, quality)]

    def connect(self) -> None:
        """Another connection sends: it may have another size and another encoder."""
        self._times.forget()
        self._sizes = SizeWatch()
        self._noise.forget()

    def interrupt(self) -> None:
        """Nothing is judged until further notice."""
        self.connect()
        self._loops.forget()
        self._face = None

    def _about_loops(self, at: float) -> Signal | None:
        loop = self._loops.loop
        if loop is None:
            return self._signals.no_loop(at) if self._loops.moving else None
        evidence: dict[str, float | str] = {
            "period_seconds": loop.period_seconds,
            "difference_levels": loop.difference,
            "motion_levels": loop.motion,
            "person": PERSONS[loop.person],
        }
        return self._signals.loop(at, loop.confidence, loop.matched_seconds, evidence)

    def _about_times(self, at: float) -> Signal | None:
        regular = self._times.regular
        if regular is None:
            return self._signals.no_regularity(at, self._times.seconds)
        evidence = {
            "jitter_milliseconds": regular.jitter_milliseconds,
            "interval_milliseconds": regular.interval_milliseconds,
            "picture_count": float(regular.pictures),
        }
        return self._signals.regularity(at, regular.seconds, evidence, by_source=regular.by_source)

    def _about_changes(self, at: float, width: int, quality: Quality) -> list[Signal]:
        signals = []
        if (size := self._sizes.judge(at)) is not None:
            self._noise.forget()
            self.changed_at = size.since
            signals.append(self._signals.change(at, size.since, Label.SIZE_CHANGED, _sizes(size)))
        elif quality.noise is not None:
            brightness = float(cv2.mean(quality.thumbnail)[0])
            noise = self._noise.judge(at, width, quality.noise, brightness)
            if noise is not None:
                self.changed_at = noise.since
                signals.append(
                    self._signals.change(at, noise.since, Label.NOISE_CHANGED, _noises(noise))
                )
        return [*signals, self._signals.no_change(at)]


def _sizes(change: SizeChange) -> dict[str, float | str]:
    return {
        "width_before_pixels": float(change.before[0]),
        "height_before_pixels": float(change.before[1]),
        "width_pixels": float(change.after[0]),
        "height_pixels": float(change.after[1]),
        "aspect_changed": "yes" if change.aspect_changed else "no",
    }


def _noises(change: NoiseChange) -> dict[str, float | str]:
    return {"noise_before_levels": change.before, "noise_levels": change.after}
