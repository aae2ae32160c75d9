"""`run.py demo`: the generated clip, played through the sockets of a running service."""

import asyncio
import secrets
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

if TYPE_CHECKING:
    from benchmarks.portrait import Portrait
    from benchmarks.scenes import Act
    from cli.demo_report import Event, Shown
    from client_adapter.sockets import ProctorSockets

DEFAULT_URL = "http://127.0.0.1:8000"
FPS = 30.0
LAST_WORDS_SECONDS = 1.0
"""For the analysis of the last frames."""
DELIVERY_SECONDS = 10.0
"""For events that are stored but not told yet."""


def demo(
    url: Annotated[
        str, typer.Option(help="The service to play to; where none answers here, one is started.")
    ] = DEFAULT_URL,
    seconds: Annotated[
        float | None, typer.Option(help="Play only the scenes that end within so many seconds.")
    ] = None,
    loop: Annotated[
        bool, typer.Option("--loop", help="Play again and again, until Ctrl-C.")
    ] = False,
) -> None:
    """Play a generated clip through the service and print the alerts as they come.

    A person faces the screen, looks away, turns the head, leaves, and is not alone. The 43 seconds
    are made from a portrait in the public domain: no camera is needed. At the end a table compares
    what was shown with what was reported; exit code 0 says that each scene raised its alert and
    nothing else did.
    """
    from httpx import HTTPError

    from benchmarks.scenes import DEMO
    from benchmarks.service import ServiceError
    from cli.demo_report import schedule, summary

    acts = [
        act
        for act, shown in zip(DEMO, schedule(DEMO, 0.0), strict=True)
        if seconds is None or shown.ended <= seconds
    ]
    if not acts:
        raise typer.BadParameter(f"the first scene takes {DEMO[0].seconds:g} s")
    console = Console(highlight=False, width=None if sys.stdout.isatty() else 120)
    with _service(url, console) as address:
        console.print("preparing the portrait: 5 seconds or so …")
        portrait = _portrait()
        try:
            shown, events = asyncio.run(_play(address, portrait, acts, loop, console))
        except (ConnectionError, HTTPError) as error:
            raise ServiceError(f"the service at {address} is gone: {error}") from error
    table, wrong = summary(shown, events)
    console.print(table)
    for line in wrong:
        console.print(f"[red]{line}")
    if wrong:
        raise typer.Exit(1)
    console.print("[green]each scene raised its alert, and nothing else did")


@contextmanager
def _service(url: str, console: Console) -> Iterator[str]:
    from benchmarks.service import ServiceError, is_ready, running_service, wait_until_ready

    ready = is_ready(url)
    if ready is not None:
        if not ready:
            console.print(f"the service at {url} is not ready yet: waiting …")
            wait_until_ready(url)
        yield url.rstrip("/")
    elif url == DEFAULT_URL:
        console.print(f"no service answers at {url}: starting one, with a database of its own …")
        with running_service() as service:
            yield service.url
    else:
        raise ServiceError(f"no service answers at {url}; start one with: run.py serve")


def _portrait() -> "Portrait":
    from app.vision.mediapipe_core import native_log_muted

    with native_log_muted():
        from benchmarks.portrait import Portrait

        return Portrait()


async def _play(
    url: str, portrait: "Portrait", acts: Sequence["Act"], loop: bool, console: Console
) -> tuple[list["Shown"], list["Event"]]:
    """Play the clip, once or until Ctrl-C. Returns the scenes played and the events told."""
    import httpx

    from benchmarks.service import sockets_url
    from client_adapter.sockets import ProctorSockets
    from client_adapter.tokens import Scope, from_environment, token_for

    session_id = f"demo-{secrets.token_hex(3)}"
    console.print(f"watch it in a browser: {url}/?session={session_id}\n")
    shown: list[Shown] = []
    told: list[Event] = []
    tokens = from_environment()
    token = await token_for(tokens, session_id, Scope.CONTROL)
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    async with (
        ProctorSockets(sockets_url(url), session_id=session_id, token_provider=tokens) as client,
        httpx.AsyncClient(base_url=url, headers=headers) as api,
    ):
        listening = asyncio.create_task(_listen(client, console, told))
        try:
            try:
                await _send_clip(client, portrait, acts, loop, console, shown)
                await asyncio.sleep(LAST_WORDS_SECONDS)
            except asyncio.CancelledError:
                console.print("stopped; the scene that was interrupted does not count")
                del shown[-1:]
            stopped = (await api.post(f"/v1/sessions/{session_id}/stop")).raise_for_status()
            with suppress(TimeoutError):
                async with asyncio.timeout(DELIVERY_SECONDS):
                    while len(told) < stopped.json()["last_seq"]:
                        await asyncio.sleep(0.05)
        finally:
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)
    return shown, told


async def _listen(client: "ProctorSockets", console: Console, told: list["Event"]) -> None:
    from cli.demo_report import sentence

    async for message in client.events(after=0):
        for event in message["events"]:
            console.print(sentence(event))
            told.append(event)


async def _send_clip(
    client: "ProctorSockets",
    portrait: "Portrait",
    acts: Sequence["Act"],
    loop: bool,
    console: Console,
    shown: list["Shown"],
) -> None:
    """Frame by frame in real time, each with its own time: a busy machine only plays slower."""
    from benchmarks.portrait import jpegs
    from cli.demo_report import DOES, clock, schedule

    began, at, number = time.monotonic(), 0.0, 0
    while number == 0 or loop:
        coming = schedule(acts, at)
        pictures = jpegs(portrait.frames(acts, FPS))
        while (jpeg := await asyncio.to_thread(next, pictures, None)) is not None:
            if coming and at >= coming[0].began - 1e-6:
                shown.append(coming.pop(0))
                console.print(f"{clock(at)} [dim]now: {DOES[shown[-1].scene]}")
            began = max(began, time.monotonic() - at)
            await asyncio.sleep(began + at - time.monotonic())
            await client.send_frame(jpeg, at)
            number += 1
            at = number / FPS
