"""Evidence of feeds: when a loop is told, and what honest feeds are told of falsely.

`python -m benchmarks.feeds VIDEO… [--minutes N]`. Each video is played in loops of several lengths
(videos one after the other where one is too short) and once as it is; the portrait faces the camera
and acts for so many minutes. Every picture is encoded anew, at another quality each time; a camera
of 30 pictures a second is looked at ten times a second, one look in thirty is missing, and times
jitter.
"""

import argparse
import random
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
import simplejpeg
from rich.console import Console
from rich.table import Table

from app.alerts.engine import AlertEngine
from app.alerts.rules import rules_for
from app.session.feed import Feed
from app.types import Alert, AlertKind, Edge, Frame, FrameAnalysis, Purpose
from app.vision.decode import decode
from app.vision.quality import measure
from benchmarks.accuracy.footage import frames
from benchmarks.portrait import Portrait
from benchmarks.scenes import Act, Scene
from benchmarks.warp import Image

PERIODS = 3.0, 5.0, 10.0, 20.0, 30.0
LOOKS = 10
"""A second."""
LOST, JITTER = 1 / 30, 0.006
"""Share of the looks that are missing, and seconds by which times are off at most."""
QUALITIES = 60, 70, 80, 85
"""Of the JPEGs."""
WHOLE_EVERY = 10
"""One look in so many is decoded at the full size, as it is when faces are counted."""

Shown = Callable[[float], Image]
"""What a camera shows so many seconds after its first picture; RGB."""


@dataclass(frozen=True, slots=True)
class Clip:
    """A piece of a video."""

    pictures: Sequence[Image]
    fps: float

    @property
    def seconds(self) -> float:
        """From the first picture to the end of the last."""
        return len(self.pictures) / self.fps

    def once(self, at: float) -> Image:
        """Played once; the last picture stays."""
        return self.pictures[min(int(at * self.fps), len(self.pictures) - 1)]

    def again(self, at: float) -> Image:
        """Played again and again."""
        return self.pictures[int(at * self.fps) % len(self.pictures)]

    def to_and_fro(self, at: float) -> Image:
        """Played forwards and backwards by turns."""
        place = int(at * self.fps) % (2 * len(self.pictures))
        return self.pictures[min(place, 2 * len(self.pictures) - 1 - place)]

    def first(self, seconds: float) -> "Clip":
        """Its beginning."""
        return replace(self, pictures=self.pictures[: round(seconds * self.fps)])


def read(video: Path) -> Clip:
    """Raises MediaError."""
    times, pictures = zip(*frames(video), strict=True)
    return Clip(pictures, (len(times) - 1) / (times[-1] - times[0]))


def joined(clips: Sequence[Clip]) -> Clip:
    """One after the other, all as large and as fast as the first."""
    first = clips[0]
    size = first.pictures[0].shape[1::-1]
    pictures: list[Image] = []
    for clip in clips:
        for number in range(int(clip.seconds * first.fps)):
            picture = cv2.resize(clip.once(number / first.fps), size, interpolation=cv2.INTER_AREA)
            pictures.append(np.asarray(picture, np.uint8))
    return Clip(pictures, first.fps)


def looks(
    shown: Shown, seconds: float, *, seed: int = 0, qualities: Sequence[int] = QUALITIES
) -> Iterator[tuple[FrameAnalysis, Frame]]:
    """What is measured of a feed, without the face; the size and the times of its pictures."""
    rng = random.Random(seed)
    for number in range(int(seconds * LOOKS)):
        at = number / LOOKS + rng.uniform(0, JITTER)
        if rng.random() < LOST:
            continue
        picture = shown(at)
        height, width = picture.shape[:2]
        frame = Frame(
            jpeg=simplejpeg.encode_jpeg(np.ascontiguousarray(picture), rng.choice(qualities)),
            at=at,
            received_at=at,
            width=width,
            height=height,
            orientation=1,
        )
        there = decode(frame, at_least=1280 if number % WHOLE_EVERY == 0 else 320)
        yield (
            FrameAnalysis(
                at=at,
                received_at=at,
                width=there.shape[1],
                height=there.shape[0],
                faces=(),
                face_count=None,
                detections=None,
                quality=measure(there, None, width),
            ),
            frame,
        )


