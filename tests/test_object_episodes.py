"""Stills with a phone and with several people, streamed as video through real sockets."""

from collections.abc import Iterator

import cv2
import numpy as np
import pytest

from benchmarks.service import Service, running_service, wait_for_objects
from tests.media import SHARED, Picture, jpeg, needs_shared, portrait, room, with_phone
from tests.test_episodes import Clip, Told, play_all

FPS = 10.0
YOLO11N, YOLOX_NANO = "yolo11n_int8_openvino_model", "yolox_nano.onnx"

pytestmark = needs_shared


@pytest.fixture(scope="module", params=[YOLO11N, YOLOX_NANO])
def detector(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture(scope="module")
def told(detector: str) -> Iterator[dict[str, Told]]:
    weights = SHARED / "weights" / detector
    with running_service(PROCTOR_OBJECTS=str(weights), PROCTOR_STALE_AFTER="60") as service:
        assert wait_for_objects(service.url).startswith("ready")
        yield _told(service)
        assert "Traceback" not in service.log.read_text()


def _told(service: Service) -> dict[str, Told]:
    alone = still(seated())
    phone = still(with_phone(seated(), width=60, turned=0.0))
    lying = still(with_phone())
    group = still(photograph("group-3.jpg"))
    return play_all(
        service,
        alone=Clip(alone * 8, FPS),
        phone=Clip(alone * 4 + phone * 6 + alone * 6, FPS),
        lying=Clip(still(room()) * 2 + lying * 6, FPS),
        group=Clip(alone * 4 + group * 6 + alone * 6, FPS),
        glimpse=Clip(alone * 4 + phone[:9] + alone * 6, FPS),
    )


def still(picture: Picture) -> list[bytes]:
    """One second of it, with a camera's noise: no two frames are the same."""
    rng = np.random.default_rng(4)
    noise = rng.normal(0, 2, (round(FPS), *picture.shape))
    return [jpeg(np.clip(picture + grain, 0, 255).astype(np.uint8)) for grain in noise]


def seated() -> Picture:
    """Somebody before a wall, 640x480."""
    picture = np.full((480, 640, 3), 90, np.uint8)
    picture[:, 80:560] = cv2.resize(portrait(), (480, 480), interpolation=cv2.INTER_AREA)
    return picture


def photograph(name: str) -> Picture:
    """Several people, as a camera of 640 pixels would show them."""
    read = cv2.imread(str(SHARED / "images" / "groups" / name))
    assert read is not None
    small = cv2.resize(read, (640, 480), interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.cvtColor(small, cv2.COLOR_BGR2RGB), np.uint8)


def test_a_phone_is_told_once_and_its_end(detector: str, told: dict[str, Told]) -> None:
    if detector == YOLOX_NANO:
        pytest.skip("YOLOX-Nano sees no phone of this size before this person")
    assert told["phone"].words == ["Mobile Phone Detected"]
    episode = told["phone"].only()
    assert 3.5 < episode["started_at"] < 6.1
    assert episode["told_at"] < episode["started_at"] + 2.5
    assert episode["evidence"]["phone_count"] == 1
    assert episode["ended_at"] == pytest.approx(10, abs=2)


def test_a_phone_that_lies_there_is_told(told: dict[str, Told]) -> None:
    assert "Mobile Phone Detected" in told["lying"].words


def test_several_people_are_told_once(told: dict[str, Told]) -> None:
    assert "Multiple Persons Detected" in told["group"].words
    (episode,) = [e for e in told["group"].episodes() if e["kind"] == "several_persons"]
    assert episode["evidence"]["person_count"] >= 3
    assert episode["ended_at"] is not None


@pytest.mark.parametrize("name", ["alone", "glimpse"])
def test_who_is_alone_without_a_phone_raises_nothing(told: dict[str, Told], name: str) -> None:
    assert told[name].messages == []
