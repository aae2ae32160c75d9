"""What one session knows of whether a living person is before a camera."""

import math

from app.alerts.challenge import Answer, Result
from app.alerts.liveness import Cues, Liveness, LivenessJudge
from app.session.feed import Feed
from app.types import AlertRule, FaceObservation, LivenessLook, Quality, Signal
from app.vision.bezel import PROVEN
from app.vision.bezel_memory import BezelMemory
from app.vision.blink import BlinkCounter
from app.vision.parallax import Parallax

BLINKLESS = 50.0
"""Measured seconds of the last minute without a blink that are a hint."""
CHANGE_COUNTS = 30.0
"""Seconds for which a sudden change of the source is a hint."""
ANSWER_COUNTS = 60.0
"""Seconds for which the answer to a challenge counts."""
SAME = 1.0
"""Seconds without a face that can be judged, after which it may be another one."""
STANDS = 3.0
"""Seconds for which a judgement stands while there is no newer one."""


class LivenessWatch:
    """Collects the cues of one session's looks."""

    def __init__(self, rule: AlertRule, blinks: BlinkCounter, feed: Feed) -> None:
        self._judge = LivenessJudge(rule)
        self._blinks = blinks
        self._feed = feed
        self._parallax = Parallax()
        self._bezel = BezelMemory()
        self._same_since = self._seen_at = -math.inf
        """Since when a face is in view without a break, and was last."""

    @property
    def newest(self) -> Liveness | None:
        """As judged last; None: not yet, or not any more."""
        return self._judge.newest

    def interrupt(self) -> None:
        """Nothing is judged until further notice, and another face may come."""
        self._judge.forget()
        self._parallax.forget()
        self._bezel = BezelMemory()
        self.connect()

    def connect(self) -> None:
        """Another connection sends: who passed a challenge may be somebody else's picture now."""
        self._seen_at = -math.inf

    def update(
        self, at: float, face: FaceObservation | None, quality: Quality, answer: Answer | None
    ) -> list[Signal]:
        """One look at what can be judged.

        `face` None: there is none in the picture; `answer`: to the newest challenge.
        """
        newest = self.newest
        if newest is not None and at - newest.at > STANDS:
            self._judge.forget()
        if face is None:
            return []
        if at - self._seen_at > SAME:
            self._same_since = at
        self._seen_at = at
        if quality.face_width is not None:
            self._parallax.update(at, face, quality.face_width)
        if face.liveness is None:
            return []
        cues, numbers = self._cues(at, face.liveness, answer)
        signal = self._judge.update(at, cues, numbers)
        return [] if signal is None else [signal]

    def _cues(
        self, at: float, look: LivenessLook, answer: Answer | None
    ) -> tuple[Cues, dict[str, float | str]]:
        """What is known, and the numbers that it is made of."""
        depth, loop, changed = self._parallax.depth, self._feed.loop, self._feed.changed_at
        if loop is not None and loop.person is not True:
            loop = None  # only what is behind may repeat
        bezel = self._bezel.update(look.bezel, at)
        blinkless = self._blinks.without(at)
        without_blink = blinkless is not None and blinkless >= BLINKLESS
        measured = {
            "network_fraction": look.network,
            "bezel_fraction": bezel,
            "bezel_side_count": float(look.bezel_sides) if look.bezel_sides else None,
            "turned_degrees": None if depth is None else depth.turned_degrees,
            "bent_fraction": None if depth is None else depth.bent,
            "without_blink_seconds": blinkless if without_blink else None,
            "loop_period_seconds": None if loop is None else loop.period_seconds,
        }
        cues = Cues(
            network=look.network,
            bezel=bezel if bezel >= PROVEN else None,
            flatness=None if depth is None else depth.flatness,
            loop=None if loop is None else loop.confidence,
            without_blink=without_blink,
            regular=self._feed.regular is not None,
            changed=changed is not None and at - changed <= CHANGE_COUNTS,
            challenge_passed=self._passed(at, answer),
        )
        return cues, {name: number for name, number in measured.items() if number is not None}

    def _passed(self, at: float, answer: Answer | None) -> bool | None:
        """None: nobody asked of late, it could not be judged, or another face may have come."""
        if answer is None or at - answer.at > ANSWER_COUNTS:
            return None
        changed = self._feed.changed_at
        since = max(self._same_since, -math.inf if changed is None else changed)
        if answer.result is Result.PASSED:
            return True if answer.at >= since else None
        return False if answer.result is Result.FAILED or answer.evaded else None
