"""`run.py bench`: what this machine can do."""

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from benchmarks.accuracy.labels import Kind
from cli import bench_adapter, bench_endurance, bench_liveness, bench_page, bench_voices

if TYPE_CHECKING:
    from benchmarks.load import Load, Plan

app = typer.Typer(help="Measure this machine.", no_args_is_help=True)
for command in (
    bench_endurance.soak,
    bench_endurance.abuse,
    bench_endurance.kill,
    bench_voices.voices,
    bench_voices.sound,
    bench_adapter.adapter,
    bench_liveness.liveness,
    bench_page.page,
):
    app.command()(command)


class Stub(StrEnum):
    """What is left out of the service that is measured."""

    NONE = "none"
    KERNELS = "kernels"


@app.command()
def stages(
    rounds: Annotated[int, typer.Option(min=10, help="Times that each stage is run.")] = 200,
) -> None:
    """Milliseconds of each stage of a frame, on one thread."""
    from benchmarks.stages import machine, stages_table

    console = _console()
    console.print(machine())
    console.print(stages_table(rounds))


@app.command()
def load(
    sessions: Annotated[
        str, typer.Option(metavar="N[,N…]", help="How many at once; one measurement for each N.")
    ] = "8",
    fps: Annotated[float, typer.Option(min=1, help="Frames per second of each camera.")] = 30.0,
    seconds: Annotated[
        float, typer.Option(min=1, help="Of each measurement, after 5 s of warming up.")
    ] = 20.0,
    width: Annotated[int, typer.Option(min=64, help="Pixels of a frame.")] = 640,
    height: Annotated[int, typer.Option(min=64, help="Pixels of a frame.")] = 480,
    url: Annotated[
        str | None, typer.Option(help="A running service (default: one is started for it).")
    ] = None,
    stub: Annotated[
        Stub, typer.Option(help="kernels: neither JPEG decoder nor models run, all else does.")
    ] = Stub.NONE,
    share: Annotated[
        bool, typer.Option("--share", help="Measure with and without decoder and models.")
    ] = False,
    find_limit: Annotated[
        bool,
        typer.Option(
            "--find-limit",
            help="Look for the most sessions with 99 % of the full cadence and a p99 below 100 ms.",
        ),
    ] = False,
) -> None:
    """Play real JPEGs through many sessions at once: what is analysed, how late, at what cost.

    With the detector that the service would use (PROCTOR_OBJECTS), if its weights are here. The
    cameras run in a process of their own, on this machine too. Close what else needs CPU.
    """
    from app.settings import load_settings
    from benchmarks.load import Plan, written_clip

    numbers = _numbers(sessions)
    if url is not None and (share or stub is not Stub.NONE):
        raise typer.BadParameter("a running service cannot be stubbed: leave --url out")
    if share and find_limit:
        raise typer.BadParameter("--share compares at given numbers: leave --find-limit out")
    settings = load_settings()
    plan = Plan(
        fps=fps,
        seconds=seconds,
        width=width,
        height=height,
        face_every=settings.face_every,
        objects_every=settings.objects_every,
    )
    _progress(f"preparing the clip: {width}x{height}, JPEG …")
    with written_clip(plan) as clip:
        stubs = tuple(Stub) if share else (stub,)
        found = [_measured(url, kind, clip, plan, numbers, find_limit) for kind in stubs]
    if share:
        for full, rest in zip(*found, strict=True):
            _print_share(full, rest)


