"""`run.py bench voices`: mix, hear, score."""

from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from time import perf_counter

from benchmarks.voices.corpus import read_corpus
from benchmarks.voices.ear import Ear
from benchmarks.voices.item import Item
from benchmarks.voices.mixer import mix
from benchmarks.voices.orders import Plan, orders
from benchmarks.voices.outcome import Outcome, outcome
from benchmarks.voices.recordings import recordings
from benchmarks.voices.report import report
from benchmarks.voices.rttm import rttm
from benchmarks.voices.sound import write
from benchmarks.voices.summary import false_alarms, recall

EVERY = 15.0
"""Seconds between two lines of progress."""

Progress = Callable[[str], None]


def run(
    ear: Ear, plan: Plan, *, assets: Path, real: bool, keep: Path | None, progress: Progress
) -> list[str]:
    """The report, in lines of Markdown. `real`: recordings too. Raises CorpusError."""
    progress(f"reading the speech in {assets} …")
    ordered = orders(plan, read_corpus(assets))
    seconds = sum(order.seconds for order in ordered)
    progress(f"{len(ordered)} sessions, about {seconds / 3600:.1f} hours of sound")
    found = recordings(assets) if real else []
    items: Iterator[Item] = chain(map(mix, ordered), found)
    if keep is not None:
        items = kept(items, keep)
    return report(hear(ear, items, len(ordered) + len(found), progress))


def hear(ear: Ear, items: Iterator[Item], count: int, progress: Progress) -> list[Outcome]:
    """Let the ear hear them one by one."""
    outcomes: list[Outcome] = []
    told = perf_counter()
    for item in items:
        outcomes.append(outcome(item, ear.hear(item.samples)))
        if perf_counter() - told >= EVERY or len(outcomes) == count:
            told = perf_counter()
            progress(_so_far(outcomes, count))
    return outcomes


def kept(items: Iterator[Item], folder: Path) -> Iterator[Item]:
    """The same; on the way each is written into the folder, with its truth."""
    folder.mkdir(parents=True, exist_ok=True)
    for item in items:
        write(folder / f"{item.name}.wav", item.samples)
        (folder / f"{item.name}.rttm").write_text(rttm(item), encoding="utf-8")
        yield item


def _so_far(outcomes: Sequence[Outcome], count: int) -> str:
    caught, alarms = recall(outcomes), false_alarms(outcomes)
    heard = sum(each.seconds for each in outcomes) / 3600
    return (
        f"{len(outcomes)} of {count} sessions, {heard:.2f} h: "
        f"{caught.part} of {caught.whole} caught, {alarms.count} false alarms in "
        f"{alarms.hours:.2f} h with one speaker"
    )
