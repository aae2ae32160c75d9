"""The process that tells voices apart: what it answers, and what becomes of it."""

import asyncio
import json
import logging
import os
import re
import shutil
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import numpy as np
import psutil
import pytest

from app.audio.diarization import Diarization
from app.errors import ModelError
from app.session.pyannote import Patience, Pyannote
from tests.hub import ClosedHub
from tests.pipelines import needs_pyannote, random_pipeline, sample, seconds
from tests.storage.builders import in_loop

TOKEN = "hf_" + "S3cret" * 5
NAME = "somebody/some-pipeline"
WINDOW = 10.0
PATIENCE = 500.0
"""Seconds: it imports torch, and lets everything else on the machine go first."""

pytestmark = pytest.mark.timeout(2 * PATIENCE)


async def until_state(pyannote: Pyannote, *states: str) -> None:
    async with asyncio.timeout(PATIENCE):
        while pyannote.state not in states:
            await asyncio.sleep(0.01)


@asynccontextmanager
async def running(source: str | Path, **patience: float) -> AsyncIterator[Pyannote]:
    pyannote = Pyannote(str(source), Patience(**{"first_restart": 0.01, **patience}))
    pyannote.start()
    try:
        yield pyannote
    finally:
        pids = [] if pyannote.pid is None else [pyannote.pid]
        await pyannote.close()
        assert pyannote.pid is None
        assert not any(psutil.pid_exists(pid) for pid in pids)


async def heard(pyannote: Pyannote, start: float = 0.0) -> Diarization:
    pcm = seconds(sample(), start, start + WINDOW)
    found = await pyannote.diarize("session", lambda: pcm)
    assert found is not None
    return found


def same(one: Diarization, other: Diarization) -> bool:
    return one.turns == other.turns and len(one.embeddings) == len(other.embeddings)


@needs_pyannote
@in_loop
async def test_a_pipeline_in_a_folder_answers_and_goes_on() -> None:
    async with running(random_pipeline()) as pyannote:
        with pytest.raises(ModelError, match="loading"):
            await heard(pyannote)
        await until_state(pyannote, "ready", "failed")
        assert pyannote.trouble is None
        first, later = await heard(pyannote), await heard(pyannote, 15.0)
        assert not same(first, later), "the sound makes no difference"
        for found in (first, later):
            assert found.seconds == WINDOW
            assert {turn.label for turn in found.turns} <= set(range(len(found.embeddings)))
            assert all(0 <= turn.started_at < turn.ended_at <= WINDOW for turn in found.turns)
            assert all(each is None or each.shape == (256,) for each in found.embeddings)
        assert first.main is not None
        assert pyannote.pid is not None
        process = psutil.Process(pyannote.pid)
        assert process.nice() == min(19, os.nice(0) + 10)
        assert not process.net_connections(), "it talks to somebody"

        cancelled = asyncio.create_task(heard(pyannote, 5.0))
        await asyncio.sleep(0.2)
        cancelled.cancel()
        assert same(await heard(pyannote), first)
        assert pyannote.pid == process.pid

        short = await pyannote.diarize("session", lambda: seconds(sample(), 7.0, 8.5))
        assert short is not None
        assert short.seconds == 1.5
        silent = await pyannote.diarize("session", lambda: bytes(32_000))
        assert silent is not None
        with pytest.raises(ModelError):
            await pyannote.diarize("session", lambda: b"odd")
        assert same(await heard(pyannote), first)
        assert pyannote.pid == process.pid, "one bad window ended it"