class Watch:
    """A session's feed, watched."""

    def __init__(self) -> None:
        rules = rules_for(Purpose.EXAM, {})
        self.feed = Feed(rules)
        self.alerts: list[Alert] = []
        self.looks = 0
        self.cpu = 0.0
        """Seconds."""
        self._engine = AlertEngine(rules, lambda: str(len(self.alerts)))

    def see(self, seen: Iterable[tuple[FrameAnalysis, Frame]]) -> "Watch":
        """All of these looks."""
        for analysis, frame in seen:
            assert analysis.quality is not None
            began = time.process_time()
            self.feed.arrived(
                frame.at,
                frame.received_at,
                width=frame.width,
                height=frame.height,
                orientation=frame.orientation,
                by_source=False,
            )
            self.alerts += self._engine.update(self.feed.update(analysis, analysis.quality))
            self.cpu += time.process_time() - began
            self.looks += 1
        return self

    def started(self, kind: AlertKind) -> list[Alert]:
        """Episodes of this kind, as they began."""
        return [each for each in self.alerts if each.kind is kind and each.edge is Edge.STARTED]


def acting(portrait: Portrait, minutes: float, *, still: bool, seed: int = 0) -> Iterator[Image]:
    """The portrait, ten pictures a second; it faces the camera, or acts at random."""
    rng = random.Random(seed)
    acts: list[Act] = []
    scenes = [*Scene]
    while sum(act.seconds for act in acts) < 60 * minutes:
        acts.append(Act(scene=Scene.FACING, seconds=rng.uniform(3, 12)))
        if not still:
            acts.append(Act(scene=rng.choice(scenes), seconds=rng.uniform(2, 6)))
    return portrait.frames(acts, LOOKS)


def following(pictures: Iterator[Image]) -> Shown:
    """As they come, one for each tenth of a second."""
    newest, number = next(pictures), 0

    def shown(at: float) -> Image:
        nonlocal newest, number
        while number < int(at * LOOKS):
            newest, number = next(pictures, newest), number + 1
        return newest

    return shown


def loops_table(clips: Sequence[tuple[str, Clip]]) -> Table:
    """When each loop is told, and the numbers of its evidence."""
    table = Table(title="loops", title_justify="left", box=None, pad_edge=False)
    for heading in ("loop", "period, s", "told after, s", "period found, s", "difference / motion"):
        table.add_column(heading, justify="left" if heading == "loop" else "right")
    for period in PERIODS:
        for name, clip in clips:
            if clip.seconds < period:
                continue
            piece = clip.first(period)
            watch = Watch().see(looks(piece.again, 2 * period + 25))
            told = watch.started(AlertKind.FEED_LOOP)
            row = ["-", "-", "-"]
            if told:
                evidence = told[0].evidence
                row = [
                    f"{told[0].at:.1f}",
                    f"{evidence['period_seconds']}",
                    f"{evidence['difference_levels']} / {evidence['motion_levels']}",
                ]
            table.add_row(name, f"{period:g}", *row)
    return table


def honest_table(feeds: Iterable[tuple[str, Shown, float]]) -> Table:
    """Episodes of each kind in feeds that have none, and the CPU of a look."""
    kinds = AlertKind.FEED_LOOP, AlertKind.FEED_TIMING, AlertKind.FEED_CHANGE
    table = Table(title="honest feeds", title_justify="left", box=None, pad_edge=False)
    for heading in ("feed", "seconds", *kinds, "ms of CPU a look"):
        table.add_column(heading, justify="left" if heading == "feed" else "right")
    for name, shown, seconds in feeds:
        watch = Watch().see(looks(shown, seconds))
        counts = (str(len(watch.started(kind))) for kind in kinds)
        table.add_row(name, f"{seconds:.1f}", *counts, f"{1000 * watch.cpu / watch.looks:.3f}")
    return table


def main() -> None:
    """Run."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.feeds", description=__doc__)
    parser.add_argument("videos", nargs="+", type=Path)
    parser.add_argument("--minutes", type=float, default=10.0)
    args = parser.parse_args()
    clips = [(video.stem, read(video)) for video in args.videos]
    long = "all, one after the other", joined([clip for _, clip in clips])
    console = Console()
    portrait = Portrait()
    console.print(
        honest_table(
            [
                *((name, clip.once, clip.seconds) for name, clip in clips),
                (
                    "the portrait faces the camera",
                    following(acting(portrait, args.minutes, still=True)),
                    60 * args.minutes,
                ),
                (
                    "the portrait acts",
                    following(acting(portrait, args.minutes, still=False)),
                    60 * args.minutes,
                ),
            ]
        )
    )
    console.print(loops_table([*clips, long]))


if __name__ == "__main__":
    main()
