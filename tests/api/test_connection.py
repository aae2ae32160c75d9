"""Clients that ask too much of a socket."""

import socket
from urllib.parse import urlsplit

import pytest

from app.api.connection import MOST_UNREAD
from tests.api.client import Client, closing, wait_until

PING = b"\x89\xfd" + bytes(4 + 125)
"""With the most that a ping may carry, masked with zeros."""


def handshaken(client: Client, path: str) -> socket.socket:
    """A WebSocket that nobody reads."""
    parts = urlsplit(client.service.url)
    held = socket.socket()
    held.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    held.settimeout(20.0)
    held.connect((parts.hostname, parts.port))
    held.sendall(
        f"GET /ws/proctor/{path} HTTP/1.1\r\nHost: {parts.netloc}\r\nUpgrade: websocket\r\n"
        "Connection: Upgrade\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
        "Sec-WebSocket-Version: 13\r\n\r\n".encode()
    )
    return held


def test_who_pings_and_never_reads_is_cut_off(client: Client) -> None:
    viewers = client.metric("proctor_viewers")
    with handshaken(client, "pinging/events") as held:
        wait_until(lambda: client.metric("proctor_viewers") == viewers + 1)
        with pytest.raises(ConnectionError):
            held.sendall(PING * (64 * MOST_UNREAD // len(PING)))
        wait_until(lambda: client.metric("proctor_viewers") == viewers)


def test_who_pings_and_reads_is_answered(client: Client) -> None:
    with client.viewer("answered") as viewer:
        for _ in range(2 * MOST_UNREAD // 125):
            assert viewer.ping(bytes(125)).wait(20.0)


@pytest.mark.parametrize("track", ["video", "audio", "events"])
def test_text_that_is_none_closes_its_socket_without_a_traceback(
    client: Client, track: str
) -> None:
    with client.socket("no text", track) as connection:
        connection.socket.sendall(b"\x81\x82\0\0\0\0\xff\xfe")
        assert closing(connection)[0] == 1007