@needs_pyannote
@in_loop
async def test_who_waits_longest_is_next_with_what_is_newest() -> None:
    async with running(random_pipeline()) as pyannote:
        await until_state(pyannote, "ready", "failed")
        looked: list[str] = []
        fresh = 1.0

        async def ask(who: str) -> Diarization | None:
            def newest() -> bytes:
                looked.append(who)
                return seconds(sample(), 0.0, fresh)

            return await pyannote.diarize(who, newest)

        asked = []
        for who in ("a", "b", "c", "b", "a"):
            asked.append(asyncio.create_task(ask(who)))
            await asyncio.sleep(0.001)
        fresh = 2.0
        displaced, gone = asked[1], asked[2]
        gone.cancel()
        found = await asyncio.gather(*asked, return_exceptions=True)
        assert looked == ["a", "b", "a"]
        assert displaced.result() is None
        assert [f.seconds for f in found if isinstance(f, Diarization)] == [1.0, 2.0, 2.0]

        with pytest.raises(ZeroDivisionError):
            await pyannote.diarize("wrong", lambda: bytes(1 // 0))
        assert await pyannote.diarize("nothing", lambda: None) is None
        assert pyannote.state == "ready"


@needs_pyannote
@pytest.mark.parametrize(
    ("blow", "reason"),
    [(signal.SIGKILL, r"process ended \(-9\)"), (signal.SIGSTOP, "no answer within 1 s, killed")],
)
def test_a_process_that_dies_or_hangs_is_replaced(blow: signal.Signals, reason: str) -> None:
    @in_loop
    async def run() -> None:
        async with running(random_pipeline()) as pyannote:
            await until_state(pyannote, "ready", "failed")
            before = await heard(pyannote)
            pyannote._patience = Patience(answer=1.0, first_restart=0.5)
            assert pyannote.pid is not None
            first = pyannote.pid
            asked = asyncio.create_task(heard(pyannote))
            waits = asyncio.create_task(pyannote.diarize("other", lambda: bytes(320_000)))
            await asyncio.sleep(0.1)
            os.kill(first, blow)
            for each in (asked, waits):
                with pytest.raises(ModelError):
                    await each
            await until_state(pyannote, "failed")
            assert pyannote.trouble is not None
            assert re.search(reason, pyannote.trouble.why)
            pyannote._patience = Patience()
            await until_state(pyannote, "ready")
            assert pyannote.pid != first
            assert same(await heard(pyannote), before)
            assert not psutil.pid_exists(first)

    run()


@needs_pyannote
@in_loop
async def test_it_dies_while_nobody_asks() -> None:
    async with running(random_pipeline()) as pyannote:
        await until_state(pyannote, "ready", "failed")
        assert pyannote.pid is not None
        os.kill(pyannote.pid, signal.SIGKILL)
        await until_state(pyannote, "failed", "loading")
        assert pyannote.trouble is not None
        assert "(-9)" in pyannote.trouble.why


@pytest.mark.parametrize(
    ("make", "reason", "mend"),
    [
        (lambda _: None, "there is no folder {}", "PROCTOR_PYANNOTE"),
        (Path.mkdir, "{} has no config.yaml", "PROCTOR_PYANNOTE"),
    ],
)
def test_a_folder_that_holds_nothing_is_told(
    tmp_path: Path, make: Callable[[Path], None], reason: str, mend: str
) -> None:
    folder = tmp_path / "pipeline"
    make(folder)

    @in_loop
    async def run() -> None:
        async with running(folder) as pyannote:
            await until_state(pyannote, "failed", "ready")
            assert pyannote.trouble is not None
            assert pyannote.trouble.why == reason.format(folder)
            assert mend in pyannote.trouble.mend
            with pytest.raises(ModelError, match=str(folder)):
                await heard(pyannote)

    run()


def broken_yaml(folder: Path) -> None:
    (folder / "config.yaml").write_text("pipeline: [")


def no_pipeline(folder: Path) -> None:
    (folder / "config.yaml").write_text("something: else\n")


def no_plda(folder: Path) -> None:
    shutil.rmtree(folder / "plda")


def wrong_class(folder: Path) -> None:
    config = folder / "config.yaml"
    config.write_text(config.read_text().replace("SpeakerDiarization", "Clairvoyance"))


def elsewhere(folder: Path) -> None:
    config = folder / "config.yaml"
    config.write_text(config.read_text().replace("$model/segmentation", NAME))


def cut_off(folder: Path) -> None:
    weights = folder / "embedding" / "pytorch_model.bin"
    weights.write_bytes(weights.read_bytes()[:1000])


@needs_pyannote
@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (broken_yaml, "config.yaml cannot be read: "),
        (no_pipeline, "config.yaml describes no pipeline"),
        (no_plda, "has no folder plda, which its config.yaml names"),
        (wrong_class, "cannot be loaded: "),
        (elsewhere, "config.yaml names models that are not in the folder"),
        (cut_off, "cannot be loaded: "),
    ],
)
def test_a_folder_that_is_broken_is_told_and_can_be_mended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, spoil: Callable[[Path], None], reason: str
) -> None:
    """Without asking a hub, although there is a token."""
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    folder = tmp_path / "pipeline"
    shutil.copytree(random_pipeline(), folder)
    spoil(folder)
    with ClosedHub(401) as hub:
        monkeypatch.setenv("HF_ENDPOINT", hub.address)
        monkeypatch.setenv("HF_HOME", str(tmp_path / "cache"))

        @in_loop
        async def run() -> None:
            async with running(folder, first_retry=0.01) as pyannote:
                await until_state(pyannote, "failed", "ready")
                assert pyannote.trouble is not None
                assert str(folder) in pyannote.trouble.why
                assert reason in pyannote.trouble.why
                if spoil is broken_yaml:
                    shutil.copy(random_pipeline() / "config.yaml", folder)
                    await until_state(pyannote, "ready")
                    assert (await heard(pyannote)).seconds == WINDOW

        run()
        assert hub.paths == []


