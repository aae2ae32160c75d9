"""MiniFASNet for a measurement: converted beside its weights, which may lie where nobody writes."""

import asyncio
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from app.errors import ModelError
from app.settings import load_settings
from app.supply.conversion import Exporter
from app.vision.analyzer import LivenessNet
from app.vision.liveness_files import find_networks, known_networks
from app.vision.liveness_net import MiniFasNets


@contextmanager
def networks_of(
    weights: Path | None, progress: Callable[[str], None]
) -> Iterator[Callable[[], LivenessNet] | None]:
    """What loads them; None where no folder is given. Raises ModelError."""
    if weights is None:
        yield None
        return
    entries = known_networks(load_settings().manifest)
    with TemporaryDirectory() as folder:
        for entry in entries:
            if (given := weights / entry.file).is_file():
                shutil.copy(given, folder)
        found = find_networks(entries, Path(folder))
        if len(found) < len(entries):
            raise ModelError(f"{weights}: lacks {' or '.join(entry.file for entry in entries)}")
        exporter = Exporter(module="app.vision.export_minifasnet", needs="torch")
        for file in found:
            if file.converts_to is not None:
                asyncio.run(exporter.convert(file.path, file.converts_to, progress))
        yield lambda: MiniFasNets([file.served for file in found])
