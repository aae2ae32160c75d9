"""The command that starts the service with a camera of its own."""

import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.service import REPOSITORY, running_service
from tests.api.client import Client, wait_until
from tests.films import somebody_leaves
from tests.test_main import environment


def run_camera(*given: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """To its end."""
    return subprocess.run(
        [sys.executable, "run.py", "camera", *given],
        cwd=REPOSITORY,
        env=environment(PROCTOR_FETCH="never", **settings),
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.mark.parametrize(
    ("given", "complaint"),
    [
        (("--source", "97"), "there is no camera 97: .*--device /dev/video97"),
        (("--source", "{}/none.mp4"), "there is no file .*none.mp4"),
        (("--source", "{}/letter.mp4"), "OpenCV cannot read .*letter.mp4"),
        (("--source", "{}/cut.mp4"), "OpenCV cannot read .*cut.mp4"),
        (("--source", "rtsp://me:s3cret@127.0.0.1:9/a"), "rtsp://127.0.0.1:9/a cannot be opened"),
        (("--source", "{}/film.mp4", "--session", ""), "PROCTOR_CAMERA_SESSION"),
        (("--source", "{}/film.mp4", "--session", "a\nb"), "session id"),
    ],
)
def test_what_cannot_be_watched_is_told_in_a_line(
    tmp_path: Path, given: tuple[str, ...], complaint: str
) -> None:
    """And nothing else is said: neither by OpenCV nor by FFmpeg."""
    (tmp_path / "letter.mp4").write_text("dear reader " * 50)
    film = somebody_leaves(tmp_path / "film.mp4", seconds=0.5)
    (tmp_path / "cut.mp4").write_bytes(film.read_bytes()[:300])
    ended = run_camera(
        *(each.format(tmp_path) for each in given),
        PROCTOR_PORT="0",
        PROCTOR_DATABASE_URL=f"sqlite:///{tmp_path}/x.db",
    )
    said = " ".join(ended.stderr.split())
    assert ended.returncode == 1, said
    assert said.startswith("error: ")
    assert re.search(complaint, said), said
    assert "s3cret" not in said
    assert ended.stdout == ""
    assert not (tmp_path / "x.db").exists()


def test_a_port_that_is_taken_is_all_that_is_told(tmp_path: Path) -> None:
    film = somebody_leaves(tmp_path / "film.mp4", seconds=0.5)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        ended = run_camera(
            "--source",
            str(film),
            PROCTOR_PORT=str(taken.getsockname()[1]),
            PROCTOR_DATABASE_URL=f"sqlite:///{tmp_path}/x.db",
        )
    assert ended.returncode == 1
    assert ended.stderr.startswith("error: cannot listen on"), ended.stderr
    assert ended.stdout == ""


def test_its_help_breaks_lines_where_the_terminal_does() -> None:
    said = run_camera("--help", COLUMNS="200").stdout
    text = said.partition("Options")[0]
    assert "seen drawn into them at /video_feed, and the alerts come at /events too." in text
    assert "`python -m client_adapter.stream FILE` plays a file" in text


def test_a_film_is_watched_to_its_end_and_the_service_stays(tmp_path: Path) -> None:
    film = somebody_leaves(tmp_path / "film.mp4", seconds=7.0)
    command = ("run.py", "camera", "--source", str(film), "--session", "hall 1")
    with running_service(command) as service, Client(service) as client:
        wait_until(lambda: "the file is over" in service.log.read_text())
        session = client.get("hall 1").json()
        assert (session["state"], session["ended_by"]) == ("stopped", "source")
        (started, ended) = client.events("hall 1")
        assert (started["label"], started["state"]) == ("No Face Detected", "started")
        assert ended["evidence"]["closed_by"] == "stopped"
        said = service.log.read_text()
        report = f"{service.url}/v1/sessions/hall%201/report"
        assert f"the file is over: 1 alert; the report: {report}" in said
        assert client.http.get("/readyz").status_code == 200
        assert "Traceback" not in said
