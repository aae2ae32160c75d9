"""Where the weights of MiniFASNet lie, and what has to be done before they serve."""

from collections.abc import Sequence
from pathlib import Path

from app.errors import ManifestError
from app.vision.weights_file import WeightsFile, converted
from app.weights import Manifest, ModelEntry, WeightState, state

TASK = "liveness"
"""What the manifest says that they are for."""


def known_networks(manifest: Path) -> list[ModelEntry]:
    """What the manifest has. Raises ManifestError where that is nothing."""
    entries = [entry for entry in Manifest.load(manifest).entries if entry.task == TASK]
    if not entries:
        raise ManifestError(f"{manifest}: has no model whose task is {TASK!r}")
    return entries


def find_networks(entries: Sequence[ModelEntry], folder: Path) -> list[WeightsFile]:
    """Those that are here and are what the manifest says.

    A converted form serves without its weights: it may come from a machine that has torch. Raises
    ModelError for a file that cannot be read.
    """
    found = []
    for entry in entries:
        file = converted(folder / entry.file, folder, digest=entry.sha256)
        if file.converts_to is None or state(entry, folder) is WeightState.PRESENT:
            found.append(file)
    return found


def missing_networks(entries: Sequence[ModelEntry], folder: Path) -> list[ModelEntry]:
    """Those that are not here, or not what the manifest says."""
    return [entry for entry in entries if not find_networks([entry], folder)]
