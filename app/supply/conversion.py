"""Converts weights in a process of its own: what that needs, serving must not import."""

import asyncio
import importlib.util
import logging
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from app.errors import MissingExtraError, ModelError

REPOSITORY = Path(__file__).parent.parent.parent

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Exporter:
    """A module that converts: `python -m module WEIGHTS FOLDER …`; it prints its steps."""

    module: str
    needs: str
    """The package without which it cannot."""
    arguments: tuple[str, ...] = ()
    """What it is told beside the weights and the folder."""
    otherwise: str = ""
    """What does without that package."""

    def check(self, weights: str) -> None:
        """Raises MissingExtraError where it cannot convert."""
        if not installed(self.needs):
            hint = f"; {self.otherwise}" if self.otherwise else ""
            reason = f"converting it needs {self.needs} (the extra `train`){hint}"
            raise MissingExtraError(f"{weights}: {reason}")

    async def convert(self, weights: Path, target: Path, tell: Callable[[str], None]) -> None:
        """The target's folder appears whole or not at all; `tell` is told each step.

        Raises ModelError.
        """
        self.check(str(weights))
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", self.module, str(weights), str(target.parent)),
            *self.arguments,
            cwd=REPOSITORY,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        try:
            assert process.stdout is not None
            assert process.stderr is not None
            complaints = asyncio.create_task(process.stderr.read())
            async for line in process.stdout:
                step = line.decode(errors="replace").strip()
                logger.info("%s: %s", weights.name, step)
                tell(f"{weights.name}: {step}")
            said = (await complaints).decode(errors="replace").strip().splitlines()
            await process.wait()
        finally:
            if process.returncode is None:
                process.kill()
        if process.returncode:
            raise ModelError(f"{weights}: cannot be converted: {(said or ['no reason'])[-1]}")


def installed(package: str) -> bool:
    """Whether it can be imported here."""
    return importlib.util.find_spec(package) is not None
