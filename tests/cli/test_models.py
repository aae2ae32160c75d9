import os
import pty
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from app.weights import WeightState, state
from cli.models import app
from tests.test_weights import (
    CONTENT,
    HALF,
    FileServer,
    breaks_off,
    entry_of,
    files,
    says,
    sends,
    stalls,
)

REPOSITORY = Path(__file__).parents[2]


def manifest_of(server: FileServer, folder: Path, *names: str) -> Path:
    path = folder / "manifest.toml"
    with path.open("w") as file:
        for name in names or ["net"]:
            file.write("[[model]]\n")
            for key, value in asdict(entry_of(server, name)).items():
                file.write(f"{key} = {value!r}\n")
    return path


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    monkeypatch.delenv("PROCTOR_MODELS", raising=False)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "weights"
    path.mkdir()
    return path


def run(*arguments: str | Path, **environment: str) -> Result:
    return CliRunner(env=environment).invoke(app, [str(argument) for argument in arguments])


class TestList:
    def test_shows_every_model(self, tmp_path: Path, folder: Path) -> None:
        (folder / "here.onnx").write_bytes(CONTENT)
        (folder / "half.onnx.part").write_bytes(CONTENT[:HALF])
        with FileServer(sends) as server:
            manifest = manifest_of(server, tmp_path, "here", "half", "none")
            result = run("list", "--folder", folder, "--manifest", manifest)
        assert [line.split() for line in result.stdout.splitlines()] == [
            ["name", "task", "file", "size", "licence", "state"],
            ["here", "objects", "here.onnx", "262.1", "kB", "MIT", "present"],
            ["half", "objects", "half.onnx", "262.1", "kB", "MIT", "partial"],
            ["none", "objects", "none.onnx", "262.1", "kB", "MIT", "missing"],
        ]

    def test_takes_the_folder_of_the_environment(self, tmp_path: Path, folder: Path) -> None:
        (folder / "net.onnx").write_bytes(CONTENT)
        with FileServer(sends) as server:
            manifest = manifest_of(server, tmp_path)
            result = run("list", "--manifest", manifest, PROCTOR_MODELS=str(folder))
        assert "present" in result.stdout

    def test_takes_the_manifest_of_the_project(self, folder: Path) -> None:
        assert "yolo11n.pt" in run("list", "--folder", folder).stdout


class TestVerify:
    def test_passes_what_is_right_or_absent(self, tmp_path: Path, folder: Path) -> None:
        (folder / "here.onnx").write_bytes(CONTENT)
        with FileServer(sends) as server:
            manifest = manifest_of(server, tmp_path, "here", "none")
            result = run("verify", "--folder", folder, "--manifest", manifest)
        assert (result.exit_code, result.stdout) == (0, "here: present\nnone: missing\n")
        assert result.stderr == "1 not here; fetch with: run.py models fetch none\n"

    def test_says_that_nothing_is_here_and_what_brings_it(
        self, tmp_path: Path, folder: Path
    ) -> None:
        (folder / "two.onnx.part").write_bytes(CONTENT[:HALF])
        with FileServer(sends) as server:
            manifest = manifest_of(server, tmp_path, "one", "two")
            result = run("verify", "--folder", folder, "--manifest", manifest)
        assert (result.exit_code, result.stdout) == (0, "one: missing\ntwo: partial\n")
        assert result.stderr == "2 not here; fetch with: run.py models fetch one two\n"

    def test_fails_a_corrupt_file(self, tmp_path: Path, folder: Path) -> None:
        (folder / "net.onnx").write_bytes(b"?")
        with FileServer(sends) as server:
            manifest = manifest_of(server, tmp_path)
            result = run("verify", "--folder", folder, "--manifest", manifest)
        assert (result.exit_code, result.stdout) == (1, "net: corrupt\n")
        assert result.stderr == "error: corrupt weights; mend with: run.py models fetch net\n"


