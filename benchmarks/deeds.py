"""The bad deeds of `bench abuse`, each with the answers that the README promises."""

import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from websockets.exceptions import ConnectionClosed

from benchmarks.bad_orders import orders
from benchmarks.bad_pictures import (
    GIF,
    claims,
    encoded,
    many_scans,
    mutated,
    progressive,
    without_tables,
)
from benchmarks.neighbour import Neighbour, closing, wait_for

MiB = 2**20
REASONS = ("not_jpeg", "truncated", "unsupported", "size", "undecodable")
ANY_FATE = frozenset({"looked at", *(f"refused: {reason}" for reason in REASONS)})


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """One kind of bad behaviour."""

    what: str
    do: Callable[[Neighbour], Awaitable[str]]
    answers: frozenset[str]
    """Those that are right."""


def deeds() -> tuple[Deed, ...]:
    """Every kind, in a fixed order."""
    made = (*_pictures(), *_sounds(), *_times(), *_other_messages(), *orders())
    return tuple(Deed(what=what, do=do, answers=frozenset(answers)) for what, do, answers in made)


Row = tuple[str, Callable[[Neighbour], Awaitable[str]], set[str] | frozenset[str]]


def _pictures() -> list[Row]:
    scans = many_scans(progressive())

    def picture(what: str, make: Callable[[Neighbour], bytes], *reasons: str) -> Row:
        async def send(bad: Neighbour) -> str:
            async with bad.track(bad.name, "video") as websocket:
                return await bad.fate(websocket, make(bad), bad.name)

        return what, send, {f"refused: {reason}" for reason in reasons}

    def cut(bad: Neighbour) -> bytes:
        return bad.jpeg[: bad.chance.randrange(4, len(bad.jpeg) - 2)]

    def garbage(bad: Neighbour) -> bytes:
        return b"\0" + bad.chance.randbytes(bad.chance.randrange(1, 60_000))

    def disguised(bad: Neighbour) -> bytes:
        return b"\xff\xd8\xff" + bad.chance.randbytes(bad.chance.randrange(1, 60_000))

    what, send, _ = picture("a JPEG with changed bytes", lambda bad: mutated(bad.jpeg, bad.chance))
    return [
        picture("random garbage", garbage, "not_jpeg"),
        picture("garbage that begins like a JPEG", disguised, *REASONS),
        (what, send, ANY_FATE),
        picture("a JPEG cut anywhere", cut, "truncated"),
        picture("PNG", lambda _: encoded(".png"), "not_jpeg"),
        picture("WebP", lambda _: encoded(".webp"), "not_jpeg"),
        picture("GIF", lambda _: GIF, "not_jpeg"),
        picture("empty message", lambda _: b"", "empty"),
        picture("bomb: 30000x30000", lambda bad: claims(bad.jpeg, 30_000, 30_000), "size"),
        picture("bomb: 1x1", lambda bad: claims(bad.jpeg, 1, 1), "size"),
        picture("bomb: 1000 progressive scans", lambda _: scans, "unsupported"),
        picture("12 bits", lambda bad: claims(bad.jpeg, 640, 480, bits=12), "unsupported"),
        picture("a JPEG without tables", lambda bad: without_tables(bad.jpeg), "undecodable"),
        picture("3 MiB", lambda bad: bad.jpeg + bytes(3 * MiB), "too_large"),
    ]


def _sounds() -> list[Row]:
    async def send(bad: Neighbour, pieces: list[bytes]) -> str:
        """The session counts whole samples; half a one ends with its connection."""

        async def received() -> int:
            count: int = (await bad.live(bad.name))["samples"]["received"]
            return count

        async with bad.track(bad.name, "audio") as websocket:
            before, wanted = await received(), sum(map(len, pieces)) // 2
            for piece in pieces:
                await websocket.send(piece)

            async def all_counted() -> int | None:
                counted = await received() - before
                return counted if counted >= wanted else None

            counted = await wait_for(all_counted)
        same = counted == wanted
        return "counted by whole samples" if same else f"{counted} samples of {wanted}"

    async def bytewise(bad: Neighbour) -> str:
        return await send(bad, [b"\x01"] * bad.chance.randrange(1, 20))

    async def odd(bad: Neighbour) -> str:
        sizes = [2 * bad.chance.randrange(1000) + 1 for _ in range(3)]
        return await send(bad, [bytes(size) for size in sizes])

    async def nothing(bad: Neighbour) -> str:
        return await send(bad, [b""])

    counted = {"counted by whole samples"}
    return [
        ("PCM of single bytes", bytewise, counted),
        ("PCM of odd lengths", odd, counted),
        ("PCM of no length", nothing, counted),
    ]


def _times() -> list[Row]:
    def stamped(what: str, microseconds: Callable[[int], int], reason: str) -> Row:
        async def send(bad: Neighbour) -> str:
            session_id = bad.fresh_id()
            now = 10_000_000_000 + bad.chance.randrange(10**9)
            async with bad.track(session_id, "video", "?clock=source") as websocket:
                good = await bad.fate(websocket, now.to_bytes(8, "big") + bad.jpeg, session_id)
                wrong = microseconds(now).to_bytes(8, "big") + bad.jpeg
                answer = await bad.fate(websocket, wrong, session_id)
            return answer if good == "looked at" else f"the good one before it: {good}"

        return what, send, {f"refused: {reason}"}

    async def short(bad: Neighbour) -> str:
        session_id = bad.fresh_id()
        async with bad.track(session_id, "video", "?clock=source") as websocket:
            return await bad.fate(websocket, bytes(bad.chance.randrange(8)), session_id)

    async def other_clock(bad: Neighbour) -> str:
        async with bad.track(bad.name, "video"):
            await bad.live(bad.name)
        return await bad.refused(f"{bad.name}/video?clock=source")

    return [
        stamped("time that goes back", lambda now: now - 1_000_000, "time_backwards"),
        stamped("time two hours ahead", lambda now: now + 7_200_000_000, "time_absurd"),
        stamped("time at the end of all times", lambda _: 2**64 - 1, "time_absurd"),
        ("message too short for its time", short, {"refused: time_missing"}),
        ("another clock than before", other_clock, {"closed 4400"}),
    ]


def _other_messages() -> list[Row]:
    def text(track: str) -> Row:
        async def send(bad: Neighbour) -> str:
            async with bad.track(bad.name, track) as websocket:
                await websocket.send("text" * bad.chance.randrange(1000))
                return await closing(websocket)

        return f"text on the {track} socket", send, {"closed 1003"}

    async def huge(bad: Neighbour) -> str:
        async with bad.track(bad.name, "video") as websocket:
            with contextlib.suppress(ConnectionClosed):  # the refusal may come before its end
                await websocket.send(bytes(5 * MiB))
            return await closing(websocket)

    async def broken(bad: Neighbour) -> str:
        """Unmasked, or with a reserved code: no WebSocket at all (RFC 6455)."""
        async with bad.track(bad.name, "video") as websocket:
            websocket.transport.write(bad.chance.choice((b"\x82\x03abc", b"\x83\x80\0\0\0\0")))
            return await closing(websocket)

    async def no_text(bad: Neighbour) -> str:
        async with bad.track(bad.name, "video") as websocket:
            websocket.transport.write(b"\x81\x82\0\0\0\0\xff\xfe")
            return await closing(websocket)

    return [
        text("video"),
        text("audio"),
        ("text that is no UTF-8", no_text, {"closed 1007"}),
        ("5 MiB", huge, {"closed 1009"}),
        ("frames against the protocol", broken, {"closed 1002"}),
    ]
