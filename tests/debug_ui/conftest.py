"""The real service in a process of its own, and a real browser whose camera plays a clip.

Its microphone plays a conversation where a test allows it; in the others the page goes on with its
camera alone.
"""

import asyncio
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from app.types import Edge
from benchmarks.portrait import Portrait, jpegs
from benchmarks.scenes import Act, Scene
from tests.audio.recorded import recording
from tests.storage.builders import alert, opened, session

REPOSITORY = Path(__file__).resolve().parents[2]
EARLIER = "seen earlier"
"""A session that was over before the service started."""
CLIP = (
    Act(scene=Scene.FACING, seconds=3.0),
    Act(scene=Scene.LOOK_RIGHT, seconds=3.0),
)
"""The camera plays it again and again."""
SWITCHES = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PATIENCE = 60.0
"""Seconds."""

expect.set_options(timeout=PATIENCE * 1000)


class Server:
    """The service on a loopback port, which it keeps when it is started again."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self._settings = settings
        self.database_url = f"sqlite:///{folder}/proctor.db"
        self._log = folder / "log"
        self._port = 0
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def start(self) -> Self:
        """Returns when it is ready."""
        others = {k: v for k, v in os.environ.items() if not k.startswith("PROCTOR_")}
        own = {
            "PROCTOR_PORT": str(self._port),
            "PROCTOR_DATABASE_URL": self.database_url,
            "PROCTOR_OBJECTS": "off",
            "PROCTOR_API_KEY": "",  # whatever LIVEKIT_API_KEY says
            "PROCTOR_API_SECRET": "",
            **self._settings,
        }
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "run.py"], cwd=REPOSITORY, env={**others, **own}, stderr=log
            )
        patient_until = time.monotonic() + PATIENCE
        while not self._ready():
            if self._process.poll() is not None or time.monotonic() > patient_until:
                self.stop()
                raise AssertionError(f"the service did not start:\n{self._log.read_text()}")
            time.sleep(0.1)
        return self

    def stop(self) -> None:
        """Returns when it is gone."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(PATIENCE)

    def _ready(self) -> bool:
        opened_at = re.search(r"open http://127\.0\.0\.1:(\d+)", self._log.read_text())
        if opened_at is None:
            return False
        self._port = int(opened_at[1])
        try:
            return httpx.get(f"{self.url}/readyz").status_code == 200
        except httpx.TransportError:  # it is too busy to answer
            return False


async def _store_earlier(url: str) -> None:
    start = alert(
        "e",
        at=72.0,
        started_at=70.0,
        evidence={"yaw_degrees": 31.04, "limit_degrees": 13, "limits": "screen"},
    )
    end = alert(
        "e",
        Edge.ENDED,
        at=77.2,
        started_at=70.0,
        ended_at=76.7,
        evidence={"peak_yaw_degrees": 40.2},
    )
    async with opened(url) as store:
        await store.sessions.create(session(EARLIER))
        await store.log.append(EARLIER, [start, end])


@pytest.fixture(scope="package")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = Server(tmp_path_factory.mktemp("server"))
    asyncio.run(_store_earlier(server.database_url))
    yield server.start()
    server.stop()


@pytest.fixture(scope="package")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """JPEGs one after the other, as Chromium's fake camera takes them: 30 per second."""
    path = tmp_path_factory.mktemp("camera") / "clip.mjpeg"
    path.write_bytes(b"".join(2 * jpeg for jpeg in jpegs(Portrait().frames(CLIP, fps=15.0))))
    return path


@contextmanager
def launched(*switches: str) -> Iterator[Browser]:
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("there is no chromium: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=[*SWITCHES, *switches])
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def browser(server: Server, clip: Path) -> Iterator[Browser]:
    """Its camera plays the clip, and its microphone, where there is one, a conversation."""
    sound = recording()
    with launched(
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={clip}",
        *([] if sound is None else [f"--use-file-for-fake-audio-capture={sound}"]),
    ) as browser:
        yield browser


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(permissions=["camera"])
    context.set_default_timeout(PATIENCE * 1000)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """Here and in what it opens nothing may go wrong unseen: no error, script or missing file."""
    complaints: list[str] = []
    context.on("console", lambda message: complaints.append(f"{message.type}: {message.text}"))
    context.on("weberror", lambda error: complaints.append(str(error.error)))
    context.on("dialog", lambda dialog: complaints.append(dialog.message))
    yield context.new_page()
    assert complaints == []
