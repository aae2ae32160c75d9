"""What happens in a video: `NAME.timeline.toml` beside it."""

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.alerts.rules import rules_for
from app.errors import RuleError
from app.types import AlertKind, Label, Purpose
from benchmarks.accuracy.labels import VIDEOS, Place, text_of

ENDING = ".timeline.toml"
KEYS = {"purpose", "mirrored", "rules", "kinds", "episode"}
EPISODE_KEYS = {"kind", "label", "from", "to"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """One episode that happens."""

    kind: AlertKind
    label: Label | None
    """None: any of the kind."""
    begins: float
    """Seconds of the video."""
    ends: float
    """Seconds of the video."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """All that happens in one video."""

    video: Path
    purpose: Purpose
    mirrored: bool
    rules: dict[AlertKind, dict[str, float | bool]]
    kinds: tuple[AlertKind, ...]
    """What was labelled; alerts of other kinds do not count."""
    episodes: tuple[Expected, ...]


def timelines(folder: Path) -> list[Timeline]:
    """All of a folder and below. Raises LabelError."""
    return [read_timeline(file) for file in sorted(folder.rglob(f"*{ENDING}"))]


def read_timeline(file: Path) -> Timeline:
    """Raises LabelError."""
    text = text_of(file)
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line (\d+)", str(error))
        raise Place(file, int(line[1]) if line else 0).error(str(error)) from None
    _known(content, KEYS, Place(file, 0))
    name = file.name.removesuffix(ENDING)
    videos = [p for p in sorted(file.parent.glob(f"{name}.*")) if p.suffix.lower() in VIDEOS]
    if len(videos) != 1:
        raise Place(file, 0).error(f"{len(videos)} videos of the name {name} beside it, not one")
    lines = [n for n, line in enumerate(text.splitlines(), 1) if "[[episode]]" in line]
    entries = content.get("episode", [])
    if not isinstance(entries, list) or len(entries) != len(lines):
        raise Place(file, 0).error("each episode begins with a line [[episode]]")
    purpose = _purpose(content.get("purpose", Purpose.EXAM), Place(file, 0))
    rules = content.get("rules", {})
    try:
        rules_for(purpose, rules)
    except RuleError as error:
        raise Place(file, 0).error(str(error)) from None
    mirrored = content.get("mirrored", False)
    if not isinstance(mirrored, bool):
        raise Place(file, 0).error("mirrored is true or false")
    return Timeline(
        video=videos[0].resolve(),
        purpose=purpose,
        mirrored=mirrored,
        rules={AlertKind(kind): changes for kind, changes in rules.items()},
        kinds=_kinds(content.get("kinds", list(AlertKind)), Place(file, 0)),
        episodes=tuple(
            _episode(entry, Place(file, line)) for entry, line in zip(entries, lines, strict=True)
        ),
    )


def _episode(entry: dict[str, Any], place: Place) -> Expected:
    _known(entry, EPISODE_KEYS, place)
    begins, ends = (_seconds(entry, key, place) for key in ("from", "to"))
    if begins >= ends:
        raise place.error(f"from {begins:g} to {ends:g} is no time")
    if entry.get("label") not in (None, *Label):
        raise place.error(f"label: {entry['label']!r} is none of {', '.join(Label)}")
    return Expected(
        kind=_kinds([entry.get("kind")], place)[0],
        label=None if "label" not in entry else Label(entry["label"]),
        begins=begins,
        ends=ends,
    )


def _seconds(entry: dict[str, Any], key: str, place: Place) -> float:
    value = entry.get(key)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value < 1e6:
        raise place.error(f"{key}: {value!r} is no time in seconds")
    return float(value)


def _kinds(kinds: Any, place: Place) -> tuple[AlertKind, ...]:
    if not isinstance(kinds, list):
        raise place.error("kinds is a list")
    for kind in kinds:
        if kind not in list(AlertKind):
            raise place.error(f"kind: {kind!r} is none of {', '.join(AlertKind)}")
    return tuple(AlertKind(kind) for kind in kinds)


def _purpose(purpose: Any, place: Place) -> Purpose:
    if purpose not in list(Purpose):
        raise place.error(f"purpose: {purpose!r} is none of {', '.join(Purpose)}")
    return Purpose(purpose)


def _known(content: dict[str, Any], keys: set[str], place: Place) -> None:
    for key in content:
        if key not in keys:
            raise place.error(f"{key} is not known; there are {', '.join(sorted(keys))}")
