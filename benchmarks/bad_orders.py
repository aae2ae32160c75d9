"""Bad requests, ids, connections and moments: the second half of the deeds."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from urllib.parse import quote

from benchmarks.neighbour import NOTHING, Neighbour, closing, send_until_closed

Row = tuple[str, Callable[[Neighbour], Awaitable[str]], set[str]]

BAD_IDS = ("%00", "a%0Ab", "%ZZ", "%FF", "x" * 257, "%F0%9F%98", "a%7F", "a%E2%80%AEb")
BAD_QUERIES = (
    "events?after=-1",
    "events?after=abc",
    "events?after=1e3",
    "events?after=99999999999999999999",
    "events?after=%D9%A3",
    "video?clock=mars",
    "audio?clock=",
)
BAD_BODIES: tuple[bytes, ...] = (
    b"",
    b"{",
    b"null",
    b"[]",
    b"\xff\xfe",
    b'{"id": 7}',
    b'{"id": ""}',
    b'{"id": null}',
    b'{"id": "a", "unknown": 1}',
    b'{"id": "a", "mirrored": "perhaps"}',
    b'{"id": "a", "purpose": "spying"}',
    b'{"id": "a", "rules": {"gaze_away": {"hold": NaN}}}',
    b'{"id": "a", "rules": {"gaze_away": {"hold": -1e999}}}',
    b'{"id": "a", "rules": {"gaze_away": {"hold": "long"}}}',
    b'{"id": "a", "rules": {"gaze_away": {"hold": -1}}}',
    b'{"id": "a", "rules": {"gaze_away": {"nonsense": 1}}}',
    b'{"id": "a", "rules": {"nonsense": {}}}',
    b'{"id": "a", "rules": [1]}',
    b'{"id": "\\ud800"}',
    b'{"id": "a\\u0000b"}',
    json.dumps({"id": "x" * 257}).encode(),
    b'{"id": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    b'{"id": "a", "rules": ' + b'{"a":' * 50_000 + b"1" + b"}" * 50_000 + b"}",
    b'{"id": "a", "rules": {"gaze_away": {"hold": ' + b"9" * 5000 + b"}}}",
)
BAD_REQUESTS = (
    ("GET", "/v1/sessions?limit=100000"),
    ("GET", "/v1/sessions?limit=NaN"),
    ("GET", "/v1/sessions?offset=-1"),
    ("GET", "/v1/sessions?offset=99999999999999999999"),
    ("GET", "/v1/sessions?state=asleep"),
    ("GET", "/v1/sessions/unheard-of"),
    ("GET", "/v1/sessions/%00"),
    ("GET", "/v1/sessions/%FF"),
    ("GET", "/v1/sessions/unheard-of/events?after=99999999999"),
    ("GET", "/v1/sessions/unheard-of/secrets"),
    ("POST", "/v1/sessions/unheard-of/start"),
    ("POST", "/v1/sessions/unheard-of/pause"),
    ("DELETE", "/v1/sessions/unheard-of"),
    ("DELETE", "/v1/sessions"),
    ("PUT", "/v1/sessions/unheard-of"),
    ("GET", "/ui/..%2Frun.py"),
    ("GET", "/%2e%2e/%2e%2e/etc/passwd"),
)
PING = b"\x89\xfd" + bytes(4 + 125)
MOST_PINGS = 64 * 2**20
"""Bytes: far more than the sockets' own buffers hold."""
HANDSHAKE = (
    "GET /ws/proctor/{path} HTTP/1.1\r\nHost: {host}:{port}\r\nUpgrade: websocket\r\n"
    "Connection: Upgrade\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
    "Sec-WebSocket-Version: 13\r\n\r\n"
)


def orders() -> list[Row]:
    """What it is called, how it is done, what must be answered."""
    refused = {"HTTP 4xx"}
    return [
        ("bad id on a socket", _bad_id, {"closed 4400"}),
        ("bad query on a socket", _bad_query, {"closed 4400"}),
        ("page of another site", _foreign_page, {"HTTP 403"}),
        ("bad body", _bad_body, refused),
        ("bad request", _bad_request, refused),
        ("body of 8 MiB", _large_body, refused),
        ("requests that are no HTTP", _no_http, {"HTTP 400", "HTTP 4xx"}),
        ("connection left half open", _half_open, {NOTHING}),
        ("socket gone in the middle of a frame", _cut_off, {NOTHING}),
        ("picture sent in drops", _slowly, {"looked at"}),
        ("viewer that never reads", _deaf, {NOTHING}),
        ("pings without end, never read", _pinging, {"cut off"}),
        ("a second sender", _second_sender, {"closed 4409"}),
        ("DELETE while frames fly", _delete, {"closed 4404, then closed 4404"}),
        ("stop while frames fly", _stop, {"closed 4410, then closed 4410"}),
    ]


async def _bad_id(bad: Neighbour) -> str:
    track = bad.chance.choice(("video", "audio", "events"))
    return await bad.refused(f"{bad.chance.choice(BAD_IDS)}/{track}")


