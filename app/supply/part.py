"""What weights are brought for."""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from app.supply.conversion import Exporter
from app.vision.weights_file import WeightsFile
from app.weights import ModelEntry


class Part(Protocol):
    """A part of the service that its weights switch on: the detector, or MiniFASNet."""

    setting: str
    """The variable that switches it off."""
    off: bool
    """Whether it does."""
    unable: str
    """What cannot be done without; for the log."""
    exporter: Exporter
    """Converts its weights."""

    def find(self) -> Sequence[tuple[WeightsFile, ...]]:
        """What is here and serves together, the best first; reads files. Raises ModelError."""

    def wanted(self) -> Sequence[ModelEntry]:
        """What has to be fetched; reads files. Raises ModelError where that could not serve."""

    async def serve(self, models: Sequence[Path]) -> bool:
        """Switch it on, and say whether that is the best there is. Raises what loading raises."""

    def lacks(self, state: str, why: str, mend: str) -> None:
        """Tell how far it is, in a word, why it is no further, and what mends that."""