@needs_pyannote
@pytest.mark.parametrize(
    ("token", "status", "code", "reason", "mend"),
    [
        (TOKEN, 401, "", "the hub refuses the token in HF_TOKEN", "mend HF_TOKEN"),
        ("", 401, "", "needs a token, and HF_TOKEN is not set", "set HF_TOKEN"),
        (TOKEN, 403, "", "does not let this account have", "accept the conditions"),
        (
            TOKEN,
            403,
            "GatedRepo",
            "does not let this account have",
            "accept the conditions",
        ),
        (TOKEN, 404, "RepoNotFound", "has no", "mend PROCTOR_PYANNOTE"),
        (TOKEN, 500, "", "could not be fetched", "local folder"),
    ],
)
def test_a_hub_that_refuses_is_told_and_the_token_is_not(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
    token: str,
    status: int,
    code: str,
    reason: str,
    mend: str,
) -> None:
    caplog.set_level(logging.DEBUG)
    monkeypatch.setenv("HF_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("HF_TOKEN", token)
    seen: list[list[str]] = []

    @in_loop
    async def run() -> None:
        async with running(NAME) as pyannote:
            while pyannote.state in ("stopped", "loading"):
                if pyannote.pid is not None:
                    seen.append(psutil.Process(pyannote.pid).cmdline())
                await asyncio.sleep(0.05)
            assert pyannote.trouble is not None
            assert reason in pyannote.trouble.why
            assert NAME in pyannote.trouble.why
            assert mend in pyannote.trouble.mend
            told = json.dumps([pyannote.trouble.why, pyannote.trouble.mend])
            assert TOKEN not in told

    with ClosedHub(status, **({"X_Error_Code": code} if code else {})) as hub:
        monkeypatch.setenv("HF_ENDPOINT", hub.address)
        run()
    assert hub.tokens
    assert set(hub.tokens) == {f"Bearer {token}" if token else None}
    assert [sys.executable, "-m", "app.audio.pyannote_process", NAME] in seen
    assert TOKEN not in str(seen)
    assert reason in caplog.text
    assert TOKEN not in caplog.text
    assert TOKEN not in "".join(capfd.readouterr())


def test_without_the_package_it_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a Python that has what serving needs and no more."""
    lean = tmp_path / "packages"
    lean.mkdir()
    numpy = Path(np.__file__).parent
    for part in (numpy, numpy.parent / "numpy.libs"):
        if part.exists():
            (lean / part.name).symlink_to(part)
    python = tmp_path / "python"
    python.write_text(f'#!/bin/sh\nPYTHONPATH={lean} exec {sys.executable} -S "$@"\n')
    python.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(python))
    (tmp_path / "config.yaml").touch()

    @in_loop
    async def run() -> None:
        async with running(tmp_path) as pyannote:
            await until_state(pyannote, "failed", "ready")
            assert pyannote.trouble is not None
            assert pyannote.trouble.why == "pyannote.audio is not installed (the extra `train`)"
            assert "PROCTOR_SPEAKERS=embedded" in pyannote.trouble.mend

    run()
