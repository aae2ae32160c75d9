"""Persons and attacks through a real session: what is suspected, when, and at what cost."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.alerts.liveness import Liveness
from app.types import Alert, AlertKind, Edge, LivenessLook
from app.vision.analyzer import Also, FrameAnalyzer, LivenessNet, Tracking
from app.vision.decode import Picture
from app.vision.stage_clock import Stage
from benchmarks.accuracy.footage import encoded, frame_of, picture_of
from benchmarks.accuracy.replay import Models, Replayed, Setting, play
from benchmarks.presentations import Nature, Presentation, crops, presentations

FEED = (AlertKind.FEED_LOOP, AlertKind.FEED_TIMING, AlertKind.FEED_CHANGE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a session said of one presentation."""

    name: str
    nature: Nature
    seconds: float
    judged: int
    """Looks of which a liveness came."""
    lowest: float | None
    """Of all livenesses; None: never judged."""
    middle: float | None
    against: tuple[str, ...]
    """The reasons at the lowest."""
    alert: Alert | None
    """The first `spoof`."""
    events: tuple[AlertKind, ...]
    """What its feed raised besides."""
    not_assessable: str
    """The first reason; empty: none."""
    cpu: float
    """Milliseconds for rim and networks, each second."""

    @property
    def right(self) -> bool:
        """Whether an attack raised the alert, or anything else did not."""
        return (self.alert is not None) is (self.nature is Nature.ATTACK)


def measure(
    media: Path, network: Callable[[], LivenessNet] | None, progress: Callable[[str], None]
) -> list[Verdict]:
    """Every presentation that the media allow."""
    found = []
    for each in presentations(media):
        progress(f"playing {each.name} …")
        found.append(verdict(each, network))
    return found


def verdict(presentation: Presentation, network: Callable[[], LivenessNet] | None) -> Verdict:
    """Play it at its own pace of time, as fast as it goes."""
    played = asyncio.run(
        play(
            presentation.name,
            presentation.pictures(),
            Setting(rules={}),
            lambda line: None,
            Models(liveness=network),
        )
    )
    return _verdict(presentation, played)


@dataclass(frozen=True, slots=True, kw_only=True)
class SingleLooks:
    """What the networks said of pictures that nobody moves."""

    name: str
    pictures: int
    faces: int
    answers: tuple[float, ...]
    """Of those faces that have enough around them."""


def single_looks(media: Path, network: LivenessNet) -> list[SingleLooks]:
    """Of faces that were cut out, and of groups."""
    cut = {True: list[Picture](), False: list[Picture]()}
    for living, picture in crops(media):
        cut[living].append(picture)
    groups = [picture_of(path) for path in sorted((media / "images" / "groups").glob("*.jpg"))]
    analyzer = FrameAnalyzer()
    analyzer.liveness = network
    found = []
    for name, pictures in (
        ("persons, cut out", cut[True]),
        ("attacks, cut out", cut[False]),
        ("groups of persons", groups),
    ):
        looks = [_look(analyzer, picture) for picture in pictures]
        faces = [look for look in looks if look is not None]
        answers = tuple(look.network for look in faces if look.network is not None)
        found.append(
            SingleLooks(name=name, pictures=len(pictures), faces=len(faces), answers=answers)
        )
    analyzer.close()
    return found


def _look(analyzer: FrameAnalyzer, picture: Picture) -> LivenessLook | None:
    frame = frame_of(encoded(picture), 0.0)
    analysis, _ = analyzer(frame, Tracking(), Also(count_faces=True, liveness=True))
    return analysis.faces[0].liveness if analysis.faces else None


def _verdict(presentation: Presentation, played: Replayed) -> Verdict:
    judged = _different(look.liveness for look in played.looks)
    fractions = sorted(each.fraction for each in judged)
    lowest = min(judged, key=lambda each: each.fraction, default=None)
    started = [alert for alert in played.alerts if alert.edge is Edge.STARTED]
    return Verdict(
        name=presentation.name,
        nature=presentation.nature,
        seconds=played.seconds,
        judged=len(judged),
        lowest=None if lowest is None else lowest.fraction,
        middle=fractions[len(fractions) // 2] if fractions else None,
        against=() if lowest is None else lowest.against,
        alert=_first(started, AlertKind.SPOOF),
        events=tuple(dict.fromkeys(alert.kind for alert in started if alert.kind in FEED)),
        not_assessable=_label(_first(started, AlertKind.NOT_ASSESSABLE)),
        cpu=1000 * played.cpu.get(Stage.LIVENESS, 0.0) / played.seconds,
    )


def _different(judged: Iterable[Liveness | None]) -> list[Liveness]:
    """One for each look at it: between them the newest stands."""
    return list({each.at: each for each in judged if each is not None}.values())


def _first(started: Sequence[Alert], kind: AlertKind) -> Alert | None:
    return next((alert for alert in started if alert.kind is kind), None)


def _label(alert: Alert | None) -> str:
    return "" if alert is None else alert.label.value
