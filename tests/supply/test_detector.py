"""The object detector on its way: found, put there, fetched, converted, or not at all."""

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from app.api.health import Health
from app.settings import Fetch, Settings, load_settings
from app.supply import Detector, detector, fetching
from app.weights import ModelEntry
from benchmarks.service import running_service
from tests.session.builders import until
from tests.storage.builders import in_loop
from tests.supply.builders import manifest_of, supplied, told
from tests.test_weights import FileServer, breaks_off, entry_of, says, sends, stalls
from tests.vision.networks import Answer, yolo


def settings(folder: Path, **changes: object) -> Settings:
    return load_settings(**{"objects": "auto", "fetch": Fetch.NEVER, "models": folder, **changes})


def fetching_from(server: FileServer, folder: Path, entry: ModelEntry | None = None) -> Settings:
    """From a manifest with one model, yolox_nano."""
    entry = entry or entry_of(server, "yolox_nano")
    chosen = {"objects": entry.name, "fetch": Fetch.AUTO, "manifest": manifest_of(folder, entry)}
    return settings(folder, **chosen)


def why(health: Health) -> str:
    """The phone cannot be looked for; empty: nothing is known of it yet."""
    return told(health, "phone")


@in_loop
async def test_what_lies_in_the_folder_serves(tmp_path: Path) -> None:
    ready = tmp_path / "yolo11n_openvino_model"
    ready.mkdir()
    yolo(ready, [])
    async with supplied(Detector, settings(tmp_path)) as (health, inference):
        await until(lambda: inference.detects)
        await until(lambda: health.objects.startswith("ready"))
        assert health.degraded == ()


@in_loop
async def test_what_is_put_there_later_serves_without_a_restart(tmp_path: Path) -> None:
    async with supplied(Detector, settings(tmp_path)) as (health, inference):
        await until(lambda: health.objects == "missing")
        assert "not assessable" in why(health)
        assert "persons are counted by faces" in why(health)
        assert health.degraded[0].mend == "uv run run.py models fetch yolo11n"
        made = tmp_path / "made"
        made.mkdir()
        yolo(made, [Answer((10, 10), (5, 5), 0, 0.9)])
        made.rename(tmp_path / "yolo11n_openvino_model")
        await until(lambda: inference.detects)
        await until(lambda: health.degraded == ())


@in_loop
async def test_without_ultralytics_the_one_that_needs_no_conversion_is_wanted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(detector, "installed", lambda package: False)
    async with supplied(Detector, settings(tmp_path)) as (health, _):
        await until(lambda: health.objects == "missing")
        assert health.degraded[0].mend == "uv run run.py models fetch yolox_nano"


@pytest.mark.parametrize(
    ("changes", "state", "reason"),
    [
        ({"objects": "off"}, "switched off", "PROCTOR_OBJECTS=off"),
        ({"objects": "/nowhere/x.onnx"}, "failed", "there is no detector /nowhere/x.onnx"),
        ({"objects": "yolo99"}, "failed", "no model 'yolo99'; known are: yolo11n"),
    ],
)
def test_what_cannot_be_is_told(
    tmp_path: Path, changes: dict[str, object], state: str, reason: str
) -> None:
    @in_loop
    async def run() -> None:
        async with supplied(Detector, settings(tmp_path, **changes)) as (health, inference):
            await until(lambda: health.objects == state)
            assert reason in why(health)
            assert not inference.detects

    run()


@in_loop
async def test_a_file_that_is_no_detector_is_told(tmp_path: Path) -> None:
    (tmp_path / "x.onnx").write_bytes(b"no network")
    chosen = settings(tmp_path, objects=str(tmp_path / "x.onnx"))
    async with supplied(Detector, chosen) as (health, _):
        await until(lambda: health.objects == "failed")
        assert "x.onnx: cannot be loaded" in why(health)


def test_a_server_that_lies_is_asked_again_later(tmp_path: Path) -> None:
    with FileServer(sends) as server:
        wrong = replace(entry_of(server, "yolox_nano"), sha256="0" * 64)

        @in_loop
        async def run() -> None:
            chosen = fetching_from(server, tmp_path, wrong)
            async with supplied(Detector, chosen) as (health, inference):
                await until(lambda: len(server.ranges) > 1)
                await until(lambda: "wrong sha256" in why(health))
                assert not inference.detects

        run()
    assert not (tmp_path / "yolox_nano.onnx").exists()


def test_while_it_is_fetched_the_progress_is_told(tmp_path: Path) -> None:
    with FileServer(stalls) as server:

        @in_loop
        async def run() -> None:
            async with supplied(Detector, fetching_from(server, tmp_path)) as (health, _):
                await until(lambda: "50 %" in why(health))
                assert health.objects == "fetching"

        run()
        assert not server.released.is_set(), "its end waited for the server"


