"""`run.py bench soak|abuse|kill`: what a service endures."""

from pathlib import Path
from typing import Annotated

import typer

from cli.tables import progress, show

Seed = Annotated[int, typer.Option(help="The same seed does the same.")]


def soak(
    minutes: Annotated[float, typer.Option(min=0.1, help="How long.")] = 20.0,
    sessions: Annotated[int, typer.Option(min=2, help="Sessions that last throughout.")] = 12,
    url: Annotated[
        str | None, typer.Option(help="A running service (default: one is started for it).")
    ] = None,
    picture: Annotated[
        Path | None, typer.Option(help="Draw memory and latency over time into this SVG file.")
    ] = None,
) -> None:
    """Cameras, sessions that come and go, viewers: does memory grow, does latency drift?

    Exit code 1 if counters do not add up or a session was lost.
    """
    from benchmarks.soak import Plan
    from benchmarks.soak import soak as measure
    from benchmarks.soak_picture import svg
    from benchmarks.soak_table import soak_table, soak_verdict

    found = measure(Plan(minutes=minutes, sessions=sessions), url, progress=progress)
    if picture is not None:
        picture.write_text(svg(found))
    show(soak_table(found), soak_verdict(found), failed=bool(found.faults))


def abuse(
    messages: Annotated[int, typer.Option(min=1, help="How many bad ones.")] = 1000,
    seed: Seed = 1,
) -> None:
    """A good session beside garbage, bombs, wrong types and rude connections.

    Exit code 1 if the good session's alerts changed, or anything was not answered as documented.
    """
    from benchmarks.abuse import abuse as measure
    from benchmarks.endurance_tables import abuse_table, abuse_verdict

    found = measure(messages, seed, progress=progress)
    show(abuse_table(found), abuse_verdict(found), failed=bool(found.faults))


def kill(
    rounds: Annotated[int, typer.Option(min=1, help="Times that the service is killed.")] = 200,
    seed: Annotated[int, typer.Option(help="Of the moments at which it is killed.")] = 1,
) -> None:
    """Kill a service with SIGKILL again and again: no alert that a viewer received may be lost.

    Exit code 1 on any loss, change, gap or duplicate.
    """
    from benchmarks.endurance_tables import kill_table, verdict
    from benchmarks.kill import kill_rounds

    found = kill_rounds(rounds, seed, progress=progress)
    show(kill_table(found), verdict(found.faults), failed=bool(found.faults))