class TestFetch:
    def test_tells_every_tenth_without_a_terminal(self, tmp_path: Path, folder: Path) -> None:
        with FileServer(sends) as server:
            manifest = manifest_of(server, tmp_path)
            result = run("fetch", "net", "--folder", folder, "--manifest", manifest)
        assert result.exit_code == 0
        *tenths, last = result.stdout.splitlines()
        assert tenths[0] == "net: 0 % of 262.1 kB"
        assert tenths[-1] == "net: 100 % of 262.1 kB"
        assert len(tenths) == len(set(tenths)) <= 11
        assert last == f"net: present, {folder / 'net.onnx'} (licence MIT)"

    def test_shows_a_bar_on_a_terminal(self, tmp_path: Path, folder: Path) -> None:
        controller, terminal = pty.openpty()
        with FileServer(sends) as server:
            manifest = manifest_of(server, tmp_path)
            process = subprocess.Popen(
                fetch_command(folder, manifest),
                cwd=REPOSITORY,
                env=os.environ | {"TERM": "xterm", "COLUMNS": "120"},
                stdout=terminal,
            )
            os.close(terminal)
            assert process.wait(10) == 0
        shown = os.read(controller, 65536).decode()
        os.close(controller)
        assert "━" in shown
        assert "262.1/262.1 kB" in shown
        assert "/s" in shown
        assert "0:00:00" in shown

    def test_all(self, tmp_path: Path, folder: Path) -> None:
        with FileServer(sends) as server:
            manifest = manifest_of(server, tmp_path, "one", "two")
            result = run("fetch", "--all", "--folder", folder, "--manifest", manifest)
        assert result.exit_code == 0
        assert files(folder) == ["one.onnx", "two.onnx"]

    def test_goes_on_after_one_that_failed(self, tmp_path: Path, folder: Path) -> None:
        with FileServer(says(404), sends) as server:
            manifest = manifest_of(server, tmp_path, "one", "two")
            result = run("fetch", "one", "two", "--folder", folder, "--manifest", manifest)
        assert result.exit_code == 1
        assert result.stderr.startswith(f"error: one: {server.address}/one.onnx answered 404")
        assert result.stderr.count("\n") == 1
        assert files(folder) == ["two.onnx"]

    @pytest.mark.parametrize(
        ("arguments", "words"),
        [
            (["nte"], "there is no model 'nte'; known are: one, two"),
            ([], "name the models to fetch, or give --all; known are: one, two"),
        ],
    )
    def test_names_the_known_models(
        self, arguments: list[str], words: str, tmp_path: Path, folder: Path
    ) -> None:
        with FileServer(sends) as server:
            manifest = manifest_of(server, tmp_path, "one", "two")
            result = run("fetch", *arguments, "--folder", folder, "--manifest", manifest)
        assert (result.exit_code, result.stderr) == (1, f"error: {words}\n")
        assert server.ranges == []

    @pytest.mark.parametrize("command", ["list", "verify", "fetch"])
    def test_says_which_manifest_is_not_there(self, command: str, tmp_path: Path) -> None:
        result = run(command, "--manifest", tmp_path / "no.toml")
        assert result.exit_code == 1
        assert "no.toml" in result.stderr
        assert "Traceback" not in result.stderr

    def test_resumes_within_one_run(self, tmp_path: Path, folder: Path) -> None:
        with FileServer(breaks_off, sends) as server:
            manifest = manifest_of(server, tmp_path)
            assert run("fetch", "net", "--folder", folder, "--manifest", manifest).exit_code == 0
        assert server.ranges == [None, f"bytes={HALF}-"]

    @pytest.mark.parametrize(
        ("kill", "returned", "said"),
        [
            pytest.param(signal.SIGKILL, -signal.SIGKILL, "", id="kill -9"),
            pytest.param(
                signal.SIGINT,
                130,
                "stopped; what has arrived is kept, resume with: run.py models fetch net\n",
                id="Ctrl-C",
            ),
        ],
    )
    def test_resumes_after(
        self, kill: signal.Signals, returned: int, said: str, tmp_path: Path, folder: Path
    ) -> None:
        part = folder / "net.onnx.part"
        with FileServer(stalls, sends) as server:
            manifest = manifest_of(server, tmp_path)
            command = fetch_command(folder, manifest)
            process = subprocess.Popen(
                command, cwd=REPOSITORY, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True
            )
            # The rest of the half may still wait in the process's buffer.
            wait_until(lambda: part.exists() and part.stat().st_size > HALF // 2)
            process.send_signal(kill)
            _, stderr = process.communicate(timeout=10)
            assert (process.returncode, stderr) == (returned, said)
            arrived = part.stat().st_size
            assert state(entry_of(server), folder) is WeightState.PARTIAL
            subprocess.run(command, cwd=REPOSITORY, check=True, timeout=10)
            assert state(entry_of(server), folder) is WeightState.PRESENT
        assert 0 < arrived <= HALF
        assert server.ranges == [None, f"bytes={arrived}-"]
        assert files(folder) == ["net.onnx"]


def fetch_command(folder: Path, manifest: Path) -> list[str]:
    options = ["--folder", str(folder), "--manifest", str(manifest)]
    return [sys.executable, "-m", "cli.models", "fetch", "net", *options]


def wait_until(condition: Callable[[], bool], seconds: float = 10) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "did not happen in time"
        time.sleep(0.01)
