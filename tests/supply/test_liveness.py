"""MiniFASNet on its way: both networks, one of them, or none; found, fetched, converted."""

import asyncio
import hashlib
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import numpy as np
import pytest

from app.api.health import Health
from app.session.inference import LocalInference
from app.settings import Fetch, Settings, load_settings
from app.supply import Liveness, conversion
from app.types import BoundingBox
from app.weights import ModelEntry
from benchmarks.service import running_service
from tests.session.builders import until
from tests.storage.builders import in_loop
from tests.supply.builders import Supplied, manifest_of, mend, supplied, told
from tests.test_weights import FileServer, breaks_off, sends, stalls
from tests.vision.fasnets import SQUEEZED_STEM, STEM, green, weights

NAMES = {STEM: "minifasnet_2.7", SQUEEZED_STEM: "minifasnet_4.0"}
STEMS = tuple(NAMES)
FACE = BoundingBox(left=0.4, top=0.4, width=0.2, height=0.2)
NOWHERE = "http://127.0.0.1:9"


def entry(stem: str, content: bytes, url: str = NOWHERE) -> ModelEntry:
    return ModelEntry(
        name=NAMES[stem],
        task="liveness",
        file=f"{stem}.pth",
        url=f"{url}/{stem}.pth",
        sha256=hashlib.sha256(content).hexdigest(),
        bytes=len(content),
        licence="Apache-2.0",
    )


def settings(folder: Path, *entries: ModelEntry, **changes: object) -> Settings:
    """Of a manifest with these, or with both networks as b"2.7…" and b"4…" would be."""
    entries = entries or tuple(entry(stem, stem.encode()) for stem in STEMS)
    manifest = manifest_of(folder, *entries)
    chosen = {"liveness": "auto", "fetch": Fetch.NEVER, "models": folder, "manifest": manifest}
    return load_settings(**{**chosen, **changes})


def converted(folder: Path, stem: str, content: bytes | None = None) -> Path:
    """As if weights of this content had been converted: it looks for what is green."""
    digest = hashlib.sha256(content or stem.encode()).hexdigest()[:12]
    return green(folder / f"{stem}-{digest}.openvino", stem)


def alive(inference: Supplied, green_levels: int) -> float | None:
    """To what was loaded last."""
    picture = np.full((300, 300, 3), (255, green_levels, 0), np.uint8)
    picture[::2, ::2, 2] = 60  # no bars
    return inference.liveness[-1](picture, FACE)


def why(health: Health) -> str:
    return told(health, "spoof")


@in_loop
async def test_what_is_converted_serves_without_its_weights(tmp_path: Path) -> None:
    for stem in STEMS:
        converted(tmp_path, stem)
    async with supplied(Liveness, settings(tmp_path)) as (health, inference):
        await until(lambda: health.liveness.startswith("ready"))
        assert health.liveness == f"ready: {STEM}, {SQUEEZED_STEM}"
        assert health.degraded == ()
        assert alive(inference, 102) == pytest.approx(0.4, abs=0.01)


@in_loop
async def test_what_is_missing_is_told_with_the_command_that_mends_it(tmp_path: Path) -> None:
    async with supplied(Liveness, settings(tmp_path)) as (health, inference):
        await until(lambda: health.liveness == "missing")
        assert why(health) == (
            f"judged by cues only: {STEM}.pth and {SQUEEZED_STEM}.pth are not in {tmp_path}, "
            "and PROCTOR_FETCH=never"
        )
        assert mend(health, "spoof") == ("uv run run.py models fetch minifasnet_2.7 minifasnet_4.0")
        assert not inference.liveness


@pytest.mark.parametrize(("here", "later"), [STEMS, STEMS[::-1]])
def test_one_alone_serves_until_the_other_is_here(tmp_path: Path, here: str, later: str) -> None:
    @in_loop
    async def run() -> None:
        converted(tmp_path, here)
        async with supplied(Liveness, settings(tmp_path)) as (health, inference):
            await until(lambda: f"{later}.pth is not in" in why(health))
            assert health.liveness == f"ready: {here}"
            assert why(health).startswith("judged by one network alone, which errs more often")
            assert mend(health, "spoof") == f"uv run run.py models fetch {NAMES[later]}"
            converted(tmp_path / "elsewhere", later).parent.rename(tmp_path / converted_name(later))
            await until(lambda: health.degraded == ())
            assert health.liveness == f"ready: {STEM}, {SQUEEZED_STEM}"
            assert len(inference.liveness) == 2, "what serves was loaded again and again"

    run()


def converted_name(stem: str) -> str:
    return f"{stem}-{hashlib.sha256(stem.encode()).hexdigest()[:12]}.openvino"


@in_loop
async def test_switched_off_it_is_not_looked_for(tmp_path: Path) -> None:
    for stem in STEMS:
        converted(tmp_path, stem)
    async with supplied(Liveness, settings(tmp_path, liveness="off")) as (health, inference):
        await until(lambda: health.liveness == "switched off")
        assert why(health) == "judged by cues only: PROCTOR_LIVENESS=off"
        assert mend(health, "spoof") == "PROCTOR_LIVENESS=auto uv run run.py"
        assert not inference.liveness


@in_loop
async def test_another_file_of_the_same_name_is_never_converted(tmp_path: Path) -> None:
    (tmp_path / f"{STEM}.pth").write_bytes(b"a program?")
    async with supplied(Liveness, settings(tmp_path)) as (health, _):
        await until(lambda: health.liveness == "missing")
        assert f"{STEM}.pth is not the file of the manifest" in why(health)
    assert not list(tmp_path.glob("*.openvino"))


