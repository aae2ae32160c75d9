"""What the scoring of one kind hands back."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.vision.decode import Picture
from benchmarks.accuracy.figures import Figure
from benchmarks.accuracy.labels import Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Shot:
    """One of the worst cases."""

    title: str
    """What went wrong, in a few words."""
    source: str
    """The file, and the time in it."""
    picture: Picture
    """RGB, with what was expected and what was found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """One kind's part of the card."""

    kind: Kind
    media: int
    """Files that were scored."""
    figures: tuple[Figure, ...]
    worst: tuple[Shot, ...] = ()
    """The worst first."""
    confusion: Mapping[str, Mapping[str, int]] | None = None
    """Expected, found, how often."""
    remarks: tuple[str, ...] = ()
    """What limits the figures."""