def _measured(
    url: str | None, stub: Stub, clip: Path, plan: "Plan", numbers: list[int], find_limit: bool
) -> list["Load"]:
    from benchmarks.load import largest, measure
    from benchmarks.load_table import around, load_table, remarks, summary

    loads: list[Load] = []
    with _service(url, stub) as (address, pid):

        def keeps_up(sessions: int) -> bool:
            _progress(f"{sessions} sessions, stub {stub}: {plan.warm_up + plan.seconds:.0f} s …")
            found = measure(address, pid, clip, plan, sessions)
            loads.append(found)
            _progress(f"  {summary(found)}")
            return found.keeps_up

        if find_limit:
            most = largest(keeps_up, numbers[0])
            loads = around(loads, most)
        else:
            for sessions in numbers:
                keeps_up(sessions)
    console = _console()
    console.print(load_table(loads, f"{plan.width}x{plan.height} at {plan.fps:g} fps, stub {stub}"))
    for line in remarks(loads):
        console.print(line)
    if find_limit:
        console.print(f"[bold]at most {most} sessions")
    return loads


@contextmanager
def _service(url: str | None, stub: Stub) -> Iterator[tuple[str, int | None]]:
    from benchmarks.process import local_pid
    from benchmarks.service import running_service, wait_for_objects, wait_until_ready

    if url is not None:
        wait_until_ready(url)
        yield url, local_pid(url)
        return
    command = ("-m", "benchmarks.stub_server", stub)
    with running_service(command) as service:
        wait_for_objects(service.url)
        yield service.url, service.pid


def _print_share(full: "Load", rest: "Load") -> None:
    if full.service is None or rest.service is None:
        return
    with_kernels = full.per_session(full.service.total_ms)
    without = rest.per_session(rest.service.total_ms)
    _console().print(
        f"[bold]{full.sessions} sessions: non-kernel share {without / with_kernels:.0%}[/bold] "
        f"({without:.1f} of {with_kernels:.1f} ms per second of session)"
    )
    if full.rate < 0.99 * rest.rate:
        _console().print("[red]too high: the whole service analysed fewer frames than the stub")


def _numbers(sessions: str) -> list[int]:
    numbers = [int(part) for part in sessions.split(",") if part.strip().isdecimal()]
    if len(numbers) != sessions.count(",") + 1 or 0 in numbers:
        raise typer.BadParameter(f"{sessions!r} is no list of numbers such as 8 or 8,16")
    return numbers


def _console() -> Console:
    """Without a terminal rich takes 80 columns and breaks the rows."""
    console = Console(highlight=False)
    return console if console.is_terminal else Console(highlight=False, width=120)


def _progress(line: str) -> None:
    typer.echo(line, err=True)


LABELS = """Score labelled media: one table, as JSON too, and pictures of the worst cases.

What is scored follows from the label files in the folder and below:

\b
head pose  PICTURE.mat beside it (Pose_Para of 300W-LP and AFLW2000),
           or head_pose.csv: file,yaw,pitch,roll in degrees, after the lines
             # yaw: + is the candidate's left
             # pitch: + is up
             # roll: + is the candidate's right shoulder
gaze       gaze.csv: file,from,to,direction (left, right, up, down: the
           candidate's own; or screen); seconds, left empty for pictures
blinks     blinks.csv: video,time (a line for each blink) or video,count
objects    images/ and labels/ as YOLO has them, with COCO's 80 classes
episodes   VIDEO.timeline.toml: [\\[episode]] with kind, from, to, label;
           above them, if needed: purpose, mirrored, kinds (what is
           labelled), \\[rules.KIND]
--slices   also reads glasses.csv: file,glasses (yes or no)

benchmarks/README.md explains each. The pictures of the worst cases show the
people in the media: keep them as you keep the media.
"""


@app.command(help=LABELS)
def accuracy(
    folder: Annotated[Path, typer.Argument(help="Labelled media.")],
    slices: Annotated[
        bool, typer.Option("--slices", help="Each figure by brightness, face size, glasses too.")
    ] = False,
    out: Annotated[Path, typer.Option(help="Where the card goes.")] = Path("accuracy"),
    only: Annotated[
        list[Kind] | None, typer.Option(help="Score these only; may be given again.")
    ] = None,
) -> None:
    from benchmarks.accuracy.command import run

    run(folder, slices=slices, out=out, only=only or (), console=_console(), progress=_progress)
