"""All that the service's own API can be asked."""

from typing import Any

from tests.api.client import Client

SIGNED_OTHERWISE = {"/v1/livekit/webhook"}
"""What it is sent carries LiveKit's own signature."""
FOR_ALL = (("GET", "/v1/sessions"), ("GET", "/v1/wall"))
"""What tells of all sessions at once."""
ROUTED = "routed"


def routes(client: Client, session_id: str = ROUTED) -> list[tuple[str, str, str]]:
    """Each route of sessions: its method, its path, and its path as it is asked for."""
    paths: dict[str, dict[str, Any]] = client.http.get("/openapi.json").json()["paths"]
    return [
        (method.upper(), path, path.format(session_id=session_id))
        for path, methods in paths.items()
        if path.startswith("/v1/") and path not in SIGNED_OTHERWISE
        for method in methods
    ]
