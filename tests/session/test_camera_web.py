"""The service's own camera plays films and streams of a web server."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import simplejpeg

from app.session.camera import CameraState
from app.types import SessionState
from tests.films import greys
from tests.session.builders import housed, until
from tests.session.camera_house import watched
from tests.storage.builders import in_loop


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
