"""Plays `tests/data/scenarios/*.toml`: what is seen, and the episodes that it must make.

A scenario is a list of stretches `[[seen]]`, each from the end of the one before `until` a
second, and a list of all `[[episode]]`s. A stretch says what differs from a candidate who sits
alone, faces the camera and looks at the screen:

    what = "…"              said for the reader only
    gaze = "25 right"       the line of sight, in degrees left, right, up, down of the camera
    head = "40 left"        likewise
    eyes = "closed"
    face = false            no face in the picture
    faces, persons, phones  how many
    pictures = false        none come in
    now_and_then = { every = 2.0, lasting = 0.1, … }
                            as soon as it begins and from then on every so many seconds,
                            something else is seen for a moment

An episode has its `label`, when it `begins`, is `told` and `ends` (left out: it does not), and
`announced` (true where left out). Above them may stand `frames_per_second` (10), `mirrored`,
`detector` (false: persons are counted by their faces, phones not at all), `rules`, and `screen`:
the degrees, seen from the camera, between which a calibrated one lies.
"""

import re
import tomllib
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from random import Random
from typing import Any

import pytest

from app.alerts.engine import AlertEngine
from app.alerts.rules import rules_for
from app.alerts.screen import Screen
from app.alerts.signals import Signals
from app.types import Alert, AlertKind, Edge, FrameAnalysis, Purpose
from tests.builders import analysis, detections, face

SCENARIOS = sorted((Path(__file__).parents[1] / "data/scenarios").glob("*.toml"))
NOISE = 0.7
"""Degrees, standard deviation."""
TOLERANCE = 0.35
"""Seconds, at ten frames per second; one frame more where they are fewer."""
DIRECTIONS = {"left": (1, 0), "right": (-1, 0), "up": (0, 1), "down": (0, -1)}

HEADER = {
    "title",
    "frames_per_second",
    "mirrored",
    "detector",
    "rules",
    "screen",
    "seen",
    "episode",
}
PICTURE = {"gaze", "head", "eyes", "face", "faces", "persons", "phones", "pictures"}
STRETCH = PICTURE | {"until", "what", "now_and_then"}
MOMENT = PICTURE | {"every", "lasting"}
EPISODE = {"label", "begins", "told", "ends", "announced"}


def angles(text: str) -> tuple[float, float]:
    """Yaw and pitch from words such as "25 right, 5 down"."""
    yaw = pitch = 0.0
    for part in text.split(","):
        words = re.fullmatch(r"\s*([\d.]+) (left|right|up|down)\s*", part)
        assert words, f"{part!r} is no angle"
        degrees, direction = words.groups()
        yaw += float(degrees) * DIRECTIONS[direction][0]
        pitch += float(degrees) * DIRECTIONS[direction][1]
    return yaw, pitch


def checked(table: dict[str, Any], known: set[str]) -> dict[str, Any]:
    """The table, if a scenario may say all of it."""
    assert set(table) <= known, f"a scenario cannot say {set(table) - known}"
    return table


def picture(stretch: dict[str, Any], since: float, at: float) -> dict[str, Any]:
    """What is seen at `at` seconds in a stretch that began at `since`."""
    moment = checked(stretch.get("now_and_then", {}), MOMENT)
    if moment and (at - since + 1e-6) % moment["every"] < moment["lasting"]:
        return {**stretch, **moment}
    return stretch


def pictures(scenario: dict[str, Any]) -> Iterator[FrameAnalysis]:
    """The analyses of every picture of the scenario, objects looked for once per second."""
    random = Random(7)
    rate = scenario.get("frames_per_second", 10)
    side = -1 if scenario.get("mirrored") else 1
    since = 0.0
    for stretch in scenario["seen"]:
        checked(stretch, STRETCH)
        for frame in range(round(since * rate), round(stretch["until"] * rate)):
            at = frame / rate
            seen = picture(stretch, since, at)
            if not seen.get("pictures", True):
                continue
            there = seen.get("face", True)
            head, gaze = (
                (random.gauss(yaw * side, NOISE), random.gauss(pitch, NOISE))
                for yaw, pitch in (angles(seen.get(it, "0 up")) for it in ("head", "gaze"))
            )
            closed = seen.get("eyes") == "closed"
            faces = (face(yaw=head[0], pitch=head[1], gaze=None if closed else gaze),)
            look = frame % max(round(rate), 1) == 0
            detector = scenario.get("detector", True)
            objects = detections(
                persons=seen.get("persons", int(there)), phones=seen.get("phones", 0)
            )
            yield analysis(
                at=at,
                faces=faces if there else (),
                face_count=seen.get("faces", int(there)) if look else None,
                detections=objects if look and detector else None,
            )
        since = stretch["until"]


def play(scenario: dict[str, Any]) -> list[Alert]:
    """All alerts of the scenario."""
    overrides = {AlertKind(kind): rule for kind, rule in scenario.get("rules", {}).items()}
    rules = rules_for(Purpose.EXAM, overrides)
    signals = Signals(rules, mirrored=scenario.get("mirrored", False))
    if "screen" in scenario:
        signals.calibrate(Screen(**scenario["screen"], at=0.0))
    numbers = count(1)
    engine = AlertEngine(rules, lambda: f"episode {next(numbers)}")
    return [alert for each in pictures(scenario) for alert in engine.update(signals.update(each))]


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_makes_exactly_the_episodes_it_must(path: Path) -> None:
    scenario = checked(tomllib.loads(path.read_text("utf-8")), HEADER)
    expected = [checked(episode, EPISODE) for episode in scenario.get("episode", [])]
    alerts = play(scenario)
    starts = [alert for alert in alerts if alert.edge is Edge.STARTED]
    ends = {alert.id: alert for alert in alerts if alert.edge is Edge.ENDED}
    assert [start.label for start in starts] == [episode["label"] for episode in expected]
    near = TOLERANCE + 1 / scenario.get("frames_per_second", 10) - 0.1
    for start, episode in zip(starts, expected, strict=True):
        assert start.started_at == pytest.approx(episode["begins"], abs=near)
        assert start.at == pytest.approx(episode["told"], abs=near)
        assert start.announced is episode.get("announced", True)
        if "ends" in episode:
            assert ends[start.id].ended_at == pytest.approx(episode["ends"], abs=near)
        else:
            assert start.id not in ends


def test_there_are_scenarios() -> None:
    assert len(SCENARIOS) >= 12
