"""How measurements show what they found."""

from collections.abc import Iterable

import typer
from rich.console import Console
from rich.table import Table


def show(table: Table, remarks: Iterable[str], *, failed: bool) -> None:
    """Exit with 1 where a promise was broken."""
    console = Console(highlight=False)
    if not console.is_terminal:  # rich would take 80 columns and break the rows
        console = Console(highlight=False, width=140)
    console.print(table)
    for line in remarks:
        console.print(line)
    if failed:
        raise typer.Exit(1)


def progress(line: str) -> None:
    """On the other stream, so that a table can be piped."""
    typer.echo(line, err=True)
