"""`run.py token`: a token for the service of these settings."""

from typing import Annotated

import typer

EVERYTHING = "control events ingest"
LONGEST = 10 * 365 * 1440
"""Minutes."""


def token(
    session: Annotated[str, typer.Option(help="The session's exact id; * is for all.")] = "*",
    scope: Annotated[
        str,
        typer.Option(
            help="What it allows, with spaces between: ingest (send pictures and sound), events "
            "(see the session and its alerts), control (create, change, delete and see it)."
        ),
    ] = EVERYTHING,
    minutes: Annotated[
        float,
        typer.Option(help="How long new connections may use it; 1440 at most with ingest."),
    ] = 60.0,
    room: Annotated[str | None, typer.Option(help="LiveKit's room of that session.")] = None,
) -> None:
    """Print a token for the service that has the same PROCTOR_API_KEY and PROCTOR_API_SECRET.

    LIVEKIT_API_KEY and LIVEKIT_API_SECRET do as well. Programs send the token in a header,
    Authorization: Bearer TOKEN; the page takes it from its address: http://…/#token=TOKEN.
    """
    from app.api.tokens import ALL_SESSIONS, LONGEST_INGEST, Grant, Scope, Tokens
    from app.errors import ConfigurationError
    from app.session.names import check_id
    from app.settings import load_settings

    words = scope.replace(",", " ").split()
    if not words or not {*words} <= {*Scope}:
        raise typer.BadParameter(f"--scope is some of: {EVERYTHING}")
    most = LONGEST_INGEST / 60 if Scope.INGEST in words else LONGEST
    if not 0.1 <= minutes <= most:
        raise typer.BadParameter(f"--minutes is 0.1 to {most:.0f} for this scope")
    if room and session == ALL_SESSIONS:
        raise typer.BadParameter("--room needs --session: a token for all sessions names no room")
    settings = load_settings()
    if not settings.guarded:
        raise ConfigurationError(
            "there is no secret to sign with: set PROCTOR_API_KEY and PROCTOR_API_SECRET (or "
            "LIVEKIT_API_KEY and LIVEKIT_API_SECRET) to what the service has. Without them it "
            "asks for no token"
        )
    grant = Grant(
        scopes=frozenset(map(Scope, words)),
        session=check_id(session),
        room=room or None,
        seconds=minutes * 60,
    )
    typer.echo(Tokens(settings.api_key, settings.api_secret.get_secret_value()).make(grant))
