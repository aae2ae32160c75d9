"""What a client of the service does: sockets, requests, pictures with times of their own."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any, Self, TypeVar
from urllib.parse import quote

import httpx
import numpy as np
from prometheus_client.parser import text_string_to_metric_families
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from benchmarks.service import Service, sockets_url
from tests.media import jpeg, portrait, room

Found = TypeVar("Found")

PATIENCE = 20.0
"""Seconds after which what did not happen will not happen."""
QUICK: dict[str, dict[str, float | bool]] = {
    "nobody": {"hold": 0.3, "clear_after": 0.3, "cooldown": 0},
    "gaze_away": {"enabled": False},
    "head_turned": {"enabled": False},
}
"""Rules under which a few pictures raise an alert."""


@cache
def somebody(grain: int = 0) -> bytes:
    """Somebody; with another grain for each picture of a camera that is not frozen."""
    noise = np.random.default_rng(grain).normal(0, 4 if grain else 0, portrait().shape)
    return jpeg(np.clip(portrait() + noise, 0, 255).astype(np.uint8))


@cache
def nobody() -> bytes:
    return jpeg(room())


def wait_for(find: Callable[[], Found | None]) -> Found:
    """What it finds, once it finds something."""
    end = time.monotonic() + PATIENCE
    while (found := find()) is None:
        assert time.monotonic() < end, "did not happen in time"
        time.sleep(0.005)
    return found


def wait_until(condition: Callable[[], bool]) -> None:
    wait_for(lambda: condition() or None)


def stamped(at: float, payload: bytes) -> bytes:
    """A message that carries its own time, in seconds."""
    return round(at * 1e6).to_bytes(8, "big") + payload


def in_path(session_id: str) -> str:
    """Percent-encoded, dots too: httpx would resolve ".."."""
    return quote(session_id, safe="").replace(".", "%2E")


class Camera:
    """A video socket whose pictures carry their own times."""

    def __init__(self, client: "Client", session_id: str, socket: ClientConnection) -> None:
        self.client = client
        self.session_id = session_id
        self.socket = socket

    def show(self, picture: bytes, at: float) -> None:
        """Send it and wait until it was looked at."""
        self.socket.send(stamped(at, picture))
        wait_until(lambda: self._seen() == round(at, 3))

    def leave_and_return(self, at: float) -> None:
        """One episode of `nobody` from `at` on, which ends 1.2 seconds later."""
        for picture, later in ((nobody(), 0.0), (nobody(), 0.4), (somebody(), 0.8)):
            self.show(picture, at + later)
        self.show(somebody(), at + 1.2)

    def _seen(self) -> float | None:
        now: dict[str, float] | None = self.client.live(self.session_id)["now"]
        return None if now is None else now["at"]


class Client:
    """Talks to one service."""

    def __init__(self, service: Service, token: str | None = None) -> None:
        """`token`: None shows none."""
        self.service = service
        self.headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        self.http = httpx.Client(
            base_url=service.url, headers=self.headers, trust_env=False, timeout=PATIENCE
        )
        self._sockets = sockets_url(service.url)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.http.close()

    def create(self, session_id: str, **body: Any) -> httpx.Response:
        return self.http.post("/v1/sessions", json={"id": session_id, **body})

    def get(self, session_id: str, part: str = "", **query: Any) -> httpx.Response:
        return self.http.get(f"/v1/sessions/{in_path(session_id)}{part}", params=query)

    def order(self, session_id: str, verb: str) -> httpx.Response:
        """start, pause or stop."""
        return self.http.post(f"/v1/sessions/{in_path(session_id)}/{verb}")

    def delete(self, session_id: str) -> httpx.Response:
        return self.http.delete(f"/v1/sessions/{in_path(session_id)}")

    def live(self, session_id: str) -> dict[str, Any]:
        """What only a running session has; a socket that was just opened may still begin it."""
        live: dict[str, Any] = wait_for(lambda: self.get(session_id).json().get("live"))
        return live

    def events(self, session_id: str, **query: Any) -> list[dict[str, Any]]:
        """As REST tells them."""
        found: list[dict[str, Any]] = self.get(session_id, "/events", **query).json()["events"]
        return found

    def metric(self, name: str, **labels: str) -> float:
        """0 where it was never counted."""
        families = text_string_to_metric_families(self.http.get("/metrics").text)
        samples = (sample for family in families for sample in family.samples)
        return sum(s.value for s in samples if s.name == name and s.labels == labels)

    def raw_socket(self, path: str) -> Any:
        """Any path below the sockets', as a context."""
        return connect(
            f"{self._sockets}/{path}",
            additional_headers=self.headers,
            proxy=None,
            compression=None,
        )

    def socket(self, session_id: str, track: str, query: str = "") -> Any:
        """One of the three, as a context."""
        return self.raw_socket(f"{in_path(session_id)}/{track}{query and '?' + query}")

    @contextmanager
    def viewer(
        self, session_id: str, after: int | None = None, *, detailed: bool = False
    ) -> Iterator[ClientConnection]:
        """An events socket that is being served; `detailed`: with what each look found."""
        viewers = self.metric("proctor_viewers")
        given = {"after": after, "detail": "analysis" if detailed else None}
        query = "&".join(f"{name}={value}" for name, value in given.items() if value is not None)
        with self.socket(session_id, "events", query) as socket:
            wait_until(lambda: self.metric("proctor_viewers") == viewers + 1)
            yield socket

    @contextmanager
    def camera(self, session_id: str, **body: Any) -> Iterator[Camera]:
        """A session that is quick to tell, and who sends its pictures."""
        self.create(session_id, **{"rules": QUICK, **body}).raise_for_status()
        with self.socket(session_id, "video", "clock=source") as socket:
            yield Camera(self, session_id, socket)


def read_message(socket: ClientConnection, count: int) -> dict[str, Any]:
    """The next `count` events of an events socket, as if they had come in one message."""
    message: dict[str, Any] = {"alerts": [], "events": []}
    while len(message["events"]) < count:
        part = json.loads(socket.recv(timeout=PATIENCE))
        assert part.keys() == message.keys()
        for key in message:
            message[key] += part[key]
    assert len(message["events"]) == count
    return message


def read_events(socket: ClientConnection, count: int) -> list[dict[str, Any]]:
    """The next `count` events of an events socket."""
    events: list[dict[str, Any]] = read_message(socket, count)["events"]
    return events


def closing(socket: ClientConnection) -> tuple[int, str]:
    """With which code and reason the service closes it."""
    try:
        while True:
            socket.recv(timeout=PATIENCE)
    except ConnectionClosed as closed:
        if closed.rcvd is None:
            raise
        return closed.rcvd.code, closed.rcvd.reason


def says_nothing(socket: ClientConnection) -> bool:
    try:
        socket.recv(timeout=0.05)
    except TimeoutError:
        return True
    return False
