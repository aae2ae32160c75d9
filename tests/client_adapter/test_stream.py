"""`python -m client_adapter.stream`: a file's pictures and sound, and its alerts printed."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
import pytest

from benchmarks.service import sockets_url
from tests.client_adapter.seen import Seen
from tests.media import room
from tests.service import Service, running_service

SECONDS, FPS = 6, 15


@pytest.fixture(scope="module")
def service() -> Iterator[Service]:
    with running_service() as running:
        yield running


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty room with a hum."""
    path = tmp_path_factory.mktemp("clips") / "empty room.mp4"
    rng = np.random.default_rng(1)
    wall = room(320, 240)
    with av.open(str(path), "w") as container:
        pictures = container.add_stream("mpeg4", rate=FPS)
        pictures.width, pictures.height, pictures.pix_fmt = 320, 240, "yuv420p"
        sound = container.add_stream("aac", rate=44_100, layout="stereo")
        for _ in range(SECONDS * FPS):
            grain = rng.integers(-3, 4, wall.shape)
            frame = np.clip(wall + grain, 0, 255).astype(np.uint8)
            container.mux(pictures.encode(av.VideoFrame.from_ndarray(frame, format="rgb24")))
        hum = (0.1 * np.sin(np.arange(44_100 * SECONDS) / 20)).astype(np.float32)
        for first in range(0, len(hum) - 1024, 1024):
            piece = np.stack(2 * [hum[first : first + 1024]])
            samples = av.AudioFrame.from_ndarray(piece, format="fltp", layout="stereo")
            samples.sample_rate = 44_100
            samples.pts = first
            container.mux(sound.encode(samples))
        container.mux(pictures.encode())
        container.mux(sound.encode())
    return path


def stream(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "client_adapter.stream", *arguments],
        capture_output=True,
        text=True,
        timeout=100,
    )


def test_a_file_is_played_at_its_own_pace(service: Service, clip: Path) -> None:
    done = stream(str(clip), "--url", sockets_url(service.url), "--session", "a file/ü")
    assert done.returncode == 0, done.stderr
    assert "session 'a file/ü'" in done.stdout
    assert "started No Face Detected (critical)" in done.stdout
    last = done.stdout.splitlines()[-1]
    counts = re.search(r"sent (\d+) pictures \((\d+) superseded, 0 failed\)", last)
    assert counts is not None
    sent, superseded = map(int, counts.groups())
    assert sent + superseded == SECONDS * FPS
    assert superseded <= FPS, "a busy machine may miss a few"
    assert "(0.0 s lost)" in last
    live = Seen(service, "a file/ü").now()
    assert live is not None
    assert live["frames"]["received"] == sent
    assert live["samples"]["received"] == pytest.approx(16_000 * SECONDS, abs=3200)


@pytest.mark.parametrize("content", [None, b"no video", b""], ids=["missing", "text", "empty"])
def test_what_is_no_film_is_one_clear_line(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "film.mp4"
    if content is not None:
        path.write_bytes(content)
    done = stream(str(path))
    assert done.returncode == 1
    assert done.stderr.startswith("error: ")
    assert "film.mp4" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_wrong_address_is_one_clear_line(clip: Path) -> None:
    done = stream(str(clip), "--url", "http://127.0.0.1:8000")
    assert (done.returncode, done.stdout) == (1, "")
    assert "error: the service's url is ws(s)://host/ws/proctor" in done.stderr


def test_a_refused_session_is_one_clear_line(service: Service, clip: Path) -> None:
    name = 300 * "x"
    done = stream(str(clip), "--url", sockets_url(service.url), "--session", name)
    assert done.returncode == 1
    assert "refused" in done.stderr
    assert "Traceback" not in done.stderr


def test_help_names_every_option() -> None:
    done = stream("--help")
    assert done.returncode == 0
    assert all(option in done.stdout for option in ("--url", "--session", "--fps", "--loop"))
