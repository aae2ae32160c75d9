"""`run.py bench adapter`: what LiveKit's workers pay, and what they endure."""

from pathlib import Path
from typing import Annotated

import typer

from cli.tables import progress, show


def adapter(
    minutes: Annotated[float, typer.Option(min=0.1, help="Of the adapter at work.")] = 2.0,
    participants: Annotated[int, typer.Option(min=1, help="Watched by one worker.")] = 1,
    fps: Annotated[float, typer.Option(min=1, help="What the adapter sends, at most.")] = 30.0,
    picture: Annotated[
        Path | None, typer.Option(help="Draw memory and CPU over time into this SVG file.")
    ] = None,
    restart: Annotated[
        bool, typer.Option("--restart", help="Kill the service for 10 s under load, instead.")
    ] = False,
) -> None:
    """CPU and memory of the adapter: a real 720p track at 30 fps and speech, into a real service.

    The adapter has a process to itself. Feeding its tracks costs CPU there, too, since a local
    track's source lives where the track is: that is measured alone first, and subtracted.

    Exit code 1 if pictures failed, sound was lost, or anything was logged as an error. With
    --restart: if an alert was doubled, lost or never told, or lost sound was not stated.
    """
    if restart:
        _restart()
        return
    from benchmarks.adapter import Plan, measure
    from benchmarks.adapter_tables import adapter_picture, adapter_table, adapter_verdict

    plan = Plan(minutes=minutes, participants=participants, send_fps=fps)
    found = measure(plan, progress)
    if picture is not None:
        picture.write_text(adapter_picture(found))
    show(adapter_table(found), adapter_verdict(found), failed=bool(found.faults))


def _restart() -> None:
    from benchmarks.adapter_restart import Plan, restarts
    from benchmarks.adapter_tables import restart_table, restart_verdict

    found = restarts(Plan(), progress=progress)
    failed = any(each.faults for each in found)
    show(restart_table(found), restart_verdict(found), failed=failed)
