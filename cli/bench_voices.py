"""`run.py bench voices`: how well the ears tell who speaks."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from benchmarks.voices.choices import Condition, Split


class Wanted(StrEnum):
    """Whose conversations."""

    ALL = "all"
    FIT = Split.FIT
    HELD_OUT = Split.HELD_OUT


def voices(
    hours: Annotated[
        float, typer.Option(min=0, help="Of sessions with one speaker, over all conditions.")
    ] = 2.0,
    conversations: Annotated[
        int, typer.Option(min=0, help="For each condition and each level of the others.")
    ] = 24,
    conditions: Annotated[
        list[Condition] | None, typer.Option(help="These only; may be given again.")
    ] = None,
    split: Annotated[
        Wanted, typer.Option(help="Speakers that limits may be fitted on, or the others.")
    ] = Wanted.ALL,
    seed: Annotated[int, typer.Option(min=0, help="The same seed mixes the same.")] = 1,
    real: Annotated[
        bool, typer.Option("--real/--no-real", help="Recordings of the assets too.")
    ] = True,
    keep: Annotated[
        Path | None, typer.Option(help="Write each session into this folder: WAV and RTTM.")
    ] = None,
    assets: Annotated[
        Path | None, typer.Option(help="Where the speech lies (default: ../shared/assets/audio).")
    ] = None,
) -> None:
    """Mixed conversations with exact truth: is a second voice noticed, how soon, how wrongly?

    One, two and three of LibriSpeech's speakers; clean, over a telephone line, in a room, in
    noise; others as loud as the candidate and 10 dB below. Then the recordings with labels. The
    result is Markdown.
    """
    from benchmarks.voices.command import run
    from benchmarks.voices.corpus import ASSETS
    from benchmarks.voices.embedded_ear import EmbeddedEar
    from benchmarks.voices.orders import Plan

    plan = Plan(
        hours=hours,
        conversations=conversations,
        seed=seed,
        conditions=tuple(conditions or Condition),
        splits=tuple(Split) if split is Wanted.ALL else (Split(split),),
    )
    folder = assets or ASSETS
    for line in run(EmbeddedEar(), plan, assets=folder, real=real, keep=keep, progress=_progress):
        typer.echo(line)


def sound(
    sessions: Annotated[
        list[int] | None, typer.Option(help="Microphones; may be given again.", min=1)
    ] = None,
    seconds: Annotated[float, typer.Option(min=1, help="That are counted, each time.")] = 20.0,
) -> None:
    """What listening costs: a call of two people through many microphones, in real time."""
    from benchmarks.sound_load import sound_load, sound_table

    found = [sound_load(count, seconds, _progress) for count in sessions or [4, 16]]
    console = Console(highlight=False)
    if not console.is_terminal:  # rich would take 80 columns and break the rows
        console = Console(highlight=False, width=140)
    console.print(sound_table(found))


def _progress(line: str) -> None:
    typer.echo(line, err=True)
