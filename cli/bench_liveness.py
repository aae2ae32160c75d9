"""`run.py bench liveness`: persons, photographs, replays and loops."""

from pathlib import Path
from typing import Annotated

import typer

from cli.tables import progress, show

SHARED = Path(__file__).resolve().parents[2] / "shared" / "assets"


def liveness(
    media: Annotated[
        Path | None, typer.Argument(help="Where the media lie (default: ../shared/assets).")
    ] = None,
    weights: Annotated[
        Path | None,
        typer.Option(help="The folder with MiniFASNet's weights (default: by the cues alone)."),
    ] = None,
) -> None:
    """Persons and attacks through real sessions: what is suspected, how soon, how wrongly?

    The media are played at their own pace of time, as fast as it goes; photographs that are held,
    loops and frozen pictures are made of the persons' videos.
    """
    from benchmarks.liveness import measure, single_looks
    from benchmarks.liveness_tables import looks_table, summary, verdict_table
    from benchmarks.networks import networks_of

    folder = media or SHARED
    if not folder.is_dir():
        raise typer.BadParameter(f"there is no folder {folder}")
    title = "by the cues alone" if weights is None else "with MiniFASNet"
    with networks_of(weights, progress) as networks:
        verdicts = measure(folder, networks, progress)
        show(verdict_table(verdicts, title), summary(verdicts), failed=False)
        if networks is not None:
            show(looks_table(single_looks(folder, networks())), (), failed=False)