@in_loop
async def test_a_file_that_is_still_being_copied_serves_once_it_is_whole(tmp_path: Path) -> None:
    ready = tmp_path / "yolo11n_openvino_model"
    ready.mkdir()
    whole = yolo(tmp_path, []).read_bytes()
    (ready / "yolo.bin").write_bytes((tmp_path / "yolo.bin").read_bytes())
    (ready / "yolo.xml").write_bytes(whole[: len(whole) // 2])
    async with supplied(Detector, settings(tmp_path)) as (health, inference):
        await until(lambda: health.objects == "failed")
        (ready / "yolo.xml").write_bytes(whole)
        await until(lambda: inference.detects)
        await until(lambda: health.degraded == ())


@in_loop
async def test_what_cannot_serve_gives_way_to_what_can(tmp_path: Path) -> None:
    (tmp_path / "yolo11n.onnx").write_bytes(b"no network")
    ready = tmp_path / "yolox_nano_openvino_model"
    ready.mkdir()
    yolo(ready, [])
    async with supplied(Detector, settings(tmp_path)) as (health, _):
        await until(lambda: health.objects.startswith("ready"))
        assert "yolox_nano_openvino_model" in health.objects


@in_loop
async def test_trouble_of_any_kind_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As httpx without its extra for SOCKS, where a proxy of that kind is set."""

    def broken(*_: object, **__: object) -> Path:
        raise ImportError("install httpx[socks]")

    monkeypatch.setattr(fetching, "fetch", broken)
    chosen = settings(tmp_path, fetch=Fetch.AUTO, objects="yolox_nano")
    async with supplied(Detector, chosen) as (health, _):
        await until(lambda: "httpx[socks]" in why(health))
        assert health.objects == "missing"


@in_loop
async def test_weights_that_cannot_be_converted_are_told(tmp_path: Path) -> None:
    weights = tmp_path / "yolo11n.pt"
    weights.write_bytes(b"no weights")
    async with supplied(Detector, settings(tmp_path)) as (health, _):
        await until(lambda: health.objects == "failed")
        assert "yolo11n.pt: cannot be converted" in why(health)
    assert [path.name for path in tmp_path.iterdir()] == ["yolo11n.pt"]


@pytest.fixture(scope="module")
def random_weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A YOLO11n that has learned nothing, in ultralytics' own form."""
    path = tmp_path_factory.mktemp("weights") / "yolo11n.pt"
    code = f"from ultralytics import YOLO; YOLO('yolo11n.yaml').save({str(path)!r})"
    environment = os.environ | {"YOLO_CONFIG_DIR": str(path.parent), "YOLO_AUTOINSTALL": "false"}
    subprocess.run([sys.executable, "-c", code], env=environment, check=True, capture_output=True)
    return path


@pytest.fixture
def mirror(random_weights: Path) -> Iterator[FileServer]:
    content = random_weights.read_bytes()
    with FileServer(says(503), breaks_off, sends, content=content) as server:
        yield server


def test_a_service_fetches_converts_and_switches_on(mirror: FileServer, tmp_path: Path) -> None:
    """A newcomer's first start, from a server that is away, breaks off, and then sends."""
    chosen = fetching_from(mirror, tmp_path, _entry(mirror))
    with running_service(
        PROCTOR_OBJECTS="yolo11n",
        PROCTOR_FETCH="auto",
        PROCTOR_MODELS=str(tmp_path),
        PROCTOR_MANIFEST=str(chosen.manifest),
    ) as service:
        seen: list[str] = []
        while not seen or not seen[-1].startswith(("ready", "failed")):
            state = httpx.get(f"{service.url}/readyz").json()
            if not seen or seen[-1] != state["objects"]:
                seen.append(state["objects"])
        log = service.log.read_text()
    assert seen[0] in ("loading", "fetching")
    assert seen[-2] == "converting"
    assert seen[-1].startswith(f"ready: {tmp_path}")
    assert "phone" not in {part["what"] for part in state["degraded"]}
    assert len(mirror.ranges) == 3
    assert mirror.ranges[2] is not None, "it was not resumed"
    for step in ("yolo11n: 100 %", "converting yolo11n.pt", "objects are looked for with"):
        assert step in log


def _entry(server: FileServer) -> ModelEntry:
    return replace(
        entry_of(server, "yolo11n"),
        file="yolo11n.pt",
        bytes=len(server.content),
        sha256=hashlib.sha256(server.content).hexdigest(),
    )
