"""Weights that serve as they are, or that have to be converted first."""

import hashlib
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class WeightsFile:
    """A file of weights."""

    path: Path
    converts_to: Path | None = None
    """The file that serves, once it is made; None: this one does."""

    @property
    def served(self) -> Path:
        """The file that serves, or will."""
        return self.converts_to or self.path


def converted(weights: Path, folder: Path, variant: str = "", digest: str = "") -> WeightsFile:
    """Weights whose other form lies in `folder`, or will: it is named after their content, and so
    never out of date. `digest`: their sha256, where it is known."""
    if not digest:
        with weights.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    name = "-".join(part for part in (weights.stem, variant, digest[:12]) if part)
    made = folder / f"{name}.openvino" / f"{weights.stem}.xml"
    return WeightsFile(made) if made.is_file() else WeightsFile(weights, made)
