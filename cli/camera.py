"""`run.py camera`: the service with a camera, a file or a stream of its own."""

from typing import Annotated

import typer

Host = Annotated[
    str | None, typer.Option(help="Address to listen on (default: PROCTOR_HOST or 127.0.0.1).")
]
Port = Annotated[
    int | None, typer.Option(help="Port to listen on (default: PROCTOR_PORT or 8000).", min=0)
]


def camera(
    source: Annotated[
        str | None,
        typer.Option(
            help="0 for the first camera of this machine, a device, a video file, or a stream such "
            "as rtsp://… (default: PROCTOR_CAMERA or 0)."
        ),
    ] = None,
    loop: Annotated[
        bool,
        typer.Option(
            "--loop",
            help="Play a file again and again. It is told as what it is: a feed that repeats.",
        ),
    ] = False,
    session: Annotated[
        str | None,
        typer.Option(help="The session's id (default: PROCTOR_CAMERA_SESSION or camera)."),
    ] = None,
    host: Host = None,
    port: Port = None,
) -> None:
    """Start the service and let it watch a camera of its own.

    Its pictures take the same way as those that come over the network: they can be watched at
    /?session=camera, with what is seen drawn into them at /video_feed, and the alerts come at
    /events too. After a file's end its session is stopped and the service stays, until Ctrl-C;
    a camera or a stream that breaks is opened again.

    Pictures alone: the sound of a file or a camera is not heard. `python -m client_adapter.stream
    FILE` plays a file with its sound into a running service.
    """
    from app.settings import load_settings
    from app.vision.capture import LONGEST_SIDE, Source, check

    chosen = {
        "camera": source,
        "camera_loop": loop or None,
        "camera_session": session,
        "host": host,
        "port": port,
    }
    given = {name: value for name, value in chosen.items() if value is not None}
    settings = load_settings(**given, camera_start=True)
    if not settings.camera:
        settings = settings.model_copy(update={"camera": "0"})
    found = Source.of(settings.camera)
    check(found, settings.min_frame_side, min(LONGEST_SIDE, settings.max_frame_side))

    from app.main import serve  # it loads much: what cannot be is told before
    from app.session.names import check_id

    check_id(settings.camera_session)
    serve(settings)
