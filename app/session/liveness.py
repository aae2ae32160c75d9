"""What one session knows of whether a living person is before a camera."""

from collections.abc import Mapping

from app.alerts.liveness import Cues, Liveness, LivenessJudge
from app.types import AlertRule, FaceObservation, Quality, Signal
from app.vision.blink import BlinkCounter
from app.vision.parallax import Parallax

BLINKLESS = 50.0
"""Measured seconds of the last minute without a blink that are a hint."""
STANDS = 3.0
"""Seconds for which a judgement stands while there is no newer one."""


class LivenessWatch:
    """Collects the cues of one session's looks."""

    def __init__(self, rule: AlertRule, blinks: BlinkCounter) -> None:
        self._judge = LivenessJudge(rule)
        self._blinks = blinks
        self._parallax = Parallax()

    @property
    def newest(self) -> Liveness | None:
        """As judged last; None: not yet, or not any more."""
        return self._judge.newest

    def interrupt(self) -> None:
        """Nothing is judged until further notice, and another face may come."""
        self._judge.forget()
        self._parallax.forget()

    def update(self, at: float, face: FaceObservation | None, quality: Quality) -> list[Signal]:
        """One look at what can be judged; None: no face is in the picture."""
        newest = self.newest
        if newest is not None and at - newest.at > STANDS:
            self._judge.forget()
        if face is None:
            return []
        if quality.face_width is not None:
            self._parallax.update(at, face, quality.face_width)
        if face.liveness is None:
            return []
        numbers: dict[str, float] = {"bezel_fraction": face.liveness.bezel}
        if face.liveness.network is not None:
            numbers["network_fraction"] = face.liveness.network
        depth = self._parallax.depth
        if depth is not None:
            numbers |= {"turned_degrees": depth.turned_degrees, "bent_fraction": depth.bent}
        without = self._blinks.without(at)
        if without is not None:
            numbers["without_blink_seconds"] = without
        cues = Cues(
            network=face.liveness.network,
            bezel=face.liveness.bezel,
            flatness=None if depth is None else depth.flatness,
            without_blink=without is not None and without >= BLINKLESS,
        )
        return self._say(at, cues, numbers)

    def _say(self, at: float, cues: Cues, numbers: Mapping[str, float]) -> list[Signal]:
        signal = self._judge.update(at, cues, numbers)
        return [] if signal is None else [signal]
