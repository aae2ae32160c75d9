"""`run.py models`: list, fetch and verify the weights."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.filesize import decimal
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)
from rich.table import Table

from app.errors import ManifestError, ProctorError
from app.weights import Manifest, ModelEntry, WeightState, fetch, state

MODELS = Path(__file__).resolve().parent.parent / "models"

app = typer.Typer(help="List, fetch and verify the weights of models.", no_args_is_help=True)

Folder = Annotated[Path, typer.Option(envvar="PROCTOR_MODELS", help="Folder of the weights.")]
ManifestFile = Annotated[
    Path, typer.Option("--manifest", envvar="PROCTOR_MANIFEST", help="The list of models.")
]


@app.command("list")
def list_models(folder: Folder = MODELS, manifest: ManifestFile = MODELS / "manifest.toml") -> None:
    """Show every model and whether its weights are here."""
    table = Table(box=None, pad_edge=False)
    for heading in ("name", "task", "file", "size", "licence", "state"):
        table.add_column(heading, overflow="fold")
    with _errors_as_lines():
        for entry in Manifest.load(manifest).entries:
            size, here = decimal(entry.bytes), state(entry, folder)
            table.add_row(entry.name, entry.task, entry.file, size, entry.licence, here)
    # Without a terminal rich takes 80 columns and breaks the rows.
    Console(width=None if sys.stdout.isatty() else 200).print(table)


@app.command("fetch")
def fetch_models(
    names: Annotated[list[str] | None, typer.Argument(help="Names from `list`.")] = None,
    every: Annotated[bool, typer.Option("--all", help="Fetch every model.")] = False,
    folder: Folder = MODELS,
    manifest: ManifestFile = MODELS / "manifest.toml",
) -> None:
    """Download weights; what broke off is resumed."""
    failed = False
    with _errors_as_lines():
        known = Manifest.load(manifest)
        if not names and not every:
            choice = ", ".join(entry.name for entry in known.entries)
            raise ManifestError(f"name the models to fetch, or give --all; known are: {choice}")
        for entry in known.entries if every else [known.entry(name) for name in names or ()]:
            try:
                with _progress(entry) as progress:
                    target = fetch(entry, folder, progress=progress)
                typer.echo(f"{entry.name}: present, {target} (licence {entry.licence})")
            except ProctorError as error:
                typer.echo(f"error: {error}", err=True)
                failed = True
            except KeyboardInterrupt:
                again = f"run.py models fetch {entry.name}"
                typer.echo(f"stopped; what has arrived is kept, resume with: {again}", err=True)
                raise typer.Exit(130) from None
    if failed:
        raise typer.Exit(1)


@app.command()
def verify(folder: Folder = MODELS, manifest: ManifestFile = MODELS / "manifest.toml") -> None:
    """Check the weights that are here; exit 1 if a file is corrupt, not if one is missing."""
    states: dict[WeightState, list[str]] = {}
    with _errors_as_lines():
        for entry in Manifest.load(manifest).entries:
            here = state(entry, folder)
            typer.echo(f"{entry.name}: {here}")
            states.setdefault(here, []).append(entry.name)
    absent = [*states.get(WeightState.MISSING, ()), *states.get(WeightState.PARTIAL, ())]
    if absent:
        names = " ".join(absent)
        typer.echo(f"{len(absent)} not here; fetch with: run.py models fetch {names}", err=True)
    if corrupt := states.get(WeightState.CORRUPT):
        names = " ".join(corrupt)
        typer.echo(f"error: corrupt weights; mend with: run.py models fetch {names}", err=True)
        raise typer.Exit(1)


@contextmanager
def _errors_as_lines() -> Iterator[None]:
    try:
        yield
    except ProctorError as error:
        typer.echo(f"error: {error}", err=True)
        raise typer.Exit(1) from None


@contextmanager
def _progress(entry: ModelEntry) -> Iterator[Callable[[int, int], None]]:
    """A bar on a terminal, elsewhere a line for every tenth."""
    if not sys.stdout.isatty():
        yield _tenths(entry)
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns) as bar:

        def show(here: int, total: int) -> None:
            # The task begins with what was here already: it must not count as speed.
            if not bar.tasks:
                bar.add_task(entry.name, total=total, completed=here)
            bar.update(bar.task_ids[0], completed=here)

        yield show


def _tenths(entry: ModelEntry) -> Callable[[int, int], None]:
    shown = -1

    def show(here: int, total: int) -> None:
        nonlocal shown
        tenth = here * 10 // total
        if tenth != shown:
            shown = tenth
            typer.echo(f"{entry.name}: {tenth * 10} % of {decimal(total)}")

    return show


if __name__ == "__main__":
    app()
