"""One session scored: the alerts that a viewer would have got, against the truth."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count

from app.alerts.engine import AlertEngine
from app.alerts.rules import rules_for
from app.alerts.speakers import Speakers
from app.types import AlertKind, Edge, Purpose, Voices
from benchmarks.voices.diarization_error import DiarizationError, diarization_error
from benchmarks.voices.ear import Heard
from benchmarks.voices.item import Item

ASKED_EVERY = 10.0
"""Seconds between two judgements whose confidence is compared with the truth."""
TELLING = 2.0
"""Seconds that others must have spoken before a confidence is expected to show it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one item; its sound is forgotten."""

    name: str
    condition: str
    manner: str
    level: float | None
    """Decibels, of others relative to the candidate; None: alone, or not known."""
    split: str
    seconds: float
    spoken: tuple[float, ...]
    """Seconds, by speaker; the first is the candidate."""
    second_at: float | None
    """Seconds, of the second voice's first word; None: there is none."""
    alerts: tuple[float, ...]
    """Seconds, when each episode of several speakers was told."""
    confidence: float
    """0 to 1, at the end."""
    claims: tuple[tuple[float, bool], ...]
    """Confidence every 10 s, and whether more than one has spoken by then."""
    error: DiarizationError
    cost: Mapping[str, float]
    """Seconds of CPU time, by stage."""

    @property
    def several(self) -> bool:
        """Whether more than one speaks."""
        return self.second_at is not None

    @property
    def alone(self) -> float:
        """Seconds in which nobody but the candidate has spoken yet."""
        return self.seconds if self.second_at is None else self.second_at

    @property
    def false_alarms(self) -> int:
        """Alerts while nobody but the candidate has spoken."""
        return sum(at < self.alone or not self.several for at in self.alerts)

    @property
    def caught(self) -> bool:
        """Whether the first alert came, and not before the second voice."""
        return self.several and bool(self.alerts) and not self.false_alarms

    @property
    def delay(self) -> float | None:
        """Seconds from the second voice's first word to the alert; None: it was not caught."""
        if self.second_at is None or not self.caught:
            return None
        return self.alerts[0] - self.second_at


def outcome(item: Item, heard: Heard) -> Outcome:
    """By the rule as the service has it unless told otherwise."""
    return Outcome(
        name=item.name,
        condition=item.condition,
        manner=item.manner,
        level=item.level,
        split=item.split,
        seconds=item.seconds,
        spoken=item.spoken(),
        second_at=item.second_at,
        alerts=alerts(heard.judgements),
        confidence=heard.judgements[-1].confidence if heard.judgements else 0.0,
        claims=tuple(_claims(item, heard.judgements)),
        error=diarization_error(item.turns, heard.turns),
        cost=heard.cost,
    )


def alerts(judgements: Sequence[Voices]) -> tuple[float, ...]:
    """Seconds, at which the service would tell that there are several speakers."""
    rules = rules_for(Purpose.EXAM, {})
    speakers = Speakers(rules[AlertKind.SEVERAL_SPEAKERS])
    numbers = count()
    engine = AlertEngine(rules, lambda: str(next(numbers)))
    found = [alert for voices in judgements for alert in engine.update([speakers.signal(voices)])]
    return tuple(alert.at for alert in found if alert.edge is Edge.STARTED)


def _claims(item: Item, judgements: Sequence[Voices]) -> Iterator[tuple[float, bool]]:
    due = ASKED_EVERY
    for voices in judgements:
        if voices.at < due:
            continue
        due += ASKED_EVERY
        others = sum(item.spoken(until=voices.at)[1:])
        if others == 0 or others >= TELLING:
            yield voices.confidence, others > 0