@in_loop
async def test_what_cannot_be_converted_is_told_and_the_other_serves(tmp_path: Path) -> None:
    """Its content is the manifest's, and yet no network."""
    (tmp_path / f"{STEM}.pth").write_bytes(STEM.encode())
    converted(tmp_path, SQUEEZED_STEM)
    async with supplied(Liveness, settings(tmp_path)) as (health, inference):
        await until(lambda: health.liveness == f"ready: {SQUEEZED_STEM}")
        assert why(health).startswith("judged by one network alone")
        assert f"{STEM}.pth: cannot be converted: not a file of tensors" in why(health)
        assert alive(inference, 51) == pytest.approx(0.2, abs=0.01)
    assert not list(tmp_path.glob(f"{STEM}-*"))


@in_loop
async def test_without_torch_nothing_is_fetched_that_could_not_be_converted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conversion, "installed", lambda package: False)
    chosen = settings(tmp_path, fetch=Fetch.AUTO)
    async with supplied(Liveness, chosen) as (health, _):
        await until(lambda: health.liveness == "failed")
        assert "converting it needs torch (the extra `train`)" in why(health)
        assert mend(health, "spoof") == 'pip install -e ".[train]"'
    assert [path.name for path in tmp_path.iterdir()] == ["manifest.toml"]


@in_loop
async def test_a_broken_network_does_not_keep_faces_from_being_seen(tmp_path: Path) -> None:
    """It is loaded for a trial first: what fails on the threads for faces fails all of them."""
    for stem in STEMS:
        converted(tmp_path, stem).write_text("half a")

    async with supplied(Liveness, settings(tmp_path)) as (health, inference):
        await until(lambda: health.liveness == "failed")
        assert "cannot be loaded" in why(health)
        assert not inference.liveness


@in_loop
async def test_a_manifest_without_any_is_told(tmp_path: Path) -> None:
    detector = entry(STEM, b"x")
    manifest = manifest_of(tmp_path, detector)
    manifest.write_text(manifest.read_text().replace("'liveness'", "'objects'"))
    chosen = load_settings(liveness="auto", fetch=Fetch.NEVER, models=tmp_path, manifest=manifest)
    async with supplied(Liveness, chosen) as (health, _):
        await until(lambda: health.liveness == "failed")
        assert "has no model whose task is 'liveness'" in why(health)


def test_while_they_are_fetched_the_progress_is_told(tmp_path: Path) -> None:
    with FileServer(stalls) as server:
        waited_for = entry(STEM, server.content, server.address)

        @in_loop
        async def run() -> None:
            converted(tmp_path, SQUEEZED_STEM)
            other = entry(SQUEEZED_STEM, SQUEEZED_STEM.encode())
            chosen = settings(tmp_path, waited_for, other, fetch=Fetch.AUTO)
            async with supplied(Liveness, chosen) as (health, _):
                await until(lambda: "minifasnet_2.7 is being fetched, 50 %" in why(health))
                assert health.liveness == f"ready: {SQUEEZED_STEM}"

        run()
        assert not server.released.is_set(), "its end waited for the server"


@pytest.fixture
def mirrors(tmp_path: Path) -> Iterator[dict[str, FileServer]]:
    """One for each network; both have learned nothing, and the first answer breaks off."""
    (tmp_path / "learned").mkdir()
    with ExitStack() as stack:
        yield {
            stem: stack.enter_context(
                FileServer(breaks_off, sends, content=_content(tmp_path / "learned", stem))
            )
            for stem in STEMS
        }


def _content(folder: Path, stem: str) -> bytes:
    """Large enough to break off in its middle."""
    content = weights(folder, stem).read_bytes()
    assert len(content) > 131_072
    return content


def test_a_service_fetches_converts_and_asks_both(
    mirrors: dict[str, FileServer], tmp_path: Path
) -> None:
    """A newcomer's first start."""
    models = tmp_path / "models"
    models.mkdir()
    entries = [entry(stem, each.content, each.address) for stem, each in mirrors.items()]
    with running_service(
        PROCTOR_LIVENESS="auto",
        PROCTOR_FETCH="auto",
        PROCTOR_MODELS=str(models),
        PROCTOR_MANIFEST=str(manifest_of(tmp_path, *entries)),
    ) as service:
        seen: list[str] = []
        whole = f"ready: {STEM}, {SQUEEZED_STEM}"
        while not seen or (seen[-1] != whole and not seen[-1].startswith("failed")):
            state = httpx.get(f"{service.url}/readyz").json()
            if not seen or seen[-1] != state["liveness"]:
                seen.append(state["liveness"])
        log = service.log.read_text()
    assert seen[-1] == whole
    assert "converting" in seen
    assert "spoof" not in {part["what"] for part in state["degraded"]}
    assert {path.suffix for path in models.iterdir()} == {".pth", ".openvino"}
    for stem in STEMS:
        assert f"converting {stem}.pth" in log
        assert mirrors[stem].ranges[1] is not None, "it was not resumed"


@in_loop
async def test_each_thread_for_faces_has_networks_of_its_own(tmp_path: Path) -> None:
    """Through the real threads: a network serves one of them."""
    for stem in STEMS:
        converted(tmp_path, stem)
    inference = LocalInference(threads=2)
    try:
        await inference.start()
        part = Liveness(settings(tmp_path), inference, Health())
        both, *_ = await asyncio.to_thread(part.find)
        assert await part.serve([file.served for file in both])
        nets = [worker._analyzer.liveness for worker in inference._workers]
        assert None not in nets
        assert nets[0] is not nets[1]
    finally:
        await inference.close()
