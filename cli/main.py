"""All commands."""

import sys
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from app.errors import ProctorError
from cli import bench, camera, demo, models, token
from cli.helping import help_of

app = typer.Typer(
    help="Watches a live exam or interview and says at once, with evidence, what an invigilator "
    "would want to know. Without a command, the service starts (the same as `serve`).",
    no_args_is_help=False,
    pretty_exceptions_enable=False,
    add_completion=False,
)
app.add_typer(models.app, name="models")
app.add_typer(bench.app, name="bench")
for command in (camera.camera, demo.demo, token.token):
    app.command(help=help_of(command))(command)

Host = Annotated[
    str | None, typer.Option(help="Address to listen on (default: PROCTOR_HOST or 127.0.0.1).")
]
Port = Annotated[
    int | None, typer.Option(help="Port to listen on (default: PROCTOR_PORT or 8000).", min=0)
]


@app.callback(invoke_without_command=True)
def start(context: typer.Context, host: Host = None, port: Port = None) -> None:
    if context.invoked_subcommand is None:
        serve(host, port)


@app.command()
def serve(host: Host = None, port: Port = None) -> None:
    """Start the service with its page. Settings: the README's table (PROCTOR_…)."""
    from app.main import serve as run_service
    from app.settings import load_settings

    chosen = {"host": host, "port": port}
    run_service(load_settings(**{name: v for name, v in chosen.items() if v is not None}))


def main() -> None:
    """Run; what goes wrong on purpose is one clear line."""
    try:
        app()
    except ProctorError as error:
        complaint = Text.assemble(("error:", "red"), f" {error}")  # whatever brackets it holds
        Console(stderr=True).print(complaint, soft_wrap=True)
        sys.exit(1)
