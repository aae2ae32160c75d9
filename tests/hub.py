"""A hub on loopback that lets nobody have anything."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self


class ClosedHub(ThreadingHTTPServer):
    """Every request gets this status and these headers."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, status: int, **headers: str) -> None:
        super().__init__(("127.0.0.1", 0), _Refusal)
        self.status = status
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}
        self.tokens: list[str | None] = []
        """The Authorization header of each request so far."""
        self.paths: list[str] = []

    def __enter__(self) -> Self:
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *error: object) -> None:
        self.shutdown()
        self.server_close()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Refusal(BaseHTTPRequestHandler):
    server: ClosedHub

    def do_GET(self) -> None:
        self.server.tokens.append(self.headers.get("Authorization"))
        self.server.paths.append(self.path)
        self.send_response(self.server.status)
        for name, value in self.server.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_HEAD = do_GET  # noqa: N815  the name that http.server calls

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""
