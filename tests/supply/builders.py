"""A supply at work, what it supplies, and where it fetches from."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import asdict
from pathlib import Path

from app.api.health import Health
from app.session.inference import Inference, LocalInference
from app.settings import Settings
from app.supply.part import Part
from app.supply.supply import Supply
from app.vision.analyzer import LivenessNet
from app.vision.objects import ObjectDetector
from app.weights import ModelEntry


class Supplied(LocalInference):
    """Without the models of faces."""

    def __init__(self) -> None:
        super().__init__(threads=0)
        self.detector: ObjectDetector | None = None
        self.liveness: list[LivenessNet] = []
        """All that were ever loaded."""

    async def detect_with(self, load: Callable[[], ObjectDetector]) -> None:
        def loaded() -> ObjectDetector:
            self.detector = load()
            return self.detector

        await super().detect_with(loaded)

    async def check_liveness_with(self, load: Callable[[], LivenessNet]) -> None:
        self.liveness.append(await asyncio.to_thread(load))


@asynccontextmanager
async def supplied(
    part: Callable[[Settings, Inference, Health], Part], settings: Settings
) -> AsyncIterator[tuple[Health, Supplied]]:
    """A supply of it at work until the end."""
    health, inference = Health(), Supplied()
    task = asyncio.create_task(Supply(part(settings, inference, health), settings).run())
    try:
        yield health, inference
        assert not task.done() or task.exception() is None
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await inference.close()


def manifest_of(folder: Path, *entries: ModelEntry) -> Path:
    """A list of just these models."""
    manifest = folder / "manifest.toml"
    lines = []
    for entry in entries:
        lines += ["[[model]]", *(f"{key} = {value!r}" for key, value in asdict(entry).items())]
    manifest.write_text("\n".join(lines))
    return manifest


def told(health: Health, what: str) -> str:
    """Why it cannot be done; empty: it can, or nothing is known of it yet."""
    return next((part.why for part in health.degraded if part.what == what), "")


def mend(health: Health, what: str) -> str:
    """The command that mends it."""
    return next(part.mend for part in health.degraded if part.what == what)
