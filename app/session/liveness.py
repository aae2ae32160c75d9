"""What one session knows of whether a living person is before a camera."""

from app.alerts.challenge import Answer, Result
from app.alerts.liveness import Cues, Liveness, LivenessJudge
from app.session.feed import Feed
from app.types import AlertRule, FaceObservation, LivenessLook, Quality, Signal
from app.vision.bezel_memory import BezelMemory
from app.vision.blink import BlinkCounter
from app.vision.parallax import Parallax

BLINKLESS = 50.0
"""Measured seconds of the last minute without a blink that are a hint."""
CHANGE_COUNTS = 30.0
"""Seconds for which a sudden change of the source is a hint."""
ANSWER_COUNTS = 60.0
"""Seconds for which the answer to a challenge counts: another face may come after it."""
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

    @property
    def newest(self) -> Liveness | None:
        """As judged last; None: not yet, or not any more."""
        return self._judge.newest

    def interrupt(self) -> None:
        """Nothing is judged until further notice, and another face may come."""
        self._judge.forget()
        self._parallax.forget()
        self._bezel = BezelMemory()

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
        if quality.face_width is not None:
            self._parallax.update(at, face, quality.face_width)
        if face.liveness is None:
            return []
        cues, numbers = self._cues(at, face.liveness, answer)
        signal = self._judge.update(at, cues, numbers)
        return [] if signal is None else [signal]

    def _cues(
        self, at: float, look: LivenessLook, answer: Answer | None
    ) -> tuple[Cues, dict[str, float]]:
        """What is known, and the numbers that it is made of."""
        depth, loop, changed = self._parallax.depth, self._feed.loop, self._feed.changed_at
        if loop is not None and loop.person is not True:
            loop = None  # only what is behind may repeat
        blinkless = self._blinks.without(at)
        without_blink = blinkless is not None and blinkless >= BLINKLESS
        measured = {
            "network_fraction": look.network,
            "bezel_fraction": look.bezel,
            "turned_degrees": None if depth is None else depth.turned_degrees,
            "bent_fraction": None if depth is None else depth.bent,
            "without_blink_seconds": blinkless if without_blink else None,
            "loop_period_seconds": None if loop is None else loop.period_seconds,
        }
        cues = Cues(
            network=look.network,
            bezel=self._bezel.update(look.bezel, at),
            flatness=None if depth is None else depth.flatness,
            loop=None if loop is None else loop.confidence,
            without_blink=without_blink,
            regular=self._feed.regular is not None,
            changed=changed is not None and at - changed <= CHANGE_COUNTS,
            challenge_passed=_passed(at, answer),
        )
        return cues, {name: number for name, number in measured.items() if number is not None}


def _passed(at: float, answer: Answer | None) -> bool | None:
    """None: nobody asked of late, or it could not be judged."""
    if answer is None or at - answer.at > ANSWER_COUNTS:
        return None
    return {Result.PASSED: True, Result.FAILED: False}.get(answer.result)
