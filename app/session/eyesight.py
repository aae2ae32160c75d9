"""What a session can see at present: its pictures' quality, its coverage, the candidate's lids."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.alerts.assessable import Assessable
from app.alerts.challenge import Answer
from app.alerts.drowsiness import Drowsiness
from app.alerts.signals import Signals
from app.session.coverage import SEEN, Coverage
from app.session.feed import Feed
from app.session.frame_rate import FrameRate
from app.session.liveness import LivenessWatch
from app.types import AlertKind, AlertRule, FrameAnalysis, Label, Quality, Signal
from app.vision.blink import BlinkCounter, opening
from app.vision.decode import JpegHeader
from app.vision.perclos import Perclos
from app.vision.stillness import Stillness


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """The newest numbers; None: not measured."""

    brightness: float | None
    contrast: float | None
    sharpness: float | None
    face_width: float | None
    still_seconds: float
    pictures_per_second: float | None
    blinks_per_minute: float | None
    perclos: float | None
    not_assessable: Label | None


class Eyesight:
    """Stands between a session's pictures and its signals: what cannot be judged moves none."""

    def __init__(
        self,
        rules: Mapping[AlertKind, AlertRule],
        signals: Signals,
        covered: Mapping[str, Any] | None = None,
    ) -> None:
        """`covered`: the session's coverage as it was stored."""
        self.coverage = Coverage((kind for kind in SEEN if rules[kind].enabled), covered)
        self.blinks = BlinkCounter()
        self.feed = Feed(rules)
        self.liveness = LivenessWatch(rules[AlertKind.SPOOF], self.blinks, self.feed)
        self._signals = signals
        self._assessable = Assessable(rules[AlertKind.NOT_ASSESSABLE])
        self._drowsiness = Drowsiness(rules[AlertKind.DROWSY])
        self._stillness = Stillness()
        self._rate = FrameRate()
        self._perclos = Perclos()
        self._quality: Quality | None = None
        self._still = 0.0
        self._newest: tuple[float, float] | None = None

    def arrived(
        self, at: float, received_at: float, header: JpegHeader, *, by_source: bool
    ) -> None:
        """A picture came, whether it is looked at or not; its time, and the machine's clock."""
        self._rate.arrived(at)
        self.coverage.tell_clock(by_source=by_source)
        self.feed.arrived(
            at,
            received_at,
            width=header.width,
            height=header.height,
            orientation=header.orientation,
            by_source=by_source,
        )
        self._newest = at, received_at

    def update(self, analysis: FrameAnalysis, answer: Answer | None = None) -> list[Signal]:
        """What one look says, as far as it can be judged; `answer`: to the newest challenge."""
        at, quality = analysis.at, analysis.quality
        signals: list[Signal] = []
        if quality is not None:
            self._quality = quality
            self._still = self._stillness.update(analysis, quality)
            hertz = self._rate.hertz(at)
            signals.append(self._assessable.look(at, quality, self._still, hertz))
        part = self._assessable.part(analysis)
        if part is None:
            self._signals.sight = None
        else:
            signals += self._signals.update(part)
            if quality is not None:
                signals += self.feed.update(analysis, quality)
        if analysis.faces is not None and quality is not None:
            signals += self._look_at_lids(analysis, quality)
            if self.judges(AlertKind.SPOOF):
                face = analysis.faces[0] if analysis.faces else None
                signals += self.liveness.update(at, face, quality, answer)
        return signals

    def connect(self) -> None:
        """Another connection sends the pictures."""
        self.coverage.periods.come()
        self.feed.connect()
        self.liveness.connect()

    def disconnect(self) -> None:
        """It is gone."""
        self.coverage.periods.leave()

    def cover(self, at: float, signals: list[Signal]) -> None:
        """These signals of a look are what is judged of it."""
        spoken = {signal.kind for signal in signals if not _unknown(signal)}
        self.coverage.update(at, spoken, self._assessable.reason, self._assessable.suspends)

    def wait(self, now: float, at: float | None) -> list[Signal]:
        """Now and then, once pictures are due; `now`: the machine's clock.

        `at` is the session's time before the first picture; None: only its sender knows it.
        """
        if at is not None:
            self.coverage.expect(at)
        if self._newest is not None:
            at = self._newest[0] + max(0.0, now - self._newest[1])
        if at is None:
            return []
        self._rate.expect(at)
        hertz = self._rate.hertz(at)
        signal = None if hertz is None else self._assessable.wait(at, hertz)
        return [] if signal is None else [signal]

    def interrupt(self, why: str) -> None:
        """Nothing is judged until further notice; in a word, why."""
        self.coverage.interrupt(why)
        self.feed.interrupt()
        self.liveness.interrupt()
        self._rate = FrameRate()

    def judges(self, kind: AlertKind) -> bool:
        """Whether pictures can be judged for it at present."""
        return not self._assessable.suspends(kind)

    @property
    def now(self) -> Sight:
        """The newest numbers."""
        quality = self._quality
        at = 0.0 if self._newest is None else self._newest[0]
        return Sight(
            brightness=None if quality is None else quality.brightness,
            contrast=None if quality is None else quality.contrast,
            sharpness=None if quality is None else quality.sharpness,
            face_width=None if quality is None else quality.face_width,
            still_seconds=self._still,
            pictures_per_second=self._rate.hertz(at),
            blinks_per_minute=self.blinks.per_minute(at),
            perclos=self._perclos.share(at),
            not_assessable=self._assessable.reason,
        )

    def _look_at_lids(self, analysis: FrameAnalysis, quality: Quality) -> list[Signal]:
        at, ratio = analysis.at, None
        if analysis.faces and not self._assessable.suspends(AlertKind.DROWSY):
            ratio = opening(analysis.faces[0], quality.sharpness)
        self.blinks.update(at, ratio)
        self._perclos.update(at, ratio)
        perclos = self._perclos.share(at)
        if ratio is None or perclos is None:
            return []
        return [self._drowsiness.signal(at, perclos)]


def _unknown(signal: Signal) -> bool:
    """Of liveness, nothing may be known though a face is in view: that is not judged."""
    return signal.kind is AlertKind.SPOOF and not signal.confidence
