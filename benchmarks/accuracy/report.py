"""The card as files: Markdown, JSON, and the pictures with a page that shows them."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from typing import Any

import simplejpeg

from benchmarks.accuracy.chapter import Chapter, Shot
from benchmarks.accuracy.figures import Figure, Unit

HEADER = ("kind", "slice", "figure", "value", "95 % interval", "n")
PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Accuracy: the worst cases</title>
<style>
body {{ background: #16181b; color: #e8e8e8; font: 15px/1.45 system-ui, sans-serif; margin: 2rem; }}
section {{ display: grid; gap: 1.2rem;
  grid-template-columns: repeat(auto-fill, minmax(24rem, 1fr)); }}
figure {{ background: #202327; border-radius: 6px; margin: 0; padding: .7rem; }}
img {{ display: block; margin: 0 auto .5rem; max-width: 100%; }}
small {{ color: #a4abb3; overflow-wrap: anywhere; }}
b.expected {{ color: #46dc5a; }} b.found {{ color: #ffa528; }} b.error {{ color: #ff5046; }}
</style>
<h1>The worst cases</h1>
<p><b class="expected">Green</b> was expected, <b class="found">orange</b> was found,
<b class="error">red</b> is an error. Measured {when} from {folder}.</p>
{body}
</html>
"""


def write(folder: Path, out: Path, chapters: Sequence[Chapter]) -> None:
    """`accuracy.md`, `accuracy.json` and `worst/`, whose older pictures are replaced."""
    worst = out / "worst"
    worst.mkdir(parents=True, exist_ok=True)
    for old in worst.glob("*.jpg"):
        old.unlink()
    when = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
    (out / "accuracy.md").write_text(markdown(folder, chapters, when), encoding="utf-8")
    content = {"measured": when, "folder": folder.name, "chapters": [_plain(c) for c in chapters]}
    (out / "accuracy.json").write_text(json.dumps(content, indent=1), encoding="utf-8")
    body = "\n".join(_section(chapter, worst) for chapter in chapters)
    page = PAGE.format(when=when, folder=escape(folder.name), body=body)
    (worst / "index.html").write_text(page, encoding="utf-8")


def markdown(folder: Path, chapters: Sequence[Chapter], when: str) -> str:
    """The table, the directions confused, and what limits the figures."""
    lines = [
        f"# Accuracy on {folder.name}",
        "",
        f"Measured {when}. Intervals are Wilson's, of proportions. `n` is the number of cases.",
        "",
        *_table(HEADER, rows(chapters)),
    ]
    for chapter in chapters:
        if chapter.confusion is not None:
            lines += ["", f"## {_words(chapter.kind)}: labelled (rows) and found (columns)", ""]
            lines += _table(*confusion_rows(chapter.confusion))
    if remarks := [f"- {_words(c.kind)}: {remark}" for c in chapters for remark in c.remarks]:
        lines += ["", "## Remarks", "", *remarks]
    return "\n".join(lines) + "\n"


def rows(chapters: Sequence[Chapter]) -> list[tuple[str, ...]]:
    """One for each figure."""
    return [row(figure) for chapter in chapters for figure in chapter.figures]


def row(figure: Figure) -> tuple[str, ...]:
    """Its cells, in the order of the header."""
    interval = "" if figure.interval is None else "{:.1%} to {:.1%}".format(*figure.interval)
    return _words(figure.kind), figure.slice, figure.name, shown(figure), interval, str(figure.n)


def shown(figure: Figure) -> str:
    """Its value with its unit."""
    if figure.value is None:
        return "none"
    return {
        Unit.DEGREES: f"{figure.value:.2f}°",
        Unit.SECONDS: f"{figure.value:.2f} s",
        Unit.SHARE: f"{figure.value:.1%}",
        Unit.COUNT: f"{figure.value:.0f}",
    }[figure.unit]


def confusion_rows(
    confusion: Mapping[str, Mapping[str, int]],
) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Header and rows, without directions that were neither labelled nor found."""
    columns = [c for c in next(iter(confusion.values())) if any(r[c] for r in confusion.values())]
    lines = [
        (expected, *(str(found[column]) for column in columns))
        for expected, found in confusion.items()
        if any(found.values())
    ]
    return ("labelled", *columns), lines


def _table(header: Sequence[str], lines: Sequence[Sequence[str]]) -> list[str]:
    return [
        f"| {' | '.join(header)} |",
        f"|{'---|' * len(header)}",
        *(f"| {' | '.join(cells)} |" for cells in lines),
    ]


def _plain(chapter: Chapter) -> dict[str, Any]:
    return {
        "kind": chapter.kind,
        "media": chapter.media,
        "figures": [asdict(figure) for figure in chapter.figures],
        "confusion": chapter.confusion,
        "remarks": list(chapter.remarks),
        "worst": [{"title": shot.title, "source": shot.source} for shot in chapter.worst],
    }


def _section(chapter: Chapter, worst: Path) -> str:
    figures = "\n".join(
        _figure(shot, f"{chapter.kind}-{number:02}.jpg", worst)
        for number, shot in enumerate(chapter.worst, 1)
    )
    figures = figures or "<p>No case to show.</p>"
    return f"<h2>{_words(chapter.kind)}</h2>\n<section>\n{figures}\n</section>"


def _figure(shot: Shot, file: str, worst: Path) -> str:
    (worst / file).write_bytes(simplejpeg.encode_jpeg(shot.picture, 88))
    title, source = escape(shot.title), escape(shot.source)
    return (
        f'<figure><img src="{file}" alt="{title}"><figcaption>{title}<br>'
        f"<small>{source}</small></figcaption></figure>"
    )


def _words(kind: str) -> str:
    return re.sub("_", " ", kind)
