"""How the service starts, refuses to start, and ends."""

import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from contextlib import closing as closed
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from benchmarks.service import REPOSITORY, Service, wait_until_ready
from tests.api.client import Client, closing, nobody, read_events, somebody, wait_until
from tests.vision.networks import Answer, yolo

NEVER_IN_A_SERVER = {
    "torch",
    "ultralytics",
    "pyannote",
    "ray",
    "redis",
    "mlflow",
    "deepgram",
    "livekit",
    "matplotlib",
    "pandas",
    "scipy",
}


def environment(**settings: str) -> dict[str, str]:
    """Without any setting but these, and without a detector on its way."""
    others = {n: v for n, v in os.environ.items() if not n.startswith("PROCTOR_")}
    for name in ("DATABASE_URL", "LIVEKIT_API_KEY", "LIVEKIT_API_SECRET"):
        others.pop(name, None)
    return {"PROCTOR_OBJECTS": "off", **others, **settings}


@contextmanager
def port_in_use() -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield str(server.getsockname()[1])


@pytest.mark.parametrize(
    ("command", "settings", "complaint"),
    [
        ("run.py", {"PROCTOR_PROT": "1"}, "PROCTOR_PROT is not a setting of this service"),
        ("app/main.py", {"PROCTOR_PROT": "1"}, "PROCTOR_PROT is not a setting of this service"),
        ("run.py", {"PROCTOR_HOST": "0.0.0.0"}, "PROCTOR_HOST=0.0.0.0 .* PROCTOR_INSECURE=1"),
        (
            "run.py",
            {"PROCTOR_API_KEY": "k", "PROCTOR_API_SECRET": "ssh-rsa AAAA"},
            "PROCTOR_API_SECRET cannot be a secret: ",
        ),
        ("run.py", {"PROCTOR_PORT": "taken"}, "PROCTOR_PORT={taken}: Address already in use"),
        (
            "app/main.py",
            {"PROCTOR_DATABASE_URL": "sqlite:////proc/x.db"},
            "/proc/x.db cannot be used: unable to open",
        ),
    ],
)
def test_what_cannot_start_says_why_in_a_line(
    tmp_path: Path, command: str, settings: dict[str, str], complaint: str
) -> None:
    with port_in_use() as taken:
        given = {"PROCTOR_PORT": "0", "PROCTOR_DATABASE_URL": f"sqlite:///{tmp_path}/x.db"}
        given |= {name: taken if value == "taken" else value for name, value in settings.items()}
        ended = subprocess.run(
            [sys.executable, command],
            cwd=REPOSITORY,
            env=environment(**given),
            capture_output=True,
            text=True,
            timeout=60,
        )
    said = " ".join(ended.stderr.split())
    assert ended.returncode == 1
    assert said.startswith("error: ")
    assert re.search(complaint.format(taken=taken), said)
    assert "Traceback" not in said
    assert ended.stdout == ""


