"""Persons and attacks through real sockets, with networks and by the cues alone."""

import shutil
import time
from collections.abc import Iterator
from itertools import islice

import httpx
import pytest

from benchmarks.photograph import photograph
from benchmarks.service import Service, running_service
from tests.media import SHARED, decoded, jpeg, needs_shared, video
from tests.test_episodes import Clip, Told, play_all

PERSONS = ("center_focus", "center_left_center", "webcam_gaze_calibrate")
FPS = 15.0
CONVERTED = 120.0
"""Seconds."""
SPOKEN = {"Face Spoofing Detected"}

pytestmark = needs_shared


def clips(*names: str) -> dict[str, Clip]:
    found = {name: video(f"{name}.mp4") for name in names}
    return {name: Clip(frames[::2], fps / 2) for name, (frames, fps) in found.items()}


def still(name: str) -> Clip:
    """A photograph of an attack or a person, in a hand that hardly moves."""
    picture = decoded((SHARED / "images" / "spoof_minivision" / f"{name}.jpg").read_bytes())
    held = islice(photograph(picture, 12.0, fps=FPS, tilt=0.5, sway=0.01), round(12 * FPS))
    return Clip([jpeg(each) for each in held], FPS)


def spoofs(told: Told) -> list[dict[str, object]]:
    return [each for each in told.episodes() if each["kind"] == "spoof"]


class TestWithNetworks:
    @pytest.fixture(scope="class")
    @classmethod
    def service(cls, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
        folder = tmp_path_factory.mktemp("models")
        for weights in (SHARED / "weights" / "minifasnet").glob("*.pth"):
            shutil.copy(weights, folder)
        with running_service(PROCTOR_MODELS=str(folder), PROCTOR_LIVENESS="auto") as running:
            _wait_for_networks(running)
            yield running
            assert "Traceback" not in running.log.read_text()

    @pytest.fixture(scope="class")
    @classmethod
    def told(cls, service: Service) -> dict[str, Told]:
        attacks = {name: still(name) for name in ("image_F2", "image_T1")}
        return play_all(service, **clips(*PERSONS, "replay_phone_fake"), **attacks)

    @pytest.mark.parametrize("name", ["replay_phone_fake", "image_F2"])
    def test_a_replay_is_told_within_six_seconds(self, told: dict[str, Told], name: str) -> None:
        first = spoofs(told[name])[0]
        assert set(told[name].words) >= SPOKEN
        assert first["told_at"] <= 6.0  # type: ignore[operator]
        assert first["severity"] == "critical"
        evidence = first["evidence"]
        assert isinstance(evidence, dict)
        assert "network" in evidence["cues"]
        assert evidence["suspicion"] == "strong"
        assert evidence["network_fraction"] < 0.4
        assert evidence["liveness_fraction"] < evidence["limit_liveness_fraction"] == 0.5

    @pytest.mark.parametrize("name", [*PERSONS, "image_T1"])
    def test_no_person_is_told(self, told: dict[str, Told], name: str) -> None:
        assert spoofs(told[name]) == []


class TestByTheCuesAlone:
    @pytest.fixture(scope="class")
    @classmethod
    def told(cls, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Told]]:
        empty = str(tmp_path_factory.mktemp("models"))
        with running_service(PROCTOR_MODELS=empty, PROCTOR_LIVENESS="auto") as running:
            lacking = httpx.get(f"{running.url}/readyz").json()["degraded"]
            assert [each["mend"] for each in lacking if each["what"] == "spoof"] == [
                "uv run run.py models fetch minifasnet_2.7 minifasnet_4.0"
            ]
            yield play_all(running, **clips(*PERSONS, "replay_phone_fake"))

    def test_a_rim_that_is_seen_is_a_suspicion(self, told: dict[str, Told]) -> None:
        first = spoofs(told["replay_phone_fake"])[0]
        assert first["severity"] == "warning"
        evidence = first["evidence"]
        assert isinstance(evidence, dict)
        assert evidence["cues"] == "bezel"
        assert evidence["suspicion"] == "moderate"
        assert "network_fraction" not in evidence

    @pytest.mark.parametrize("name", PERSONS)
    def test_no_person_is_told(self, told: dict[str, Told], name: str) -> None:
        assert spoofs(told[name]) == []


def _wait_for_networks(service: Service) -> None:
    ends = time.monotonic() + CONVERTED
    while not (state := httpx.get(f"{service.url}/readyz").json()["liveness"]).startswith("ready"):
        assert time.monotonic() < ends, state
        time.sleep(0.5)
