"""What the scoring of every kind needs: eyes, replays, conditions, progress."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from statistics import median
from typing import TypeVar

from benchmarks.accuracy.conditions import Conditions
from benchmarks.accuracy.eye import Eye
from benchmarks.accuracy.parts import Parts
from benchmarks.accuracy.replay import Look, Replayed, Setting, replay

T = TypeVar("T")
TELL_EVERY = 5.0
"""Seconds between two words about the progress."""


class Workbench:
    """Models are loaded, and videos played, when they are first asked for; close it at the end."""

    def __init__(
        self,
        root: Path,
        parts: Parts,
        *,
        slices: bool,
        glasses: Mapping[Path, bool],
        progress: Callable[[str], None],
    ) -> None:
        self.parts = parts
        self.slices = slices
        """Whether every figure is given for each slice too."""
        self.progress = progress
        self._root = root.resolve()
        self._glasses = glasses
        self._eye: Eye | None = None
        self._played: dict[str, Replayed] = {}

    def close(self) -> None:
        """Free the models."""
        if self._eye is not None:
            self._eye.close()

    @property
    def eye(self) -> Eye:
        """For still pictures."""
        if self._eye is None:
            self._eye = Eye()
        return self._eye

    def played(self, video: Path, setting: Setting) -> Replayed:
        """What a session said about the video; each setting is played once."""
        key = f"{video} {setting}"
        if key not in self._played:
            self.progress(f"playing {self.name(video)} …")
            self._played[key] = replay(video, setting, self.progress, self.parts.session_detector)
        return self._played[key]

    def name(self, media: Path) -> str:
        """The file, as seen from the folder that is scored."""
        return (
            str(media.relative_to(self._root)) if media.is_relative_to(self._root) else str(media)
        )

    def conditions(
        self, media: Path, *, brightness: float | None, face_width: float | None
    ) -> Conditions:
        """With what the labels say about glasses."""
        return Conditions(
            brightness=brightness, face_width=face_width, glasses=self._glasses.get(media)
        )

    def conditions_between(
        self, media: Path, looks: Iterable[Look], begins: float, ends: float
    ) -> Conditions:
        """Medians over some time of a video."""
        there = [look for look in looks if begins <= look.at <= ends]
        return self.conditions(
            media,
            brightness=median(look.brightness for look in there) if there else None,
            face_width=median(look.face_width for look in there) if there else None,
        )

    def each(self, items: list[T], what: str) -> Iterator[T]:
        """The items, with a word about the progress every few seconds."""
        told = time.monotonic()
        for number, item in enumerate(items):
            if time.monotonic() - told >= TELL_EVERY:
                told = time.monotonic()
                self.progress(f"{what}: {number} of {len(items)}")
            yield item
        self.progress(f"{what}: {len(items)} of {len(items)}")