async def _bad_query(bad: Neighbour) -> str:
    return await bad.refused(f"{bad.name}/{bad.chance.choice(BAD_QUERIES)}")


async def _foreign_page(bad: Neighbour) -> str:
    return await bad.refused(f"{bad.name}/video", origin="https://evil.example")


async def _bad_body(bad: Neighbour) -> str:
    body = bad.chance.choice(BAD_BODIES)
    headers = {"content-type": "application/json"}
    answer = await bad.api.post("/v1/sessions", content=body, headers=headers)
    return _class_of(answer.status_code, f" to {body[:60]!r}")


async def _large_body(bad: Neighbour) -> str:
    """With its length, or in pieces without a word of how many come."""

    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(8):
            yield b" " * 2**20

    body = bad.chance.choice((b" " * 2**23, pieces()))
    answer = await bad.api.post("/v1/sessions", content=body)
    return _class_of(answer.status_code, " to a large body")


async def _bad_request(bad: Neighbour) -> str:
    method, path = bad.chance.choice(BAD_REQUESTS)
    answer = await bad.api.request(method, path)
    return _class_of(answer.status_code, f" to {method} {path}")


async def _no_http(bad: Neighbour) -> str:
    reader, writer = await asyncio.open_connection(*bad.address)
    writer.write(bad.chance.choice((b"\x16\x03\x01\x02\0" + bytes(64), b"HELO mail\r\n\r\n")))
    answer = await reader.read(64)
    writer.close()
    return f"HTTP {answer[9:12].decode()}" if answer else "closed without a word"


def _class_of(status: int, where: str) -> str:
    return "HTTP 4xx" if 400 <= status < 500 else f"HTTP {status}{where}"


async def _half_open(bad: Neighbour) -> str:
    whole = _handshake(bad, f"{bad.name}/video")
    await bad.hold(whole[: bad.chance.randrange(len(whole) - 2)])
    return NOTHING


async def _deaf(bad: Neighbour) -> str:
    await bad.hold(_handshake(bad, "good/events?after=0"))
    return NOTHING


def _handshake(bad: Neighbour, path: str) -> bytes:
    host, port = bad.address
    return HANDSHAKE.format(path=path, host=host, port=port).encode()


async def _cut_off(bad: Neighbour) -> str:
    """What did not arrive whole is no message and is counted nowhere."""
    session_id = bad.fresh_id()
    async with bad.track(session_id, "video") as websocket:
        await bad.live(session_id)
        head = b"\x82\xfe" + len(bad.jpeg).to_bytes(2, "big") + bytes(4)
        websocket.transport.write(head + bad.jpeg[: bad.chance.randrange(len(bad.jpeg))])
        await asyncio.sleep(0)
        websocket.transport.abort()
    while (live := await bad.live(session_id))["publishing"]:
        await asyncio.sleep(0.01)
    received = live["frames"]["received"]
    return f"{received} frames counted" if received else NOTHING


async def _slowly(bad: Neighbour) -> str:
    """One message in eight pieces with pauses between them."""
    size = len(bad.jpeg) // 8 + 1

    async def drops() -> AsyncIterator[bytes]:
        for start in range(0, len(bad.jpeg), size):
            yield bad.jpeg[start : start + size]
            await asyncio.sleep(0.02)

    async with bad.track(bad.name, "video") as websocket:
        before = (await bad.live(bad.name))["frames"]["received"]
        await websocket.send(drops())
        answer = await bad.fate(websocket, bad.jpeg, bad.name)
        after = (await bad.live(bad.name))["frames"]["received"]
    return answer if after == before + 2 else f"{after - before} frames of 2"


async def _pinging(bad: Neighbour) -> str:
    """Every answer is as long as its question, and stays in the service until it is read."""
    viewer = await bad.hold(_handshake(bad, f"{bad.name}/events"))
    loop, pings = asyncio.get_running_loop(), PING * 1000
    try:
        for _ in range(MOST_PINGS // len(pings)):
            await loop.sock_sendall(viewer, pings)
    except ConnectionError:
        return "cut off"
    return "still open"


async def _second_sender(bad: Neighbour) -> str:
    async with bad.track(bad.name, "video") as first:
        await bad.live(bad.name)
        async with bad.track(bad.name, "video"):
            return await closing(first)


async def _delete(bad: Neighbour) -> str:
    return await _end_in_flight(bad, "DELETE", "")


async def _stop(bad: Neighbour) -> str:
    return await _end_in_flight(bad, "POST", "/stop")


async def _end_in_flight(bad: Neighbour, method: str, order: str) -> str:
    session_id = bad.fresh_id()
    async with bad.track(session_id, "video") as websocket:
        await bad.live(session_id)
        sending = asyncio.create_task(send_until_closed(websocket, bad.jpeg))
        await asyncio.sleep(bad.chance.uniform(0.0, 0.05))
        answer = await bad.api.request(method, f"/v1/sessions/{quote(session_id, safe='')}{order}")
        first = await closing(websocket)
        sending.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await sending
    again = await bad.refused(f"{session_id}/video")
    return f"{first}, then {again}" if answer.is_success else f"HTTP {answer.status_code}"
