"""`run.py bench accuracy`: labelled media in, the card out."""

from collections.abc import Callable, Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from app.settings import load_settings
from benchmarks.accuracy.card import measure
from benchmarks.accuracy.chapter import Chapter
from benchmarks.accuracy.figures import EVERYTHING
from benchmarks.accuracy.labels import Kind
from benchmarks.accuracy.parts import parts_of
from benchmarks.accuracy.report import HEADER, confusion_rows, rows, write


def run(
    folder: Path,
    *,
    slices: bool,
    out: Path,
    only: Sequence[Kind],
    console: Console,
    progress: Callable[[str], None],
) -> None:
    """Score, write and print. Raises LabelError."""
    chapters = measure(
        folder,
        parts_of(load_settings()),
        only=tuple(only) or tuple(Kind),
        slices=slices,
        progress=progress,
    )
    write(folder, out, chapters)
    show(chapters, console)
    progress(f"written: {out / 'accuracy.md'}, accuracy.json, worst/index.html")


def show(chapters: Sequence[Chapter], console: Console) -> None:
    """The same tables as in the Markdown file."""
    sliced = any(f.slice != EVERYTHING for c in chapters for f in c.figures)
    shown = [name for name in HEADER if sliced or name != "slice"]
    console.print(_table(shown, [_without_slice(row, sliced) for row in rows(chapters)]))
    for chapter in chapters:
        if chapter.confusion is not None:
            console.print()
            console.print(_table(*confusion_rows(chapter.confusion)))
        for remark in chapter.remarks:
            console.print(f"{chapter.kind}: {remark}", markup=False)


def _without_slice(row: Sequence[str], sliced: bool) -> Sequence[str]:
    return row if sliced else [cell for i, cell in enumerate(row) if HEADER[i] != "slice"]


def _table(header: Sequence[str], cells: Sequence[Sequence[str]]) -> Table:
    table = Table(box=None, pad_edge=False)
    for name in header:
        table.add_column(name, justify="left" if name in HEADER[:3] else "right")
    for row in cells:
        table.add_row(*row)
    return table