@contextmanager
def started(folder: Path, **settings: str) -> Iterator[tuple[subprocess.Popen[bytes], Service]]:
    """`python app/main.py` from another folder, in which its database then lies."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    given = {"PROCTOR_PORT": str(port), "PROCTOR_DATABASE_URL": "sqlite:///here.db", **settings}
    log = folder / "log"
    with log.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, REPOSITORY / "app" / "main.py"],
            cwd=folder,
            env=environment(**given),
            stderr=file,
        )
    try:
        yield process, Service(f"http://127.0.0.1:{port}", process.pid, log)
        assert "Traceback" not in log.read_text()
    finally:
        process.kill()
        process.wait()


def stored(folder: Path, query: str) -> list[tuple[object, ...]]:
    with closed(sqlite3.connect(folder / "here.db")) as database, database:
        return database.execute(query).fetchall()


@contextmanager
def deaf_viewer(client: Client, folder: Path) -> Iterator[None]:
    """Asks for more alerts than all buffers hold, and reads none of them."""
    client.create("long")
    columns = [
        str(name) for (name,) in stored(folder, "SELECT name FROM pragma_table_info('alerts')")
    ]
    changed = {"session_id": "'long'", "seq": "number", "episode": "episode || number"}
    stored(
        folder,
        "WITH RECURSIVE numbers(number) AS"
        " (SELECT 1 UNION ALL SELECT number + 1 FROM numbers WHERE number < 40000)"
        f" INSERT INTO alerts ({', '.join(columns)})"
        f" SELECT {', '.join(changed.get(name, name) for name in columns)} FROM numbers, alerts"
        " WHERE session_id = 'seen' AND seq = 1",
    )
    viewers = client.metric("proctor_viewers")
    where = urlsplit(client.service.url)
    with socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.connect((where.hostname, where.port))
        connection.sendall(
            b"GET /ws/proctor/long/events?after=0 HTTP/1.1\r\nHost: x\r\nConnection: upgrade\r\n"
            b"Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
            b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        )
        wait_until(lambda: client.metric("proctor_viewers") == viewers + 1)
        yield


def test_interrupted_while_it_loads_it_ends_at_once(tmp_path: Path) -> None:
    with started(tmp_path) as (process, service):
        wait_until(lambda: "open http://127.0.0.1:" in service.log.read_text())
        process.send_signal(signal.SIGINT)
        assert process.wait(10) == 0


def test_with_a_secret_others_may_reach_it(tmp_path: Path) -> None:
    reached = {"PROCTOR_HOST": "0.0.0.0", "LIVEKIT_API_KEY": "k", "LIVEKIT_API_SECRET": "s3cret"}
    with started(tmp_path, **reached) as (process, service):
        wait_until(lambda: "open http://0.0.0.0:" in service.log.read_text())
        process.send_signal(signal.SIGTERM)
        process.wait(10)
        said = service.log.read_text()
    assert "uv run run.py token" in said
    assert "the secret has less than 32 characters" in said
    assert "anybody who reaches" not in said
    assert "s3cret" not in said


def test_what_was_seen_outlives_a_kill_and_a_goodbye(tmp_path: Path) -> None:
    with started(tmp_path) as (process, service), Client(service) as client:
        wait_until_ready(service.url, process)
        with client.camera("seen") as camera:
            camera.show(nobody(), 0.0)
            camera.show(nobody(), 0.4)
            wait_until(lambda: len(client.events("seen")) == 1)
            (first,) = client.events("seen")
            process.kill()
            process.wait()

    open_to_all = {"PROCTOR_HOST": "0.0.0.0", "PROCTOR_INSECURE": "1"}
    with started(tmp_path, **open_to_all) as (process, service), Client(service) as client:
        wait_until_ready(service.url, process)
        assert "anybody who reaches 0.0.0.0:" in service.log.read_text()
        assert client.http.get("/").status_code == 200
        with (
            ExitStack() as connections,
            client.viewer("seen", after=0) as viewer,
            client.viewer("nobody comes") as other_viewer,
            client.camera("seen") as camera,
            client.socket("seen", "audio") as microphone,
        ):
            told = read_events(viewer, 2)
            assert told[0] == first
            assert (told[1]["id"], told[1]["state"]) == (first["id"], "ended")
            assert told[1]["evidence"] == {"closed_by": "restart"}
            camera.show(nobody(), 10.0)
            camera.show(nobody(), 10.4)
            told += read_events(viewer, 1)
            connections.enter_context(deaf_viewer(client, tmp_path))
            process.send_signal(signal.SIGTERM)
            told += read_events(viewer, 1)
            assert told[3]["evidence"]["closed_by"] == "shutdown"
            for each in (camera.socket, microphone, viewer, other_viewer):
                assert closing(each) == (1001, "the service is shutting down")
            assert process.wait(10) in (0, -signal.SIGTERM)

    alerts = stored(
        tmp_path, "SELECT seq, episode, edge FROM alerts WHERE session_id = 'seen' ORDER BY seq"
    )
    assert alerts == [(each["seq"], each["id"], each["state"]) for each in told]
    assert [edge for _, _, edge in alerts] == ["started", "ended"] * 2
    assert stored(tmp_path, "SELECT DISTINCT state FROM sessions") == [("running",)]


def test_serving_takes_none_of_the_heavy_packages(tmp_path: Path) -> None:
    detector = yolo(tmp_path, [Answer((320, 320), (100, 100), 0, 0.9)])
    ended = subprocess.run(
        [sys.executable, "-m", "tests.api.what_serving_imports"],
        cwd=REPOSITORY,
        env=environment(PROCTOR_OBJECTS=str(detector)),
        input=somebody(),
        capture_output=True,
        timeout=60,
    )
    assert ended.returncode == 0, ended.stderr.decode()
    packages = {name.partition(".")[0] for name in ended.stdout.decode().split()}
    assert {"uvicorn", "openvino"} <= packages
    assert packages & NEVER_IN_A_SERVER == set()
