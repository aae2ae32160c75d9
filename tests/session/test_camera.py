"""The service's own camera feeds a session, and does what is asked of that session."""

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import simplejpeg

from app.errors import CameraError
from app.session.camera import Camera, CameraPlan, CameraState
from app.session.publisher import Eviction
from app.session.session import Session
from app.types import SessionState, Track
from app.vision.capture import Source
from tests.fakes import NOBODY
from tests.films import film, greys
from tests.session.builders import House, housed, publisher, until
from tests.storage.builders import in_loop

NAME = "camera"


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/proctor.db"


@pytest.fixture(scope="module")
def short(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Half a second."""
    return film(tmp_path_factory.mktemp("films") / "short.avi", greys(10), fps=20.0)


@dataclass(slots=True, kw_only=True)
class Watched:
    """A camera at work in a house."""

    house: House
    camera: Camera
    told: list[CameraError | None] = field(default_factory=list)
    """What was said of its health."""
    played: int = 0
    """How often its file was over."""

    def __repr__(self) -> str:
        return f"<{self.camera.state}, played {self.played} times, told {self.told}>"

    async def session(self) -> Session:
        await until(lambda: self.house.registry.find(NAME) is not None)
        session = self.house.registry.find(NAME)
        assert session is not None
        return session

    async def looked(self, more: int = 1) -> None:
        """Until so many more pictures were looked at."""
        looks = len(self.house.inference.looks)
        await until(lambda: len(self.house.inference.looks) >= looks + more)

    async def state(self) -> tuple[SessionState, str | None]:
        info = await self.house.registry.get(NAME)
        return info.state, info.ended_by

    async def becomes(self, state: CameraState) -> None:
        await until(lambda: self.camera.state is state)


@asynccontextmanager
async def watched(
    house: House, source: Path | str, *, repeats: bool = False, starts: bool = False
) -> AsyncIterator[Watched]:
    plan = CameraPlan(
        source=Source.of(str(source)),
        session_id=NAME,
        repeats=repeats,
        starts=starts,
        longest=160,
    )
    told: list[CameraError | None] = []
    w = Watched(house=house, camera=Camera(plan, house.registry, told.append), told=told)

    async def ready() -> None:
        """At once."""

    async def over() -> None:
        w.played += 1

    running = asyncio.create_task(w.camera.run(ready, over))
    try:
        yield w
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


@in_loop
async def test_a_file_feeds_its_session_and_ends_it(url: str, short: Path) -> None:
    async with housed(url) as house, watched(house, short) as w:
        session = await w.session()
        await until(lambda: w.played == 1)
        assert await w.state() == (SessionState.STOPPED, "source")
        assert w.camera.state is CameraState.STOPPED
        assert session.frames.received > 5
        assert session.frames.invalid == {}
        assert session.tracks.publishing == ()
        seen = [look.frame for look in house.inference.looks]
        assert {(frame.width, frame.height) for frame in seen} == {(160, 120)}
        assert seen[-1].at - seen[0].at > 0.3  # it took as long as the film does
        assert w.told == []


@in_loop
async def test_what_the_pictures_show_is_told(url: str, short: Path) -> None:
    async with housed(url) as house:
        house.inference.show = NOBODY
        async with watched(house, short, repeats=True):
            await until(lambda: house.inference.seen[-1:] > house.inference.seen[:1])
            while await house.told(NAME) != ["nobody started"]:
                await asyncio.sleep(0.05)


@in_loop
async def test_started_again_a_file_is_played_from_its_beginning(url: str, short: Path) -> None:
    async with housed(url) as house, watched(house, short) as w:
        await until(lambda: w.played == 1)
        await house.registry.start_judging(NAME)
        await until(lambda: w.played == 2)
        assert await w.state() == (SessionState.STOPPED, "source")


@in_loop
async def test_a_loop_goes_on(url: str, short: Path) -> None:
    async with housed(url) as house, watched(house, short, repeats=True) as w:
        session = await w.session()
        await until(lambda: session.frames.received > 25)
        assert w.played == 0


@in_loop
async def test_paused_it_is_taken_and_not_judged(url: str, short: Path) -> None:
    async with housed(url) as house, watched(house, short, repeats=True) as w:
        session = await w.session()
        await w.looked()
        await house.registry.pause(NAME)
        received, looks = session.frames.received, len(house.inference.looks)
        await until(lambda: session.frames.received > received + 5)
        assert len(house.inference.looks) <= looks + 1  # one may have been under way
        assert w.camera.paused
        await house.registry.start_judging(NAME)
        await w.looked()
        assert not w.camera.paused


@in_loop
async def test_stopped_by_a_request_it_waits_until_it_is_started(url: str, short: Path) -> None:
    async with housed(url) as house, watched(house, short, repeats=True) as w:
        await w.looked()
        await house.registry.stop(NAME)
        await w.becomes(CameraState.STOPPED)
        assert house.registry.find(NAME) is None
        assert not w.camera.recent
        assert await w.state() == (SessionState.STOPPED, "rest")
        await house.registry.start_judging(NAME)
        await w.looked()
        assert w.camera.state is CameraState.RUNNING


@pytest.mark.parametrize("starts", [False, True])
@in_loop
async def test_a_new_process_starts_what_was_stopped_only_if_told_so(
    url: str, short: Path, starts: bool
) -> None:
    async with housed(url) as house:
        await house.registry.open(NAME)
        await house.registry.stop(NAME)
        async with watched(house, short, starts=starts) as w:
            await w.becomes(CameraState.RUNNING if starts else CameraState.STOPPED)


@in_loop
async def test_a_file_that_was_played_is_played_by_the_next_process(url: str, short: Path) -> None:
    async with housed(url) as house:
        for _ in range(2):
            async with watched(house, short) as w:
                await until(lambda w=w: w.played == 1)  # type: ignore[misc]


@in_loop
async def test_deleted_it_ends_for_good(url: str, short: Path) -> None:
    async with housed(url) as house, watched(house, short, repeats=True) as w:
        await w.looked()
        await house.registry.erase(NAME)
        await w.becomes(CameraState.DELETED)
        assert house.registry.find(NAME) is None
        (told,) = w.told
        assert told is not None
        assert "was deleted" in told.why
        assert "PROCTOR_CAMERA_SESSION" in told.mend


@in_loop
async def test_it_gives_way_to_a_connection_and_comes_back(url: str, short: Path) -> None:
    async with housed(url) as house, watched(house, short, repeats=True) as w:
        session = await w.session()
        await w.looked()
        evictions: list[Eviction] = []
        other = publisher(evictions)
        session.publish(Track.VIDEO, other)
        await w.becomes(CameraState.DISPLACED)
        assert not w.camera.recent  # what the other sends is not shown either
        received = session.frames.received
        await asyncio.sleep(0.2)
        assert (session.frames.received, evictions) == (received, [])
        session.unpublish(Track.VIDEO, other)
        await w.looked()
        assert w.camera.state is CameraState.RUNNING


@in_loop
async def test_the_end_of_a_file_does_not_stop_anothers_session(url: str, short: Path) -> None:
    async with housed(url) as house, watched(house, short) as w:
        session = await w.session()
        await w.looked()
        session.publish(Track.VIDEO, publisher([]))
        await asyncio.sleep(2.0)  # the film, and what is waited for after it
        assert (await w.state())[0] is SessionState.RUNNING
        assert w.played == 0


@in_loop
async def test_a_file_that_comes_later_is_found(
    url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    late = tmp_path / "late.avi"
    with caplog.at_level("INFO", "app.session.camera"):
        async with housed(url) as house, watched(house, late, repeats=True) as w:
            await w.becomes(CameraState.BROKEN)
            assert house.registry.find(NAME) is None
            await asyncio.to_thread(film, late, greys(20), 20.0)
            await w.looked()
            first, *_, last = w.told
            assert first is not None
            assert "late.avi" in first.why
            assert last is None
    assert caplog.text.count("there is no file") == 1
    assert caplog.text.count("the camera works again") == 1


@in_loop
async def test_a_session_that_cannot_be_opened_is_tried_again(url: str, short: Path) -> None:
    async with housed(url, most=1) as house:
        await house.registry.open("somebody")
        async with watched(house, short, repeats=True) as w:
            await w.becomes(CameraState.REFUSED)
            assert w.told[-1] is not None
            assert "1 sessions run already" in w.told[-1].why
            await house.registry.stop("somebody")
            await w.looked()
            assert w.told[-1] is None


@in_loop
async def test_silence_ends_the_session_and_pictures_reopen_it(url: str, tmp_path: Path) -> None:
    """A stream that breaks for long."""
    path = film(tmp_path / "one.avi", greys(10), 20.0)
    async with housed(url, idle_after=0.4) as house, watched(house, path, repeats=True) as w:
        await w.looked()
        path.rename(tmp_path / "away.avi")
        await w.becomes(CameraState.BROKEN)
        await until(lambda: house.registry.find(NAME) is None)
        assert await w.state() == (SessionState.STOPPED, "idle")
        (tmp_path / "away.avi").rename(path)
        await w.looked()
        assert await w.state() == (SessionState.RUNNING, None)


@contextmanager
def web_server(folder: Path) -> Iterator[str]:
    """The folder's files over HTTP, and "live": pictures that say no end and have one."""

    class Quiet(SimpleHTTPRequestHandler):
        def do_GET(self) -> None:
            if not self.path.startswith("/live"):
                super().do_GET()
                return
            self.send_response(200)
            self.send_header("Content-Type", "multipart/x-mixed-replace; boundary=frame")
            self.end_headers()
            for picture in greys(10):
                jpeg = simplejpeg.encode_jpeg(picture)
                head = f"--frame\r\nContent-Type: image/jpeg\r\nContent-Length: {len(jpeg)}"
                self.wfile.write(b"%b\r\n\r\n%b\r\n" % (head.encode(), jpeg))
                time.sleep(0.05)

        def log_message(self, *_: object) -> None:
            """Nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder))) as server:
        serving = threading.Thread(target=server.serve_forever, daemon=True)
        serving.start()
        try:
            yield f"http://me:s3cret@127.0.0.1:{server.server_port}/{{}}?key=s3cret"
        finally:
            server.shutdown()
            serving.join()


def test_a_film_on_a_web_server_takes_its_time_and_ends_like_a_file(url: str, short: Path) -> None:
    @in_loop
    async def play(address: str) -> None:
        async with housed(url) as house, watched(house, address) as w:
            await until(lambda: w.played == 1)
            assert await w.state() == (SessionState.STOPPED, "source")
            assert w.told == []
            seen = [look.frame.at for look in house.inference.looks]
            assert seen[-1] - seen[0] > 0.3  # as long as the film

    with web_server(short.parent) as address:
        play(address=address.format(short.name))


def test_a_film_on_a_web_server_is_played_again_and_again(url: str, short: Path) -> None:
    @in_loop
    async def play(address: str) -> None:
        async with housed(url) as house, watched(house, address, repeats=True) as w:
            session = await w.session()
            await until(lambda: session.frames.received > 25)
            assert (w.played, w.told) == (0, [])

    with web_server(short.parent) as address:
        play(address=address.format(short.name))


def test_a_stream_that_breaks_is_opened_again(
    url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    @in_loop
    async def play(address: str) -> None:
        async with housed(url) as house, watched(house, address) as w:
            await w.looked()
            await w.becomes(CameraState.BROKEN)
            await w.looked(9)
            assert (w.played, await w.state()) == (0, (SessionState.RUNNING, None))
            broken = w.told[0]
            assert broken is not None
            assert broken.why.endswith("/live gives no more pictures")
            assert "its network" in broken.mend

    with caplog.at_level("INFO"), web_server(tmp_path) as address:
        play(address=address.format("live"))
    assert "the camera works again" in caplog.text
    assert "s3cret" not in caplog.text


@in_loop
async def test_the_end_of_a_file_waits_for_the_database(url: str, short: Path) -> None:
    async with housed(url) as house, watched(house, short) as w:
        await w.looked()
        house.store.broken.add(NAME)
        await until(lambda: bool(w.told))
        assert w.told[-1] is not None
        assert "cannot be changed" in w.told[-1].why
        house.store.broken.clear()
        await until(lambda: w.played == 1)
        assert w.told[-1] is None
        assert await w.state() == (SessionState.STOPPED, "source")
