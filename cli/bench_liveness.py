"""`run.py bench liveness`: persons, photographs, replays and loops."""

from pathlib import Path
from typing import Annotated

import typer


def liveness(
    media: Annotated[
        Path | None, typer.Argument(help="Where the media lie (default: ../shared/assets).")
    ] = None,
    weights: Annotated[
        Path | None,
        typer.Option(help="The folder with MiniFASNet's weights (default: by cues alone)."),
    ] = None,
) -> None:
    """Real persons and attacks through real sessions: what is suspected, how soon, how wrongly?"""
